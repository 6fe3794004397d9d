// A rolling origin over several series in one table: all of them are split at the same times, and each block is what a split of
// the table at these dates alone would be.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import type { SweepError } from '../../../src/errors.js';
import type { LabelledSpec, SeriesSpec, SplitSpec } from '../../../src/study/dataset-source.js';
import { describeBlock } from '../../../src/study/origin-block.js';
import {
  type ForecastTask,
  type LabelTask,
  type RowRange,
  stretchesOfSeries,
  type TrainConfig,
} from '../../../src/study/trial/trial.js';
import { measureRivals, scalesOf } from '../../../src/task/forecast/baselines/rival-errors.js';
import { blockTasks, validationRivals } from '../../../src/task/forecast/block-tasks.js';
import { forecastJudging } from '../../../src/task/forecast/forecast-judging.js';
import { openSplit, studyBaseline } from '../../../src/task/open-split.js';
import { taskOf } from '../../../src/task/registry.js';
import { testBaseline } from '../../../src/task/test-split.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { parseDocument } from '../../support/fixtures/sweep-documents.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

type Normalise = 'together' | 'series';

const dayText = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
/** First and last day of each, in the order in which they come up; rows by day, so that series mingle. */
const STORES = { a: [0, 59], c: [0, 57], b: [5, 59] } as const;
const saleOf = (store: string, day: number): number =>
  (store.charCodeAt(0) - 96) * 100 + day * day + ((day * 37) % 11);

function tableOf(stores: Readonly<Record<string, readonly [number, number]>>): string {
  const lines = Array.from({ length: 60 }, (_, day) =>
    Object.entries(stores).flatMap(([store, [first, last]]) =>
      day < first || day > last ? [] : [`${dayText(day)},${store},${saleOf(store, day)},${day % 7}\n`],
    ),
  );
  return `day,store,sales,weekday\n${lines.flat().join('')}`;
}

async function prepare(
  t: TestContext,
  split: SplitSpec,
  normalise: Normalise,
  stores: Parameters<typeof tableOf>[0] = STORES,
) {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'stores.csv');
  writeFileSync(path, tableOf(stores));
  const spec: SeriesSpec = {
    sources: [csvSource(path)],
    target: 'sales',
    split,
    series: { column: 'store', normalise, minRows: 1 },
  };
  const { metadata } = await prepareDataset(spec, { cacheDirectory: directory });
  const dataset = openDataset(directory, metadata.digest);
  t.after(() => dataset.close());
  return dataset;
}

const rowsOf = ({ values, metadata: { columns } }: MappedDataset, { start, end }: RowRange) =>
  values.slice(start * columns.length, end * columns.length);
const days = (count: number) => ({ seconds: count * 86_400 });
const ROLLING: SplitSpec = { type: 'rolling', blocks: 3, validation: days(10), test: days(10), gap: days(2) };
const WINDOW = { lookback: 3, step: 1, delay: 1 };

/** Days [from, until) of training and validation, of the latest block first. */
const ORIGINS = [
  [
    [0, 36],
    [38, 48],
  ],
  [
    [0, 26],
    [28, 38],
  ],
  [
    [0, 16],
    [18, 28],
  ],
] as const;

for (const normalise of ['together', 'series'] as const)
  test(`normalised ${normalise}: each block is the table split at its dates`, async (t) => {
    const rolled = await prepare(t, ROLLING, normalise);
    const { rolling, series } = rolled.metadata;
    for (const [back, [train, validation]] of ORIGINS.entries()) {
      const block = rolling!.blocks[back]!;
      const alone = await prepare(
        t,
        {
          type: 'dates',
          train: { until: dayText(train[1]) },
          validation: { from: dayText(validation[0]), until: dayText(validation[1]) },
          test: { from: dayText(50) },
        },
        normalise,
      );
      const { split } = block;
      for (const part of ['train', 'validation'] as const) {
        const own = alone.metadata.split[part];
        assert.deepEqual(rowsOf(rolled, split[part]), rowsOf(alone, own), `${part} of block ${back}`);
      }
      const list = alone.metadata.series!.list;
      assert.deepEqual(
        block.series!.map(({ stretches }) => stretches),
        list.map(({ stretches }) => stretches),
      );
      if (normalise === 'series')
        assert.deepEqual(
          block.series!.map(({ columns }) => columns),
          list.map(({ columns }) => columns),
        );
      assert.deepEqual(block.times, {
        train: [`${dayText(train[0])} 00:00:00`, `${dayText(train[1])} 00:00:00`],
        validation: [`${dayText(validation[0])} 00:00:00`, `${dayText(validation[1])} 00:00:00`],
      });
    }
    assert.deepEqual(
      series!.list.map(({ name, rows, stretches: { test: last } }) => [name, rows, last]),
      [
        ['a', 60, [50, 10]],
        ['c', 58, [50, 8]],
        ['b', 55, [50, 10]],
      ],
    );
    assert.equal(
      describeBlock({ blocks: taskFacts(rolled) }, 2),
      'block 1 of 3, trained on times from 2024-01-01 00:00:00 until 2024-01-17 00:00:00, judged on those from 2024-01-19 00:00:00 until 2024-01-29 00:00:00',
    );
  });

