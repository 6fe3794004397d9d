// A reporter for Node's test runner that ends a run with what was skipped and why, most frequent reason first.
import type { TestEvent } from 'node:test/reporters';

/** A skipped `describe` is one entry: what stands in it is not counted by the runner. */
export default async function* summarizeSkips(
  events: AsyncIterable<TestEvent> | Iterable<TestEvent>,
): AsyncGenerator<string> {
  const counts = new Map<string, number>();
  for await (const event of events) {
    if (event.type !== 'test:pass' || event.data.skip === undefined) continue;
    const reason = typeof event.data.skip === 'string' ? event.data.skip : 'no reason given';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const lines = [...counts].sort(([, left], [, right]) => right - left);
  const total = lines.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return;
  yield `${total} skipped (a skipped group of tests counts as one):\n`;
  for (const [reason, count] of lines) yield `  ${count} × ${reason}\n`;
}
