// A fresh directory for one test, removed with all it holds when the test ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export function temporaryDirectory(test: Pick<TestContext, 'after'>): string {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-test-'));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
