// Nothing reads what was not known at its time, for every way to split: from the table on, what lies past the rows that are
// learnt from changes no training sample and no normalisation, and what lies past a window changes nothing of it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import { judgedRows } from '../../../src/dataset/windows.js';
import type { SplitSpec } from '../../../src/study/dataset-source.js';
import { type ForecastTask, ofColumn } from '../../../src/study/trial/trial.js';
import { rivalsOver } from '../../../src/task/forecast/baselines/rivals.js';
import { blockTasks } from '../../../src/task/forecast/block-tasks.js';
import { openSplit } from '../../../src/task/open-split.js';
import { openTestSplit } from '../../../src/task/test-split.js';
import { testStream } from '../../support/fakes/array-samples.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const ROWS = 140;
/** Rows from the last one read to the target, in every task here: known columns are read that far ahead. */
const HORIZON = 4;
const HOUR_MS = 3_600_000;
const timeOf = (row: number): string =>
  new Date(Date.UTC(2020, 0, 1) + row * HOUR_MS).toISOString().slice(0, 16).replace('T', ' ');
/** load is the target, price is known ahead, wind is not. */
const COLUMNS = ['load', 'price', 'wind'] as const;
const KNOWN = COLUMNS.indexOf('price');

const hours = (count: number) => ({ seconds: count * 3600 });
const SPLITS: Readonly<Record<string, SplitSpec>> = {
  rows: {
    type: 'rows',
    train: { start: 0, end: 60 },
    validation: { start: 60, end: 100 },
    test: { start: 100, end: null },
  },
  'shares with a gap': { type: 'fractions', train: 0.4, validation: 0.3, test: 0.3, gap: 4 },
  dates: { type: 'dates', train: { until: timeOf(60) }, validation: { until: timeOf(100) }, test: {} },
  'rolling origin': { type: 'rolling', blocks: 3, validation: 24, test: 30 },
  'sliding origin with a gap': { type: 'rolling', blocks: 3, validation: 0.17, train: 30, test: 30, gap: 3 },
  'lengths of time': { type: 'lengths', validation: hours(36), test: hours(36), gap: hours(4) },
  'sliding origin by dates and lengths of time': {
    type: 'rolling',
    blocks: [timeOf(50), timeOf(78)],
    train: hours(40),
    test: { from: timeOf(106) },
    gap: hours(3),
  },
};

const tasks = fc
  .record({
    timesteps: fc.integer({ min: 2, max: 6 }),
    step: fc.integer({ min: 1, max: 2 }),
    as: fc.constantFrom(undefined, 'difference', 'seasonal-difference'),
    normalise: fc.constantFrom(undefined, 'last', 'mean', 'standard'),
    isAhead: fc.boolean(),
    isSeveral: fc.boolean(),
  })
  .map(({ timesteps, step, as, normalise, isAhead, isSeveral }) => ({
    isAhead,
    kind: 'forecast' as const,
    targetColumn: 0,
    ...(isSeveral ? { targetColumns: [0, COLUMNS.indexOf('wind')] } : {}),
    window: {
      lookback: timesteps * step,
      step,
      delay: HORIZON - step,
      ...(normalise === undefined ? {} : { normalise }),
    },
    // A season that any window reaches.
    period: HORIZON,
    ...(as === undefined ? {} : { as }),
  }));
type Drawn = typeof tasks extends fc.Arbitrary<infer One> ? One : never;
type Changed = (row: number, column: number) => boolean;

/** `changed`: whether the value of a column in a row of the table is another. */
async function prepare(directory: string, split: SplitSpec, changed: Changed): Promise<MappedDataset> {
  const random = testStream(7);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const values = COLUMNS.map((_, column) => {
      const value = 5 + random.nextNormal();
      return changed(row, column) ? -3 * value - 100 : value;
    });
    return `${timeOf(row)},${values.join(',')}\n`;
  });
  const path = join(directory, 'table.csv');
  writeFileSync(path, `date,${COLUMNS.join(',')}\n${lines.join('')}`);
  const spec = {
    sources: [csvSource(path)],
    target: 'load',
    split,
    known: ['price'],
    calendar: ['hour', 'weekday'],
  };
  const cacheDirectory = join(directory, 'cache');
  const { metadata } = await prepareDataset(spec, { cacheDirectory });
  return openDataset(cacheDirectory, metadata.digest);
}

/** What a model is fed of a sample, what it learns of it, and the level that an answer of 0.5 means, of each column. */
function readSample(samples: SampleSet, at: number): { fed: number[]; targets: number[]; levels: number[] } {
  const inputs = new Float32Array(samples.timesteps * samples.features);
  const one = Uint32Array.of(at);
  samples.gather(one, 0, 1, inputs, 0, samples.features, inputs.length);
  const targets = new Float32Array(samples.targetUnits ?? 1);
  samples.gatherTargets(one, 0, 1, targets, 0);
  const levels = targets.map(() => 0.5);
  samples.restore?.(one, 0, 1, levels, 0);
  return { fed: [...inputs], targets: [...targets], levels: [...levels] };
}

