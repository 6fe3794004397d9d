// Forecasts without a model: each is right where its idea of the series is, and none reads what was not known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import { LeastSquares } from '../../../src/statistics/ridge.js';
import type { ForecastTask } from '../../../src/study/trial/trial.js';
import {
  findPeriod,
  type RivalName,
  rivalsOver,
  scaleOfErrors,
} from '../../../src/task/forecast/baselines/rivals.js';
import { measureErrors } from '../../../src/task/forecast/scaled-errors.js';
import { testBaseline } from '../../../src/task/test-split.js';
import { testStream } from '../../support/fakes/array-samples.js';

const ROWS = 400;
const TASK: ForecastTask = {
  kind: 'forecast',
  targetColumn: 1,
  split: {
    train: { start: 0, end: 240 },
    validation: { start: 240, end: 320 },
    test: { start: 320, end: ROWS },
  },
  window: { lookback: 12, step: 1, delay: 5 },
};

/** The target in column 1, noise in column 0. */
function seriesOf(valueAt: (row: number) => number): MappedDataset {
  const random = testStream(3);
  const values = Float32Array.from({ length: 2 * ROWS }, (_, at) =>
    at % 2 === 0 ? random.nextNormal() : valueAt((at - 1) / 2),
  );
  const columns = ['noise', 'load'].map((name) => ({ name, unit: null, mean: 10, std: 2 }));
  return {
    metadata: {
      version: 1,
      digest: '',
      rows: ROWS,
      columns,
      split: TASK.split,
      source: { name: 'made', synthetic: true, digest: '' },
      time: null,
      missing: { policy: 'error', values: 0 },
    },
    mapping: 'shared-array-buffer',
    values,
    close() {},
  };
}

function errorsOn(dataset: MappedDataset, task: ForecastTask = TASK): Partial<Record<RivalName, number>> {
  const { targets, forecasts } = rivalsOver(dataset, task, task.split.test, 'test', 1);
  return Object.fromEntries(
    forecasts.map(({ name, predictions }) => [
      name,
      measureErrors(predictions, targets, 1, () => ({ mean: 0, std: 1 })).mae,
    ]),
  );
}

const noise = (() => {
  const random = testStream(5);
  return Float64Array.from({ length: ROWS }, () => random.nextNormal());
})();
const season = (row: number): number => Math.sin((2 * Math.PI * row) / 8) + (row % 8 === 3 ? 1 : 0);

test('of a series that repeats, the season before is right, and its period is found', () => {
  const dataset = seriesOf(season);
  assert.equal(findPeriod(dataset, TASK), 8);
  const { persistence, seasonal, seasonalMean, linear } = errorsOn(dataset);
  assert.ok(seasonal! < 1e-6 && seasonalMean! < 1e-6, `${seasonal} ${seasonalMean}`);
  assert.ok(persistence! > 0.3);
  assert.ok(linear! < 0.05, `${linear}`);
  assert.ok(scaleOfErrors(dataset, TASK) < 1e-6);
});

test('of noise around a season, the mean of three seasons errs less than one of them', () => {
  const { seasonal, seasonalMean } = errorsOn(seriesOf((row) => 3 * season(row) + noise[row]!));
  assert.ok(seasonalMean! < 0.9 * seasonal!, `${seasonalMean} ${seasonal}`);
});

test('of a straight line the drift is right, and a step of the row is the error of a MASE of 1', () => {
  const dataset = seriesOf((row) => row / 100);
  const { persistence, drift } = errorsOn(dataset);
  assert.ok(drift! < 1e-5);
  assert.ok(Math.abs(persistence! - 0.06) < 1e-5);
  assert.ok(Math.abs(scaleOfErrors(dataset, { ...TASK, period: 1 }) - 0.01) < 1e-6);
  assert.equal(
    findPeriod(
      seriesOf((row) => noise[row]!),
      TASK,
    ),
    null,
  );
});

test('a period that is given is taken; one whose rows are not there leaves the seasons out', () => {
  const dataset = seriesOf(season);
  const given = rivalsOver(dataset, { ...TASK, period: 4 }, TASK.split.test, 'test', 1);
  assert.deepEqual(
    given.forecasts.map(({ name, period }) => [name, period]),
    [
      ['persistence', undefined],
      ['seasonal', 4],
      ['seasonalMean', 4],
      ['drift', undefined],
      ['linear', undefined],
    ],
  );
  const names = (period: number): string[] =>
    rivalsOver(dataset, { ...TASK, period }, TASK.split.validation, 'validation', 1).forecasts.map(
      ({ name }) => name,
    );
  // The first validation target stands in row 257, so that of 150 rows only one season lies before it.
  assert.deepEqual(names(150), ['persistence', 'seasonal', 'drift', 'linear']);
  assert.deepEqual(names(300), ['persistence', 'drift', 'linear']);
});

test('none of them reads a row after the last one of its window', () => {
  const dataset = seriesOf((row) => 3 * season(row) + noise[row]!);
  const window = 20;
  const lastRow = TASK.split.test.start + window + TASK.window.lookback - 1;
  const values = dataset.values.map((value, at) => (at >= 2 * (lastRow + 1) ? value + 5 : value));
  const predict = (one: MappedDataset) =>
    rivalsOver(one, TASK, TASK.split.test, 'test', 1).forecasts.map(({ predictions }) =>
      predictions.slice(0, window + 1),
    );
  assert.deepEqual(predict({ ...dataset, values }), predict(dataset));
});