function taskFacts({ metadata }: { metadata: Parameters<typeof blockTasks>[1] & object }) {
  const spec = { sources: [], target: 'sales', split: ROLLING } as unknown as SeriesSpec;
  const { blocks } = taskOf(forecast(metadata)).describeTarget(spec, metadata as never);
  return blocks!;
}

function forecast(metadata: object): ForecastTask {
  const { split } = metadata as { split: ForecastTask['split'] };
  return { kind: 'forecast', targetColumn: 0, window: WINDOW, split };
}

test('rows and shares are of the common time, and trials read the windows of their block alone', async (t) => {
  const dataset = await prepare(t, ROLLING, 'together');
  const shares = await prepare(
    t,
    { type: 'rolling', blocks: 3, validation: 10, test: 10 / 60, gap: 2 },
    'together',
  );
  assert.equal(shares.metadata.digest, dataset.metadata.digest);
  const plan = planStudy(
    parseDocument({
      name: 'stores',
      dataset: {
        source: './stores.csv',
        target: 'sales',
        series: 'store',
        split: { rolling: { blocks: 3, validation: '10d' }, test: '10d', gap: '2d' },
      },
      window: WINDOW,
      model: { type: 'linear' },
      space: { learningRate: [0.1] },
      training: { learningRate: '$learningRate' },
    }),
    dataset.metadata,
    TEST_ENGINE,
  );
  const tasks = [0, 1, 2].map(
    (repeat) => (plan.resolve({ learningRate: 0.1 }, repeat).config as TrainConfig).task as ForecastTask,
  );
  assert.deepEqual(tasks, blockTasks(tasks[0]!, dataset.metadata));
  const { columns } = dataset.metadata;
  for (const [back, task] of tasks.entries()) {
    const { mean, std } = dataset.metadata.rolling!.blocks[back]!.columns[0]!;
    const samples = openSplit(dataset, task, 'validation');
    const [from, until] = ORIGINS[back]![1];
    const found = new Float32Array(samples.count);
    samples.gatherTargets(
      Uint32Array.from(found, (_, at) => at),
      0,
      samples.count,
      found,
      0,
    );
    const expected = Object.entries(STORES).flatMap(([store, [first, last]]) =>
      Array.from({ length: 60 }, (_, day) => day)
        .filter((day) => day >= Math.max(first, from) + 4 && day <= Math.min(last, until - 1))
        .map((day) => saleOf(store, day)),
    );
    assert.equal(found.length, expected.length);
    assert.deepEqual(
      [...found].map((value) => Math.round(value * std + mean)),
      expected,
    );
  }
  const rivals = validationRivals(dataset, tasks[0]!, 1);
  const naive = rivals.forecasts.find(({ name }) => name === 'persistence')!;
  const errors = [...naive.predictions].map((one, at) => Math.abs(one - rivals.targets[at]!));
  const ofStudy = studyBaseline(dataset, tasks[0]!);
  assert.equal(ofStudy.perSample.length, errors.length);
  assert.ok(columns[0]!.std > 0);
  const found = { validation: ofStudy, test: testBaseline(dataset, tasks[0]!) };
  const { document } = taskOf(tasks[0]!).describeBaselines(tasks[0]!, dataset.metadata, found);
  const [{ bySeries }] = (document as { baseline: [{ bySeries: { series: string; mae: number }[] }] })
    .baseline;
  const ofA = ORIGINS.flatMap(([, [from, until]]) => {
    const { std } = columns[0]!;
    return Array.from({ length: until - from - 4 }, (_, at) => from + 4 + at).map(
      (day) => Math.abs(saleOf('a', day) - saleOf('a', day - 2)) / std,
    );
  });
  const mean = ofA.reduce((sum, error) => sum + error, 0) / ofA.length;
  const [a] = bySeries;
  assert.equal(a!.series, 'a');
  assert.ok(Math.abs(a!.mae - mean) < 1e-5, `${a!.mae}, not ${mean}`);
});

