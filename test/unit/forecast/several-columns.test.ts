// Forecasts of several columns at once, from windows to predictions: of each column what a forecast of that column alone would
// be judged on, in its own unit.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { evaluateOnTest } from '../../../src/coordinator/ending/finalize.js';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import type { Model } from '../../../src/engine/engine.js';
import { evaluateInBatches, judgedBy } from '../../../src/engine/training/evaluation.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { columnFields } from '../../../src/leaderboard/outputs/column-fields.js';
import type { FinishedRow, SeedResult } from '../../../src/study/finished-row.js';
import type { ForecastTest } from '../../../src/study/test-evaluation.js';
import { testEvaluationSchema } from '../../../src/study/test-evaluation.js';
import {
  type ForecastTask,
  forecastTaskSchema,
  ofColumn,
  type TrainConfig,
  trialResultSchema,
} from '../../../src/study/trial/trial.js';
import type { Evaluation } from '../../../src/task/evaluation.js';
import { blockTasks } from '../../../src/task/forecast/block-tasks.js';
import { forecastExport } from '../../../src/task/forecast/forecast-export.js';
import type { ForecastUse } from '../../../src/task/forecast/forecast-use.js';
import { SeriesStreams } from '../../../src/task/forecast/predict/series-streams.js';
import { openSplit, validationBaseline } from '../../../src/task/open-split.js';
import { taskOf } from '../../../src/task/registry.js';
import type { Forecast } from '../../../src/task/windows/window-stream.js';
import { dense, flatten } from '../../support/fixtures/layer-specs.js';
import { smallConfig, smallDataset, smallTask } from '../../support/fixtures/small-dataset.js';

/** Column 0 in tenths of a degree, column 1 in hundreds of watts. */
const UNITS = [
  { unit: 'degC', mean: 5, std: 0.1 },
  { unit: 'W', mean: -200, std: 100 },
  { unit: null, mean: 0, std: 1 },
];
const plain = smallDataset();
const dataset: MappedDataset = {
  ...plain,
  metadata: {
    ...plain.metadata,
    columns: plain.metadata.columns.map((column, place) => ({ ...column, ...UNITS[place]! })),
  },
};
const OBJECTIVE = { metric: 'validationMae', direction: 'minimize', epoch: 'best' } as const;
const TARGETS = [1, 0];
const STEPS = 2;
const both: ForecastTask = {
  ...smallTask,
  targetColumn: 1,
  targetColumns: TARGETS,
  window: { lookback: 12, step: 2, delay: 6, delays: [0, 6] },
};
const QUANTILES = [0.1, 0.5, 0.9];
const FRAMES: readonly Partial<ForecastTask>[] = [
  {},
  { as: 'difference', ahead: [2] },
  { as: 'seasonal-difference', period: 8 },
  { window: { ...both.window, normalise: 'last' } },
  { window: { ...both.window, normalise: 'standard' }, as: 'difference' },
  { window: { ...both.window, normalise: 'mean' }, quantiles: QUANTILES, conformal: true },
];

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

function configOf(task: ForecastTask): TrainConfig {
  const isBanded = task.quantiles !== undefined;
  return {
    ...smallConfig,
    task,
    layers: [flatten, dense(TARGETS.length * STEPS * (task.quantiles?.length ?? 1))],
    training: { ...smallConfig.training, loss: isBanded ? 'pinball' : 'mae', epochs: 3 },
  };
}

function train(config: TrainConfig) {
  const outcome = trainTrial({
    engine,
    config,
    objective: OBJECTIVE,
    dataset,
    checkpoint: null,
    now: () => 0,
    hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
  });
  assert.ok(outcome.type === 'finished');
  assert.deepEqual(trialResultSchema.parse(JSON.parse(JSON.stringify(outcome.result))), outcome.result);
  return outcome;
}

