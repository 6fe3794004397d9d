// A reporter for Node's test runner that ends a run with its slowest files and with what was skipped.
import type { TestEvent } from 'node:test/reporters';
import summarizeSkips from './skip-summary.js';
import listSlowestFiles from './slowest-files.js';

export default async function* summarizeRun(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const ends: TestEvent[] = [];
  for await (const event of events)
    if (event.type === 'test:pass' || event.type === 'test:fail') ends.push(event);
  yield* listSlowestFiles(ends);
  yield* summarizeSkips(ends);
}
