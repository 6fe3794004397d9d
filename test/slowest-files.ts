// A reporter for Node's test runner that ends a run with the files that took longest.
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

const MOST_FILES = 15;

/** Seconds of a file's tests, without its start. */
export default async function* listSlowestFiles(
  events: AsyncIterable<TestEvent> | Iterable<TestEvent>,
): AsyncGenerator<string> {
  const seconds = new Map<string, number>();
  for await (const event of events) {
    if ((event.type !== 'test:pass' && event.type !== 'test:fail') || event.data.nesting !== 0) continue;
    const file = event.data.file ?? '';
    seconds.set(file, (seconds.get(file) ?? 0) + event.data.details.duration_ms / 1000);
  }
  const slowest = [...seconds].sort(([, left], [, right]) => right - left).slice(0, MOST_FILES);
  if (slowest.length === 0) return;
  yield 'slowest files:\n';
  for (const [file, taken] of slowest) yield `  ${taken.toFixed(1).padStart(6)} s  ${relative('.', file)}\n`;
}