/** The task as trials of a block have it. */
function taskOf(dataset: MappedDataset, { isAhead, ...task }: Drawn, block: number): ForecastTask {
  const { columns, split } = dataset.metadata;
  const made = columns.map((_, column) => column).filter((column) => column >= COLUMNS.length);
  const whole = { ...task, split, ...(isAhead ? { ahead: [KNOWN, ...made] } : {}) };
  return blockTasks(whole, dataset.metadata)[block]!;
}

/** Rows of the table that a block has. */
function originOf({ metadata: { rolling, split } }: MappedDataset, block: number) {
  return rolling?.blocks[block]?.origin ?? split;
}

function sameTraining(before: MappedDataset, after: MappedDataset, block: number): void {
  const scales = ({ metadata: { rolling, columns } }: MappedDataset) =>
    (rolling?.blocks[block]?.columns ?? columns).map(({ mean, std }) => [mean, std]);
  assert.deepEqual(scales(after), scales(before));
  fc.assert(
    fc.property(tasks, (drawn) => {
      const [left, right] = [before, after].map((one) => openSplit(one, taskOf(one, drawn, block), 'train'));
      assert.ok(left!.count > 0 && left!.count === right!.count);
      for (let at = 0; at < left!.count; at++)
        assert.deepEqual(readSample(right!, at), readSample(left!, at));
    }),
    { numRuns: 10 },
  );
}

/** Of the windows of a part those that end at row `cut` of the table or before, the last one sharply. */
function samePast(
  before: MappedDataset,
  after: MappedDataset,
  block: number,
  part: 'validation' | 'test',
  cut: number,
): void {
  fc.assert(
    fc.property(tasks, (drawn) => {
      const open = (dataset: MappedDataset) => {
        const task = taskOf(dataset, drawn, block);
        const samples =
          part === 'test' ? openTestSplit(dataset, task) : openSplit(dataset, task, 'validation');
        const rivals = rivalsOver(dataset, ofColumn(task, 0), judgedRows(task, part), part, 1).forecasts;
        return { samples, rivals };
      };
      const [left, right] = [open(before), open(after)];
      const { lookback, step } = drawn.window;
      const start =
        part === 'test' ? before.metadata.split.test.start : originOf(before, block).validation.start;
      const last = cut - start - lookback + step;
      assert.ok(last >= 0 && last < left.samples.count);
      for (let at = 0; at <= last; at++) {
        const [was, is] = [readSample(left.samples, at), readSample(right.samples, at)];
        assert.deepEqual(is.fed, was.fed);
        assert.deepEqual(is.levels, was.levels);
        for (const [place, target] of (at === last ? was.targets : []).entries())
          assert.notEqual(is.targets[place], target, 'the target is what was changed');
        for (const [place, { name, predictions }] of left.rivals.entries())
          assert.equal(right.rivals[place]!.predictions[at], predictions[at], name);
      }
    }),
    { numRuns: 10 },
  );
}

for (const [name, split] of Object.entries(SPLITS))
  test(`${name}: what was not known at its time changes no training sample, mean, window or baseline`, async (t) => {
    const directory = temporaryDirectory(t);
    const before = await prepare(directory, split, () => false);
    const compare = async (changed: Changed, check: (after: MappedDataset) => void): Promise<void> => {
      const after = await prepare(directory, split, changed);
      check(after);
      after.close();
    };
    const { gap: apart = 0 } = 'gap' in split ? split : {};
    const gap = typeof apart === 'number' ? apart : apart.seconds / 3600;
    const blocks = before.metadata.rolling?.blocks.length ?? 1;
    for (const block of new Set([0, blocks - 1])) {
      const { train, validation } = originOf(before, block);
      assert.equal(validation.start, train.end + gap);
      await compare(
        (row) => row >= train.end,
        (after) => sameTraining(before, after, block),
      );
      const cut = Math.floor((validation.start + validation.end) / 2) + 2;
      await compare(
        (row, column) => row > (column === KNOWN ? cut + HORIZON : cut),
        (after) => samePast(before, after, block, 'validation', cut),
      );
    }
    const { test: last } = before.metadata.split;
    assert.equal(last.start, originOf(before, 0).validation.end + gap);
    const cut = last.start + 15;
    await compare(
      (row, column) => row > (column === KNOWN ? cut + HORIZON : cut),
      (after) => samePast(before, after, 0, 'test', cut),
    );
    before.close();
  });
