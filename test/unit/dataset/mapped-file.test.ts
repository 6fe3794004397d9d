// Opening a prepared dataset: both mappings, threads, damage, use after close.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { availableMapping, openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { verifyPrepared } from '../../../src/dataset/prepared/prepared-format.js';
import type { SweepError } from '../../../src/errors.js';
import { openSplit } from '../../../src/task/open-split.js';
import { countingCsv, prepareText } from '../../support/fixtures/dataset-fixtures.js';
import { flipBit } from '../../support/flip-bit.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const MODULE = new URL('../../../src/dataset/prepared/mapped-file.js', import.meta.url).href;

test('both mappings give the same values', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata } = await prepareText(directory, countingCsv(1000, 3));
  const cache = join(directory, 'cache');
  const copied = openDataset(cache, metadata.digest, 'shared-array-buffer');
  const mapped = openDataset(cache, metadata.digest);
  assert.equal(copied.mapping, 'shared-array-buffer');
  assert.equal(mapped.mapping, availableMapping());
  assert.equal(mapped.values.length, 3000);
  assert.deepEqual([...mapped.values], [...copied.values]);
  mapped.close();
  copied.close();
});

test('Linux and macOS map the file', { skip: process.platform === 'win32' }, () => {
  assert.equal(availableMapping(), 'mmap');
});

for (const mapping of [availableMapping(), 'shared-array-buffer'] as const) {
  test(`a worker thread reads the same values through ${mapping}`, async (context) => {
    const directory = temporaryDirectory(context);
    const { metadata } = await prepareText(directory, countingCsv(5000, 2));
    const cache = join(directory, 'cache');
    const dataset = openDataset(cache, metadata.digest, mapping);
    const script = `
      const { openDataset } = await import(${JSON.stringify(MODULE)});
      const { parentPort } = await import('node:worker_threads');
      const dataset = openDataset(${JSON.stringify(cache)}, ${JSON.stringify(metadata.digest)}, ${JSON.stringify(mapping)});
      let sum = 0;
      for (const value of dataset.values) sum += value;
      const shared = dataset.values.buffer instanceof SharedArrayBuffer ? dataset.values.buffer : null;
      parentPort.postMessage({ sum, shared });
      dataset.close();`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    const answer = await new Promise<{ sum: number; shared: SharedArrayBuffer | null }>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    assert.equal(
      answer.sum,
      dataset.values.reduce((sum, value) => sum + value, 0),
    );
    if (mapping === 'shared-array-buffer') {
      // One copy a process: a write through the thread's buffer shows here.
      const [before] = dataset.values;
      new Float32Array(answer.shared!, dataset.values.byteOffset)[0] = 42;
      assert.equal(dataset.values[0], 42);
      new Float32Array(answer.shared!, dataset.values.byteOffset)[0] = before!;
    }
    dataset.close();
  });
}

test('use after close is an error, not a crash; closing twice is harmless', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata } = await prepareText(directory, countingCsv(1000, 2));
  const dataset = openDataset(join(directory, 'cache'), metadata.digest);
  const task = {
    kind: 'forecast' as const,
    targetColumn: 0,
    split: metadata.split,
    window: { lookback: 4, step: 2, delay: 1 },
  };
  const samples = openSplit(dataset, task, 'train');
  dataset.close();
  dataset.close();
  const closed = (error: SweepError): boolean => error.code === 'INTERNAL' && /closed/.test(error.message);
  assert.throws(() => dataset.values, closed);
  assert.throws(() => samples.gather(Uint32Array.of(0), 0, 1, new Float32Array(4), 0, 2, 4), closed);
  assert.throws(() => samples.gatherTargets(Uint32Array.of(0), 0, 1, new Float32Array(1), 0), closed);
});

test('opening and closing a thousand times keeps the process small', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata } = await prepareText(directory, countingCsv(20_000, 4));
  const cache = join(directory, 'cache');
  const openAndTouch = (): void => {
    const dataset = openDataset(cache, metadata.digest);
    for (let at = 0; at < dataset.values.length; at += 512) assert.ok(Number.isFinite(dataset.values[at]));
    dataset.close();
  };
  for (let round = 0; round < 100; round++) openAndTouch();
  const before = process.memoryUsage.rss();
  for (let round = 0; round < 1000; round++) openAndTouch();
  // Maps that were kept would hold 320 MB.
  assert.ok(process.memoryUsage.rss() - before < 100e6);
});

test('a truncated, prolonged, foreign or newer file is DATASET_CORRUPT with the reason', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata, path } = await prepareText(directory, countingCsv(100, 2));
  const whole = readFileSync(path);
  chmodSync(path, 0o644);
  const newer = Buffer.from(whole);
  newer.writeUInt32LE(2, 8);
  for (const [bytes, reason] of [
    [whole.subarray(0, whole.length - 4), /it has 860 bytes, 100 rows of 2 columns take 864/],
    [Buffer.concat([whole, Buffer.alloc(4)]), /it has 868 bytes/],
    [Buffer.alloc(0), /header/],
    [Buffer.alloc(whole.length), /header/],
    [newer, /version 2, this program reads version 1/],
  ] as const) {
    writeFileSync(path, bytes);
    assert.throws(
      () => openDataset(join(directory, 'cache'), metadata.digest),
      (error: SweepError) => error.code === 'DATASET_CORRUPT' && reason.test(error.message),
    );
  }
});

test('a file under the name of another one is noticed when it is opened', async (context) => {
  const directory = temporaryDirectory(context);
  const first = await prepareText(directory, countingCsv(100, 2));
  const second = await prepareText(directory, countingCsv(100, 2).replace('5.01', '5.5'));
  renameSync(second.path, first.path);
  assert.throws(
    () => openDataset(join(directory, 'cache'), first.metadata.digest),
    (error: SweepError) => error.code === 'DATASET_CORRUPT' && /do not belong together/.test(error.message),
  );
});

test('a flipped bit is found by the full verification', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata, path } = await prepareText(directory, countingCsv(100, 2));
  const cache = join(directory, 'cache');
  await verifyPrepared(cache, metadata.digest);
  flipBit(path, 500);
  await assert.rejects(
    verifyPrepared(cache, metadata.digest),
    (error: SweepError) => error.code === 'DATASET_CORRUPT' && /digest/.test(error.message),
  );
});

test('damaged metadata is DATASET_CORRUPT, a missing dataset DATASET_NOT_FOUND', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata, path } = await prepareText(directory, countingCsv(100, 2));
  const cache = join(directory, 'cache');
  const json = path.replace(/f32$/, 'json');
  chmodSync(json, 0o644);
  copyFileSync(json, `${json}.kept`);
  truncateSync(json, 50);
  const code = (expected: string) => (error: SweepError) => error.code === expected;
  assert.throws(() => openDataset(cache, metadata.digest), code('DATASET_CORRUPT'));
  writeFileSync(json, '{"version": 1}');
  assert.throws(() => openDataset(cache, metadata.digest), code('DATASET_CORRUPT'));
  assert.throws(() => openDataset(cache, '0'.repeat(64)), code('DATASET_NOT_FOUND'));
  assert.throws(() => openDataset(cache, '../../etc/passwd'), code('DATASET_NOT_FOUND'));
});
