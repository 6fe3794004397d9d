// What `sweep data info` shows.
import assert from 'node:assert/strict';
import { chmodSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeDataset, listDatasets } from '../../../src/dataset/describe-dataset.js';
import type { SweepError } from '../../../src/errors.js';
import { countingCsv, prepareText, rowSplit } from '../../support/fixtures/dataset-fixtures.js';
import { flipBit } from '../../support/flip-bit.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

test('a description gives range, units and size of the source, and the naive error in the unit', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata, path } = await prepareText(directory, countingCsv(100, 2), {
    split: rowSplit(50, 25, 25),
  });
  const found = await describeDataset(join(directory, 'cache'), metadata.digest.slice(0, 12), {
    targetColumn: 0,
    window: { lookback: 4, step: 2, delay: 3 },
  });
  assert.deepEqual(found.metadata, metadata);
  assert.equal(found.path, path);
  assert.equal(found.sizeBytes, 64 + 800);
  const [first, second] = found.columns;
  assert.equal(first?.unit, 'u');
  assert.deepEqual([first!.min, first!.max], [0, 99]);
  assert.deepEqual([second!.min, second!.max], [0.01, 99.01]);
  // The target grows by 1 a row, and step + delay rows lie between what is seen and what is asked.
  assert.ok(Math.abs(found.naive!.maeUnits - 5) < 1e-5);
  assert.equal(found.naive!.windows, 25 - 4 - 3);
});

test('the range is that of the file: large integers, tiny fractions, values outside the training rows, a held column', async (context) => {
  const directory = temporaryDirectory(context);
  const columns: readonly (readonly number[])[] = [
    Array.from({ length: 24 }, (_, row) => 198_399 + 250_000 * row),
    Array.from({ length: 24 }, (_, row) => 9_007_199_254_740_000 + row),
    Array.from({ length: 24 }, (_, row) => 1.25e-9 * (row + 1)),
    Array.from({ length: 24 }, (_, row) => (row < 20 ? 7 : 100 + row)),
  ];
  const rows = Array.from({ length: 24 }, (_, row) => columns.map((values) => values[row]).join(','));
  const { metadata } = await prepareText(directory, `a,b,c,d\n${rows.join('\n')}\n`, { target: 'a' });
  const found = await describeDataset(join(directory, 'cache'), metadata.digest);
  assert.deepEqual(
    found.columns.map(({ min, max }) => [min, max]),
    columns.map((values) => [Math.min(...values), Math.max(...values)]),
  );
});

test('a file whose metadata lacks ranges gets them when it is prepared anew, under the same digest', async (context) => {
  const directory = temporaryDirectory(context);
  const text = 'v,w\n198399,1\n448399,2\n698399,3\n948399,5\n';
  const { metadata, path } = await prepareText(directory, text, { target: 'v' });
  const json = path.replace(/\.f32$/, '.json');
  const columns = metadata.columns.map(({ min, max, ...column }) => column);
  chmodSync(json, 0o644);
  writeFileSync(json, JSON.stringify({ ...metadata, columns }));
  const cache = join(directory, 'cache');
  const before = await describeDataset(cache, metadata.digest);
  assert.ok(Math.abs(before.columns[0]!.max - 948_399) < 1);
  rmSync(join(cache, 'index'), { recursive: true });
  const again = await prepareText(directory, text, { target: 'v' });
  assert.equal(again.metadata.digest, metadata.digest);
  assert.equal((await describeDataset(cache, metadata.digest)).columns[0]!.max, 948_399);
});

test('damaged contents are not described', async (context) => {
  const directory = temporaryDirectory(context);
  const { metadata, path } = await prepareText(directory, countingCsv(100, 2));
  flipBit(path, 100);
  await assert.rejects(describeDataset(join(directory, 'cache'), metadata.digest), {
    code: 'DATASET_CORRUPT',
  });
});

test('a list shows damaged datasets with their problem', async (context) => {
  const directory = temporaryDirectory(context);
  const whole = await prepareText(directory, countingCsv(100, 2));
  const cut = await prepareText(directory, countingCsv(90, 2));
  chmodSync(cut.path, 0o644);
  truncateSync(cut.path, 100);
  const list = listDatasets(join(directory, 'cache'));
  assert.deepEqual(
    new Map(list.map((item) => [item.digest, item.problem === null])),
    new Map([
      [cut.metadata.digest, false],
      [whole.metadata.digest, true],
    ]),
  );
});

test('an unknown or ambiguous digest is DATASET_NOT_FOUND, a missing cache an empty list', async (context) => {
  const directory = temporaryDirectory(context);
  assert.deepEqual(listDatasets(join(directory, 'nowhere')), []);
  await prepareText(directory, countingCsv(100, 2));
  await prepareText(directory, countingCsv(90, 2));
  for (const prefix of ['zz', '']) {
    await assert.rejects(
      describeDataset(join(directory, 'cache'), prefix),
      (error: SweepError) => error.code === 'DATASET_NOT_FOUND',
    );
  }
});

test('a column that is constant over the training rows has deviation 0, and one of deviation 1 keeps it', async (context) => {
  const directory = temporaryDirectory(context);
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${row},7,${row % 2 === 0 ? -1 : 1},${row < 20 ? 3 : row}`,
  );
  const { metadata } = await prepareText(directory, `a,flat,one,late\n${rows.join('\n')}\n`, { target: 'a' });
  const { columns } = await describeDataset(join(directory, 'cache'), metadata.digest);
  assert.deepEqual(
    columns.slice(1).map(({ name, std }) => [name, std]),
    [
      ['flat', 0],
      ['one', 1],
      ['late', 0],
    ],
  );
  assert.equal(metadata.columns[1]?.std, 1);
});
