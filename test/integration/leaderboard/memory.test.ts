// All rows of a study are written in memory that does not grow with them: under a heap that could not hold them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

const ROWS = 50_000;
const HEAP_MB = 36;
const LIMIT_MS = 180_000;

function write(isStreamed: boolean): Promise<number> {
  const thread = new Worker(new URL('../../support/fixtures/stream-rows.js', import.meta.url), {
    workerData: { rows: ROWS, isStreamed },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 8 },
  });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}

test('more rows than the heap could hold are written', { timeout: LIMIT_MS }, async () => {
  assert.equal(await write(true), ROWS + 1);
});

test('the heap could indeed not hold them', { timeout: LIMIT_MS }, async () => {
  await assert.rejects(write(false), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
});