for (const stride of [1, 3])
  test(`each validation window of series by themselves has the unit of its series, every ${stride}`, async (t) => {
    const dataset = await prepare(t, ROLLING, 'series');
    const { columns, series } = dataset.metadata;
    const task = forecast(dataset.metadata);
    const latest = {
      ...task,
      stretches: stretchesOfSeries(series!.list),
    };
    const rivals = validationRivals(dataset, latest, stride);
    assert.equal(rivals.scales.length, rivals.targets.length);
    const sales = new Set(
      Object.entries(STORES).flatMap(([store, [first, last]]) =>
        Array.from({ length: last - first + 1 }, (_, at) => saleOf(store, first + at)),
      ),
    );
    for (const [at, { mean, std }] of rivals.scales.entries())
      assert.ok(sales.has(Math.round(rivals.targets[at]! * std + mean)), `window ${at}`);
    const beside = forecastJudging.besideBaseline(dataset, latest, stride)!;
    const testScale = (place: number) =>
      scalesOf({ ...latest, targetColumn: place }, 'test', 1, { columns, series });
    assert.ok(measureRivals(beside, testScale).all.every(({ validation }) => validation.smape > 0));
  });

test('a series without rows in a block is refused by its name, with the block', async (t) => {
  await assert.rejects(
    prepare(t, ROLLING, 'together', { ...STORES, late: [20, 59] }),
    (error: SweepError) => {
      assert.equal(error.code, 'DATASET_TOO_SHORT');
      assert.match(
        error.message,
        /"late" \(40\); of the first, block 1 of 3, it has no row in the train part/,
      );
      assert.equal(error.path, 'dataset.split');
      return true;
    },
  );
});

test('a target that one series has constant in an earlier block is refused', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'stores.csv');
  const rows = Array.from(
    { length: 60 },
    (_, day) => `${dayText(day)},a,${day}\n${dayText(day)},b,${day < 18 ? 3 : day}\n`,
  );
  writeFileSync(path, `day,store,sales\n${rows.join('')}`);
  const series = { column: 'store', normalise: 'series', minRows: 1 } as const;
  await assert.rejects(
    prepareDataset(
      { sources: [csvSource(path)], target: 'sales', split: ROLLING, series },
      { cacheDirectory: directory },
    ),
    /constant over the training rows of block 1 of 3 in "b"/,
  );
});

test('classes of several series: each block has its own rows of each, and says when it is', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'stores.csv');
  writeFileSync(
    path,
    tableOf(STORES).replace(/,(\d)\n/g, (_, day) => `,${Number(day) < 3 ? 'low' : 'high'}\n`),
  );
  const spec: LabelledSpec = {
    kind: 'labelled',
    sources: [csvSource(path)],
    target: 'weekday',
    split: ROLLING,
    series: { column: 'store', normalise: 'series', minRows: 1 },
  };
  const { metadata } = await prepareDataset(spec, { cacheDirectory: directory });
  const { split, rolling, series } = metadata;
  const task: LabelTask = {
    kind: 'label',
    window: WINDOW,
    split,
    stretches: stretchesOfSeries(series!.list),
  };
  const { blocks, describeTarget, findMisfit } = taskOf(task);
  const tasks = blocks(task, metadata) as LabelTask[];
  assert.deepEqual(
    tasks.map(({ stretches }) => stretches),
    rolling!.blocks.map((block) => stretchesOfSeries(block.series!)),
  );
  assert.ok(tasks.every((one) => findMisfit(one, metadata) === null));
  const moved = { ...tasks[1]!, stretches: task.stretches! };
  assert.equal(findMisfit(moved, metadata)?.path, 'task.stretches.train');
  assert.deepEqual(
    describeTarget(spec, metadata).blocks!.map(({ times }) => times),
    rolling!.blocks.map(({ times }) => times),
  );
  const misfit = taskOf(forecast(metadata)).findMisfit(forecast(metadata), metadata);
  assert.match(misfit!.what, /the dataset has labels/);
});