/** Judged where a model says of every output what `say` makes of what it was to learn. */
function judge(task: ForecastTask, say: (target: number) => number): Evaluation {
  const samples = openSplit(dataset, task, 'validation');
  const targets = samples.targetUnits ?? 1;
  const each = task.quantiles?.length ?? 1;
  const model = {
    outputUnits: targets * each,
    penalty: () => 0,
    predict(of: typeof samples, indices: Uint32Array, out: Float32Array) {
      const truth = new Float32Array(indices.length * targets);
      of.gatherTargets(indices, 0, indices.length, truth, 0);
      for (const [at, target] of truth.entries()) out.fill(say(target), at * each, (at + 1) * each);
    },
  } as unknown as Model;
  const batches = evaluateInBatches(model, samples, judgedBy(configOf(task)));
  for (;;) {
    const { done, value } = batches.next();
    if (done === true) return value;
  }
}

const close = (left: number, right: number): void =>
  assert.ok(Math.abs(left - right) < 1e-6, `${left} is not ${right}`);
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('several target columns', () => {
  for (const frame of FRAMES) {
    const task: ForecastTask = { ...both, ...frame };
    const alone = TARGETS.map((_, place) => ofColumn(task, place));
    it(`have the targets of each column alone, one after the other: ${JSON.stringify(frame)}`, () => {
      assert.deepEqual(forecastTaskSchema.parse(task), task);
      const all = openSplit(dataset, task, 'validation');
      const ones = alone.map((one) => openSplit(dataset, one, 'validation'));
      assert.equal(all.targetUnits, TARGETS.length * STEPS);
      assert.ok(ones.every(({ count }) => count === all.count));
      const indices = Uint32Array.of(0, 7, all.count - 1);
      const read = (from: typeof all, isRestored: boolean): Float32Array => {
        const values = new Float32Array(3 * from.targetUnits!);
        from.gatherTargets(indices, 0, 3, values, 0);
        if (isRestored) from.restore?.(indices, 0, 3, values, 0);
        return values;
      };
      for (const isRestored of [false, true]) {
        const apart = ones.map((one) => read(one, isRestored));
        const joined = [0, 1, 2].flatMap((row) =>
          apart.flatMap((values) => [...values.subarray(row * STEPS, (row + 1) * STEPS)]),
        );
        assert.deepEqual([...read(all, isRestored)], joined);
      }
    });

    it(`are judged as each column alone, and by the mean of them: ${JSON.stringify(frame)}`, () => {
      const say = (target: number): number => 0.5 * target + 0.1;
      const { mae, mse, outputs } = judge(task, say);
      const apart = alone.map((one) => judge(one, say));
      for (const [place, one] of apart.entries()) {
        close(outputs!.columns![place]!.mae, one.mae);
        close(outputs!.columns![place]!.mse, one.mse);
      }
      close(mae, mean(apart.map((one) => one.mae)));
      close(mse, mean(apart.map((one) => one.mse)));
      assert.equal(outputs!.steps!.length, STEPS);
      for (const [step, { mae: ofStep }] of outputs!.steps!.entries())
        close(ofStep, mean(apart.map((one) => one.outputs!.steps![step]!.mae)));
      const baseline = validationBaseline(dataset, task);
      const persisted = alone.map((one) => validationBaseline(dataset, one));
      assert.deepEqual(
        baseline.byColumns,
        persisted.map(({ value }) => value),
      );
      close(baseline.value, mean(baseline.byColumns!));
    });
  }

  it('earlier blocks of a rolling origin are told in each column’s deviation of the latest one', () => {
    const columns = (std: number) => [
      { mean: 0, std: 1 },
      { mean: 0, std },
      { mean: 0, std: 1 },
    ];
    const block = { split: smallTask.split };
    const rolling = {
      blocks: [
        { ...block, columns: columns(1) },
        { ...block, columns: columns(3) },
      ],
    };
    const [latest, earlier] = blockTasks(both, { rolling } as never);
    assert.equal(latest!.errorScales, undefined);
    assert.deepEqual(earlier!.errorScales, [3, 1]);
    const [plainly, told] = [latest!, earlier!].map((task) => judge(task, (target) => target + 0.5));
    close(plainly!.mae, 0.5);
    assert.deepEqual(
      told!.outputs!.columns!.map((one) => Math.round(one.mae * 1e5) / 1e5),
      [1.5, 0.5],
    );
    const apart = validationBaseline(dataset, latest!).byColumns!;
    const scaled = validationBaseline(dataset, earlier!).byColumns!;
    close(scaled[0]!, 3 * apart[0]!);
    close(scaled[1]!, apart[1]!);
  });

  it('results and tests tell each column in its own unit, and all of them in deviations', async () => {
    const spec = {
      sources: [],
      target: 'drift',
      targets: ['drift', 'level'],
      split: { type: 'rows' },
    } as never;
    const info = taskOf(both).describeTarget(spec, dataset.metadata);
    assert.deepEqual(
      { target: info.target, unit: info.unit, targetStd: info.targetStd, targets: info.targets },
      {
        target: 'drift, level',
        unit: 'σ',
        targetStd: 1,
        targets: [
          { name: 'drift', unit: 'W', std: 100 },
          { name: 'level', unit: 'degC', std: 0.1 },
        ],
      },
    );
    const config = configOf(both);
    const { result, model } = train(config);
    assert.deepEqual(train(config).result.weightsDigest, result.weightsDigest);
    const { byColumns = [], bySteps = [], metrics } = result;
    assert.equal(bySteps.length, STEPS);
    close(mean(byColumns.map(({ mae }) => mae)), metrics.validationMae!);
    close(mean(byColumns.map(({ baselineMae }) => baselineMae)), result.baselineMae!);
    const row = { seeds: [{ result }] } as unknown as FinishedRow;
    assert.deepEqual(
      columnFields(row, info as never).map(({ column, unit, mae }) => ({ column, unit, mae })),
      [
        { column: 'drift', unit: 'W', mae: byColumns[0]!.mae * 100 },
        { column: 'level', unit: 'degC', mae: byColumns[1]!.mae * 0.1 },
      ],
    );
    assert.match(
      taskOf(both).describeOutputs(result, undefined, info.targets).join('\n'),
      /MAE by column, .*drift [\d.]+ W \(naive [\d.]+\), level [\d.]+ °C \(naive/,
    );
    const winner = { trial: 'a'.repeat(16), result: { ...result, modelDigest: 'b'.repeat(64) } };
    const test = (await evaluateOnTest(config, winner as unknown as SeedResult, {
      bus: { getBlob: async () => model } as never,
      engine,
      dataset,
      targetStd: info.targetStd,
      signal: new AbortController().signal,
    })) as ForecastTest;
    assert.deepEqual(testEvaluationSchema.parse(JSON.parse(JSON.stringify(test))), test);
    const { byColumn = [], baselines = [] } = test;
    assert.deepEqual(
      byColumn.map(({ column, unit }) => [column, unit]),
      [
        ['drift', 'W'],
        ['level', 'degC'],
      ],
    );
    for (const [place, { testMae, testMaeUnits }] of byColumn.entries())
      close(testMaeUnits, testMae * [100, 0.1][place]!);
    close(mean(byColumn.map(({ testMae }) => testMae)), test.testMae);
    close(test.testRmse!, Math.sqrt(mean(byColumn.map(({ testRmse }) => testRmse ** 2))));
    assert.equal(test.testMaeUnits, test.testMae);
    close(baselines.find(({ name }) => name === 'persistence')!.testMae, test.baselineTestMae);
    for (const { name, testMae } of baselines)
      close(testMae, mean(byColumn.map((one) => one.baselines!.find((own) => own.name === name)!.testMae)));
  });
});

describe('predictions of several columns', () => {
  const use = (task: ForecastTask): ForecastUse => ({
    kind: 'forecast',
    columns: dataset.metadata.columns.map((column) => ({ ...column })),
    target: 'drift',
    targetColumn: task.targetColumn,
    ...(task.targetColumns === undefined ? {} : { targetColumns: [...task.targetColumns] }),
    unit: 'W',
    window: { lookback: 12, step: 2, delay: 6, delays: [0, 6], normalise: 'last' },
    ...(task.quantiles === undefined ? {} : { quantiles: [...task.quantiles] }),
    stepSeconds: null,
    csv: { time: null, missing: [], onMissing: 'error' },
  });

  /** A model that answers with the place of each output. */
  function predict(of: ForecastUse): { forecasts: Forecast[]; streams: SeriesStreams } {
    const units = forecastExport.unitsOf(of);
    const model = {
      predict(_samples: unknown, indices: Uint32Array, out: Float32Array) {
        for (let at = 0; at < indices.length * units; at++) out[at] = (at % units) / 10;
      },
      dispose() {},
    };
    const forecasts: Forecast[] = [];
    const streams = new SeriesStreams(model as never, of, 6, 'x.csv', (one) => forecasts.push(one), null);
    for (let row = 0; row < 40; row++)
      streams.push({
        series: null,
        values: Float64Array.of(5 + row / 10, -200 + row, row % 3),
        filled: null,
        seconds: Number.NaN,
        row: row + 1,
        label: -1,
      });
    streams.finish(Number.NaN);
    return { forecasts, streams };
  }

  it('each column is told from its own window and in its own unit, beside what its row holds', () => {
    const { forecasts, streams } = predict(use(both));
    const first = forecasts[0]!;
    // The last row read is row 10: 5 + 1 degrees and −190 watts; the first target row is row 12.
    close(first.prediction, -190 + 0 * 100);
    close(first.others[0]!.prediction, 6 + 0.2 * 0.1);
    assert.deepEqual([first.actual, first.others[0]!.actual], [-188, 6.2]);
    assert.deepEqual([first.last, first.others[0]!.last], [-190, 6]);
    const later = forecasts[1]!;
    close(later.prediction, -190 + 0.1 * 100);
    close(later.others[0]!.prediction, 6 + 0.3 * 0.1);
    const { mae, byColumn = [], bySteps = [], compared } = streams.total();
    assert.deepEqual(
      byColumn.map((one) => [one.column, one.unit, one.compared]),
      [
        ['drift', 'W', compared / 2],
        ['level', 'degC', compared / 2],
      ],
    );
    close(mae!, mean([byColumn[0]!.mae! / 100, byColumn[1]!.mae! / 0.1]));
    assert.equal(bySteps.length, STEPS);
  });

  it('have a column of the CSV each, and with quantiles one a quantile', () => {
    assert.deepEqual(forecastExport.predictionHead(use(both)), [
      'row',
      'horizon',
      'prediction drift',
      'actual drift',
      'prediction level',
      'actual level',
    ]);
    const banded = use({ ...both, quantiles: [0.1, 0.9] });
    assert.deepEqual(forecastExport.predictionHead(banded).slice(2), [
      'prediction drift',
      'q0.1 drift',
      'q0.9 drift',
      'actual drift',
      'prediction level',
      'q0.1 level',
      'q0.9 level',
      'actual level',
    ]);
    const { forecasts } = predict(banded);
    const [{ quantiles, others }] = forecasts as [Forecast];
    assert.deepEqual(
      [...quantiles, ...others[0]!.quantiles].map((value) => Math.round(value * 1e3) / 1e3),
      [-190, -180, 6.04, 6.05],
    );
  });

  it('are said to those who use the model elsewhere', () => {
    const { output } = forecastExport.frameOf(use(both));
    assert.deepEqual(output.mean, [-200, -200, 5, 5]);
    assert.deepEqual(output.std, [100, 100, 0.1, 0.1]);
    assert.match(output.about, /column by column "drift", "level".*drift: W, level: degC/);
    assert.match(
      forecastExport.explainUse(use(both), { timesteps: 6, features: 3 }),
      /output × 100 \+ -200 is "drift" in W, output × 0\.1 \+ 5 is "level" in degC/,
    );
  });
});
