// Data that change under a map: cut short, or with a bit flipped.
import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  openSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import { MappedContents } from '../../../src/dataset/prepared/mapped-contents.js';
import { availableMapping, openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { preparedPath } from '../../../src/dataset/prepared/prepared-format.js';
import type { SweepError } from '../../../src/errors.js';
import { openSplit } from '../../../src/task/open-split.js';
import { countingCsv, prepareText } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

async function openSmall(t: TestContext): Promise<{ dataset: MappedDataset; path: string }> {
  const directory = temporaryDirectory(t);
  const { metadata } = await prepareText(directory, countingCsv(20_000, 3));
  const cache = join(directory, 'cache');
  const dataset = openDataset(cache, metadata.digest);
  t.after(() => dataset.close());
  return { dataset, path: preparedPath(cache, metadata.digest) };
}

function isCorrupt(words: RegExp) {
  return (thrown: SweepError): boolean => {
    assert.equal(thrown.code, 'DATASET_CORRUPT');
    assert.match(thrown.message, words);
    assert.match(thrown.hint ?? '', /prepared again/);
    return true;
  };
}

function write(path: string, place: number, bytes: Uint8Array): void {
  chmodSync(path, 0o644);
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, place);
  closeSync(file);
}

const skip = availableMapping() !== 'mmap';

test('a prepared file is read-only', async (t) => {
  const { path } = await openSmall(t);
  assert.equal(statSync(path).mode & 0o222, 0);
});

for (const size of [0, 64, 100_000]) {
  test(`a file cut to ${size} bytes while it is mapped is an error, not a bus error`, { skip }, async (t) => {
    const { dataset, path } = await openSmall(t);
    const task = {
      kind: 'forecast',
      targetColumn: 0,
      split: dataset.metadata.split,
      window: { lookback: 4, step: 1, delay: 1 },
    } as const;
    const samples = openSplit(dataset, task, 'train');
    chmodSync(path, 0o644);
    truncateSync(path, size);
    const words = new RegExp(`was cut to ${size} of \\d+ bytes`);
    assert.throws(() => dataset.values, isCorrupt(words));
    const read = (): void =>
      samples.gather(Uint32Array.of(samples.count - 1), 0, 1, new Float32Array(64), 0, 3, 12);
    assert.throws(read, isCorrupt(words));
    const contents = new MappedContents(dataset, path, () => 0);
    assert.throws(() => contents.verify(), isCorrupt(words));
  });
}

test('a flipped bit anywhere is found, at the first look and at a later one', { skip }, async (t) => {
  for (const looks of [0, 1, 2]) {
    for (const share of [0, 0.5, 1]) {
      const { dataset, path } = await openSmall(t);
      const contents = new MappedContents(dataset, path, () => 0);
      for (let look = 0; look < looks; look++) contents.verify();
      const values = dataset.values;
      const index = Math.round(share * (values.length - 1));
      const bytes = new Uint8Array(values.slice(index, index + 1).buffer);
      bytes[0] = bytes[0]! ^ 1;
      write(path, values.byteOffset + 4 * index, bytes);
      assert.throws(() => contents.verify(), isCorrupt(/contents have changed/));
      // It stays found.
      assert.throws(() => contents.verify(), isCorrupt(/contents have changed/));
    }
  }
});

test('another file that takes its name is none of a map’s business', { skip }, async (t) => {
  const { dataset, path } = await openSmall(t);
  const contents = new MappedContents(dataset, path, () => 0);
  contents.verify();
  writeFileSync(`${path}.new`, 'x');
  renameSync(`${path}.new`, path);
  contents.verify();
  assert.ok(dataset.values.length > 0);
});

test('checks that could come later take a twentieth of the time at most', { skip }, async (t) => {
  const { dataset, path } = await openSmall(t);
  let nowMs = 0;
  let costMs = 1;
  const contents = new MappedContents(dataset, path, () => (nowMs += costMs / 2));
  contents.verify();
  assert.ok(contents.isDue(), 'a cheap one is always due');
  costMs = 200;
  contents.verify();
  assert.ok(!contents.isDue());
  nowMs += 20 * costMs;
  assert.ok(contents.isDue());
});