const STEPS: ForecastTask = { ...TASK, window: { ...TASK.window, delay: 9, delays: [0, 5, 9] } };

test('of several steps each is told from its own season, drift and regression, as it is alone', () => {
  const dataset = seriesOf((row) => season(row) + row / 50);
  const { split } = TASK;
  const all = rivalsOver(dataset, STEPS, split.test, 'test', 1);
  const windows = all.targets.length / 3;
  for (const [at, delay] of STEPS.window.delays!.entries()) {
    const window = { ...TASK.window, delay };
    // The same windows: a nearer target has more of them at the end; what is learnt, of as many training windows.
    const cut = (rows: { start: number; end: number }) => ({ start: rows.start, end: rows.end - 9 + delay });
    const task = { ...TASK, window, split: { ...split, train: cut(split.train) } };
    const one = rivalsOver(dataset, { ...task, period: 8 }, cut(split.test), 'test', 1);
    for (const { name, predictions } of rivalsOver(dataset, { ...STEPS, period: 8 }, split.test, 'test', 1)
      .forecasts) {
      const alone = one.forecasts.find((other) => other.name === name)!.predictions;
      assert.equal(alone.length, windows);
      for (const [place, value] of alone.entries())
        assert.ok(Math.abs(value - predictions[place * 3 + at]!) < 1e-6, `${name} ${delay} ${place}`);
    }
    for (const [place, value] of one.targets.entries()) assert.equal(value, all.targets[place * 3 + at]);
  }
});

test('of several steps none reads a row after the last one of its window', () => {
  const dataset = seriesOf((row) => 3 * season(row) + noise[row]!);
  const window = 20;
  const lastRow = TASK.split.test.start + window + TASK.window.lookback - 1;
  const values = dataset.values.map((value, at) => (at >= 2 * (lastRow + 1) ? value + 5 : value));
  const predict = (one: MappedDataset) =>
    rivalsOver(one, STEPS, TASK.split.test, 'test', 1).forecasts.map(({ predictions }) =>
      predictions.slice(0, (window + 1) * 3),
    );
  assert.equal(predict(dataset).length, 5);
  assert.deepEqual(predict({ ...dataset, values }), predict(dataset));
});

test('of several steps persistence among them is the baseline of the study too', () => {
  const dataset = seriesOf((row) => season(row) + noise[row]!);
  const { value, perSample, beside } = testBaseline(dataset, STEPS);
  const { targets, forecasts } = beside!.test;
  const scale = { mean: 0, std: 1 };
  const errors = measureErrors(forecasts[0]!.predictions, targets, 1, () => scale, beside!.steps);
  assert.ok(Math.abs(errors.mae - value) < 1e-6);
  assert.equal(errors.absoluteErrors.length, perSample.length);
  for (const [window, error] of errors.absoluteErrors.entries())
    assert.ok(Math.abs(error - perSample[window]!) < 1e-6);
});

test('persistence among them is the baseline of the study', () => {
  const dataset = seriesOf((row) => season(row) + noise[row]!);
  const { value, beside } = testBaseline(dataset, TASK);
  const { targets, forecasts } = beside!.test;
  const errors = measureErrors(forecasts[0]!.predictions, targets, 1, () => ({ mean: 0, std: 1 }));
  assert.ok(Math.abs(errors.mae - value) < 1e-9);
});

test('errors are told in the unit where they must be, and free of it', () => {
  const errors = measureErrors([1, -1, 0], [2, -1, -2], 0.5, () => ({ mean: 3, std: 2 }));
  assert.equal(errors.mae, 1);
  assert.equal(errors.rmse, Math.sqrt(5 / 3));
  assert.equal(errors.mase, 2);
  // In the unit 5 for 7, 1 for 1, 3 for −1.
  assert.ok(Math.abs(errors.smape - (100 * (4 / 12 + 0 + 8 / 4)) / 3) < 1e-9);
  assert.equal(measureErrors([0], [1], 0, () => ({ mean: 0, std: 1 })).mase, null);
  assert.equal(measureErrors([0], [0], 1, () => ({ mean: 0, std: 1 })).smape, 0);
});

test('least squares are those of the normal equations, and stay finite where features repeat', () => {
  const random = testStream(9);
  const plain = new LeastSquares(2);
  const twice = new LeastSquares(2);
  for (let row = 0; row < 50; row++) {
    const [first, second] = [random.nextNormal(), random.nextNormal()];
    plain.add(Float64Array.of(first, second), 3 * first - 2 * second + 0.5);
    twice.add(Float64Array.of(first, first), 4 * first);
  }
  for (const [at, weight] of [3, -2, 0.5].entries())
    assert.ok(Math.abs(plain.solve(1e-12)[at]! - weight) < 1e-6);
  const [left, right] = twice.solve(1e-9);
  assert.ok(Math.abs(left! - 2) < 1e-3 && Math.abs(right! - 2) < 1e-3);
});
