// Splits by lengths of time and by dates, of a table that has times, as rows; and what is refused of one that has none, or none
// that go at a step.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { TimeRuns } from '../../../src/dataset/series/split/time-runs.js';
import type { SweepError } from '../../../src/errors.js';
import type { SplitSpec } from '../../../src/study/dataset-source.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const days = (count: number) => ({ seconds: count * 86_400 });
const hours = (count: number) => ({ seconds: count * 3600 });
const timeText = (hour: number): string =>
  new Date(Date.UTC(2020, 0, 1) + hour * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

/** Hourly rows at these hours; none: without times. */
async function prepare(t: TestContext, split: SplitSpec, at: readonly number[], isTimed = true) {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'load.csv');
  const rows = at.map((hour, row) => `${isTimed ? `${timeText(hour)},` : ''}${(row * 7) % 11}\n`);
  writeFileSync(path, `${isTimed ? 'date,' : ''}load\n${rows.join('')}`);
  const { metadata } = await prepareDataset(
    { sources: [csvSource(path)], target: 'load', split },
    { cacheDirectory: directory },
  );
  return metadata;
}
const partsOf = ({ train, validation, test: last }: { train: object; validation: object; test: object }) =>
  [train, validation, last].map((range) => Object.values(range));

const HOURS = Array.from({ length: 240 }, (_, hour) => hour);
/** Two days are missing. */
const GAPPED = HOURS.filter((hour) => hour < 96 || hour >= 144);

const SPLITS: readonly [string, SplitSpec, readonly number[], number[][]][] = [
  [
    'back from the end, with a gap before both',
    { type: 'lengths', validation: days(2), test: days(3), gap: hours(6) },
    HOURS,
    [
      [0, 108],
      [114, 162],
      [168, 240],
    ],
  ],
  [
    'on from the beginning, beside rows and shares',
    { type: 'lengths', train: days(5), validation: 30, test: 0.1 },
    HOURS,
    [
      [0, 120],
      [120, 150],
      [150, 174],
    ],
  ],
  [
    'rows that are missing count as time',
    { type: 'lengths', validation: days(4), test: days(2) },
    GAPPED,
    [
      [0, 96],
      [96, 144],
      [144, 192],
    ],
  ],
  [
    'a gap as time between shares',
    { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25, gap: days(1) },
    HOURS,
    [
      [0, 120],
      [144, 180],
      [204, 240],
    ],
  ],
];
for (const [what, split, at, expected] of SPLITS)
  test(`${what}`, async (t) => {
    assert.deepEqual(partsOf((await prepare(t, split, at)).split), expected);
  });

const blocksOf = ({ rolling }: Awaited<ReturnType<typeof prepare>>) =>
  rolling!.blocks.map(({ origin: { train, validation } }) =>
    [train, validation].map((one) => Object.values(one)),
  );

test('blocks of a length of time are those of so many rows', async (t) => {
  const rows: SplitSpec = { type: 'rolling', blocks: 3, validation: 24, train: 72, test: 48, gap: 6 };
  const times: SplitSpec = {
    type: 'rolling',
    blocks: 3,
    validation: days(1),
    train: days(3),
    test: days(2),
    gap: hours(6),
  };
  assert.deepEqual(blocksOf(await prepare(t, times, HOURS)), blocksOf(await prepare(t, rows, HOURS)));
});

test('blocks and the test part begin at dates, each block ends where the next begins', async (t) => {
  const split: SplitSpec = {
    type: 'rolling',
    blocks: [timeText(96), timeText(120), timeText(168)],
    test: { from: timeText(192), until: timeText(216) },
  };
  const metadata = await prepare(t, split, HOURS);
  assert.deepEqual(blocksOf(metadata), [
    [
      [0, 168],
      [168, 192],
    ],
    [
      [0, 120],
      [120, 168],
    ],
    [
      [0, 96],
      [96, 120],
    ],
  ]);
  assert.deepEqual(metadata.split.test, { start: 192, end: 216 });
  const short = await prepare(t, { ...split, validation: days(1), train: days(2) }, HOURS);
  assert.deepEqual(blocksOf(short), [
    [
      [120, 168],
      [168, 192],
    ],
    [
      [72, 120],
      [120, 144],
    ],
    [
      [48, 96],
      [96, 120],
    ],
  ]);
});

const REFUSED: readonly [string, SplitSpec, readonly number[], boolean, string, RegExp][] = [
  [
    'lengths of a table without times',
    { type: 'lengths', validation: days(1), test: days(1) },
    HOURS,
    false,
    'dataset.split',
    /a split by lengths of time needs the time of each row/,
  ],
  [
    'dates of a table without times',
    { type: 'rolling', blocks: [timeText(96), timeText(120)], test: 24 },
    HOURS,
    false,
    'dataset.split',
    /a split by date needs the time of each row/,
  ],
  [
    'lengths of rows at no step',
    { type: 'rolling', blocks: 2, validation: days(1), test: days(1) },
    HOURS.map((row) => (row * (row + 3)) / 2),
    true,
    'dataset.split',
    /steady step: \d+ of 240 are not/,
  ],
  [
    'a length that is no whole number of rows',
    { type: 'rolling', blocks: 2, validation: { seconds: 5400 }, test: days(1) },
    HOURS,
    true,
    'dataset.split.rolling.validation',
    /1 h 30 min is no whole number of rows, which are 1 h 00 min apart/,
  ],
  [
    'a sliding part that begins before the series',
    { type: 'rolling', blocks: 2, validation: days(1), train: days(9), test: days(1) },
    HOURS,
    true,
    'dataset.split.rolling.blocks',
    /block 2 of 2 .* leaves 192 rows before it to train on, 216 are asked for|block 1 of 2 .* leaves 168 rows/,
  ],
  [
    'parts longer than the series',
    { type: 'lengths', validation: days(8), test: days(8) },
    HOURS,
    true,
    'dataset.split.validation',
    /take \d+ of the 240 rows/,
  ],
  [
    'a block that reaches into the next',
    { type: 'rolling', blocks: [timeText(96), timeText(120)], validation: days(2), test: days(2) },
    HOURS,
    true,
    'dataset.split.rolling.validation',
    /block 1 of 2, from 2020-01-05 00:00 on, does not end before the next one/,
  ],
  [
    'a block after the test part began',
    { type: 'rolling', blocks: [timeText(96), timeText(230)], test: days(2) },
    HOURS,
    true,
    'dataset.split.rolling.blocks',
    /block 2 of 2, .* has no row before the test part/,
  ],
];
for (const [what, split, at, isTimed, path, message] of REFUSED)
  test(`${what}: refused`, async (t) => {
    await assert.rejects(prepare(t, split, at, isTimed), (error: SweepError) => {
      assert.match(error.message, message);
      assert.equal(error.path, path);
      return true;
    });
  });

test('runs of times know the time of a row and the rows before a time, wherever rows stand', () => {
  const times = [0, 10, 20, 30, 30, 30, 25, 26, 27, 100, 101, 90, 80, 70, 200];
  const runs = new TimeRuns();
  for (const time of times) runs.append(time);
  assert.deepEqual(
    times.map((_, row) => runs.timeOf(row)),
    times,
  );
  for (let at = -5; at < 210; at += 0.5)
    assert.equal(runs.before(at), times.filter((time) => time < at).length, `before ${at}`);
});
