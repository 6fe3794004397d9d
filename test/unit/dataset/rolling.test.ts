// The blocks of a rolling origin: their rows, and the prepared file that holds each normalised by its own past.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ColumnMetadata, RollingFacts } from '../../../src/dataset/dataset.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { resolveBlocks } from '../../../src/dataset/series/split/rolling-blocks.js';
import type { SweepError } from '../../../src/errors.js';
import type { RollingSplit, SplitSpec } from '../../../src/study/dataset-source.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const BLOCKS: RollingSplit = { type: 'rolling', blocks: 3, validation: 10, test: 20 };
const pairs = (spec: RollingSplit, rows: number) =>
  resolveBlocks(spec, rows).map(({ train, validation, test: last }) =>
    [train, validation, last].map(({ start, end }) => [start, end]),
  );

test('validation parts follow each other up to the test part, each with all rows before it to learn from', () => {
  assert.deepEqual(pairs(BLOCKS, 100), [
    [
      [0, 70],
      [70, 80],
      [80, 100],
    ],
    [
      [0, 60],
      [60, 70],
      [80, 100],
    ],
    [
      [0, 50],
      [50, 60],
      [80, 100],
    ],
  ]);
});

test('training parts of a length slide, a gap lies before each part, and shares are of the series', () => {
  assert.deepEqual(pairs({ ...BLOCKS, validation: 0.1, test: 0.2, train: 0.3, gap: 2 }, 100), [
    [
      [36, 66],
      [68, 78],
      [80, 100],
    ],
    [
      [26, 56],
      [58, 68],
      [80, 100],
    ],
    [
      [16, 46],
      [48, 58],
      [80, 100],
    ],
  ]);
});

const SHORT: readonly [string, RollingSplit, number, RegExp, string][] = [
  [
    'too many blocks',
    BLOCKS,
    50,
    /block 1 of 3 validates on rows 0 to 10, which leaves 0 rows/,
    'rolling.blocks',
  ],
  [
    'training parts that begin before the series',
    { ...BLOCKS, train: 60 },
    100,
    /block 2 of 3 .* leaves 60|block 1 of 3 .* leaves 50 rows before it to train on, 60 are asked for/,
    'rolling.blocks',
  ],
  ['a share without a row', { ...BLOCKS, test: 0.001 }, 100, /a share of 0\.001 of 100 rows is none/, 'test'],
];
for (const [what, spec, rows, message, path] of SHORT)
  test(`${what}: refused with the numbers`, () => {
    assert.throws(
      () => resolveBlocks(spec, rows),
      (error: SweepError) => {
        assert.equal(error.code, 'DATASET_TOO_SHORT');
        assert.match(error.message, message);
        assert.equal(error.path, `dataset.split.${path}`);
        return true;
      },
    );
  });

test('each block is normalised by its own training rows, the series itself by those of the latest', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'load.csv');
  const loads = Array.from({ length: 100 }, (_, row) => row * row + (row % 5));
  writeFileSync(path, `load\n${loads.join('\n')}\n`);
  const prepare = async (split: SplitSpec) => {
    const { metadata } = await prepareDataset(
      { sources: [csvSource(path)], target: 'load', split },
      { cacheDirectory: directory },
    );
    return openDataset(directory, metadata.digest);
  };
  const dataset = await prepare(BLOCKS);
  const { rows, split, columns } = dataset.metadata;
  const rolling: RollingFacts = dataset.metadata.rolling!;
  assert.equal(rolling.rows, 100);
  assert.equal(rows, 100 + 70 + 60);
  assert.deepEqual(split, rolling.blocks[0]!.split);
  for (const [back, { split: own, origin }] of rolling.blocks.entries()) {
    const { train, validation } = origin;
    const alone = await prepare({ type: 'rows', train, validation, test: { start: 80, end: null } });
    const expected: ColumnMetadata = alone.metadata.columns[0]!;
    const measured = rolling.blocks[back]!.columns[0]!;
    assert.deepEqual([measured.mean, measured.std], [expected.mean, expected.std]);
    assert.deepEqual(
      dataset.values.slice(own.train.start, own.validation.end),
      alone.values.slice(train.start, validation.end),
    );
    alone.close();
  }
  assert.equal(columns[0]!.mean, rolling.blocks[0]!.columns[0]!.mean);
  dataset.close();
});
