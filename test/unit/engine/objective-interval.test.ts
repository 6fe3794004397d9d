// The interval of an objective: of every metric over validation samples, by the metric's own samples.
import assert from 'node:assert/strict';
import { before, describe, it, test } from 'node:test';
import { intervalOf } from '../../../src/engine/training/objective-interval.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { Loss } from '../../../src/model/loss.js';
import type { MetricName } from '../../../src/model/metric.js';
import { meanInterval } from '../../../src/statistics/sample-mean.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import type { TaskSpec, TrialResult } from '../../../src/study/trial/trial.js';
import type { Evaluation } from '../../../src/task/evaluation.js';
import { taskOf } from '../../../src/task/registry.js';
import { dense, gru } from '../../support/fixtures/layer-specs.js';
import { smallConfig, smallDataset } from '../../support/fixtures/small-dataset.js';
import { smallReviewConfig } from '../../support/fixtures/small-reviews.js';

const overlapOf = (task: TaskSpec, stride: number): number => taskOf(task).overlap(task, stride);

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

/** An evaluation of these errors in time order, with losses of their own, so that no metric can take another's samples. */
function evaluationOf(errors: readonly number[]): Evaluation {
  const absoluteErrors = Float32Array.from(errors, Math.abs);
  const losses = Float64Array.from(errors, (error) => Math.log1p(Math.abs(error)));
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mae: mean(absoluteErrors),
    mse: mean(absoluteErrors.map((error) => error * error)),
    loss: mean(losses),
    penalty: 0,
    losses,
    absoluteErrors,
    predictions: new Float32Array(0),
    hits: new Float32Array(errors.length).fill(1),
  };
}

/** Neighbours are alike, as errors of overlapping windows are. */
function wanderingErrors(count: number): number[] {
  const random = seededRandom(5);
  let level = 0;
  return Array.from({ length: count }, () => {
    level = 0.5 * level + random.uniform() - 0.5;
    return level;
  });
}

describe('each metric has the interval of its own samples', () => {
  const evaluation = evaluationOf(wanderingErrors(800));
  const { absoluteErrors, losses } = evaluation;
  const { task, training } = smallConfig;
  const overlap = overlapOf(task, training.validationStride);
  const squares = Float64Array.from(absoluteErrors, (error) => error * error);
  const of = (values: ArrayLike<number>) => meanInterval(values, 'positive', overlap);

  it('an MAE that of absolute errors, a loss that of losses, an MSE that of squares', () => {
    assert.ok(of(absoluteErrors).interval !== null);
    assert.deepEqual(intervalOf(evaluation, 'validationMae', smallConfig), of(absoluteErrors));
    assert.deepEqual(intervalOf(evaluation, 'validationLoss', smallConfig), of(losses));
    assert.deepEqual(intervalOf(evaluation, 'validationMse', smallConfig), of(squares));
  });

  it('an RMSE the roots of the ends of the MSE', () => {
    assert.deepEqual(
      intervalOf(evaluation, 'validationRmse', smallConfig).interval,
      of(squares).interval?.map(Math.sqrt),
    );
  });

  it('a training loss none: the weights moved while it was taken', () => {
    assert.deepEqual(intervalOf(evaluation, 'trainLoss', smallConfig), {
      interval: null,
      reason: 'not-sampled',
    });
  });
});

test('windows share their horizon, a stride thins that out, and reviews share nothing', () => {
  const { task } = smallConfig;
  assert.ok(task.kind === 'forecast');
  const delayed = (delay: number): typeof task => ({ ...task, window: { ...task.window, delay } });
  assert.equal(overlapOf(delayed(60), 1), 60);
  assert.equal(overlapOf(delayed(60), 4), overlapOf(delayed(15), 1));
  assert.equal(overlapOf(smallReviewConfig.task, 1), 1);
});

describe('what cannot bear an interval has none, and says why', () => {
  const { task, training } = smallConfig;
  assert.ok(task.kind === 'forecast');
  const reasonFor = (errors: readonly number[], delay: number) => {
    const config = { task: { ...task, window: { ...task.window, delay } }, training };
    const { interval, reason } = intervalOf(evaluationOf(errors), 'validationMae', config);
    assert.equal(interval, null);
    return reason;
  };

  it('one window, and a few', () => {
    assert.equal(reasonFor([0.4], 0), 'too-few');
    assert.equal(reasonFor(wanderingErrors(20), 0), 'too-few');
  });

  it('windows that overlap by most of their horizon', () => {
    assert.equal(reasonFor(wanderingErrors(60), 48), 'overlap');
    assert.equal(reasonFor(wanderingErrors(236), 144), 'overlap');
  });

  it('a forecast that is never or always equally wrong', () => {
    assert.equal(reasonFor(new Array(100).fill(0), 0), 'constant');
    assert.equal(reasonFor(new Array(100).fill(0.5), 0), 'constant');
  });
});

test('no interval of an error reaches below zero, whatever spike is among the errors', () => {
  const spike = Array.from({ length: 60 }, (_, at) => (at === 27 ? 24 : at % 7 === 0 ? 0.02 : 0));
  const evaluation = evaluationOf(spike);
  for (const metric of ['validationMae', 'validationMse', 'validationRmse', 'validationLoss'] as const) {
    const { interval } = intervalOf(evaluation, metric, smallConfig);
    assert.ok(interval !== null, metric);
    assert.ok(interval[0] >= 0 && interval[0] < interval[1], `${metric} ${interval}`);
  }
});

test('squares past all float32 have an interval still', () => {
  const errors = wanderingErrors(400).map((error) => 1e25 * error);
  const [low, high] = intervalOf(evaluationOf(errors), 'validationMse', smallConfig).interval ?? [];
  assert.ok(Number.isFinite(low) && Number.isFinite(high) && (low as number) > 0);
});

describe('a trained trial has its objective inside its interval', () => {
  const { task } = smallConfig;
  assert.ok(task.kind === 'forecast');
  // Of the noise, and over most of the series: errors that bear an interval.
  const noiseTask = {
    ...task,
    targetColumn: 2,
    split: { ...task.split, train: { start: 0, end: 200 }, validation: { start: 200, end: 600 } },
  };
  const losses: readonly Loss[] = ['mae', 'mse', 'huber'];
  const metrics: readonly MetricName[] = [
    'validationLoss',
    'validationMae',
    'validationMse',
    'validationRmse',
  ];
  const resultOf = (loss: Loss, metric: MetricName, kernelL2: number): TrialResult => {
    const outcome = trainTrial({
      engine,
      config: {
        ...smallConfig,
        task: noiseTask,
        layers: [gru(5, { kernelL2 }), dense(1)],
        training: { ...smallConfig.training, loss, epochs: 1 },
      },
      objective: { metric, direction: 'minimize', epoch: 'best' },
      dataset: smallDataset(),
      checkpoint: null,
      now: () => 0,
      hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
    });
    assert.ok(outcome.type === 'finished');
    return outcome.result;
  };
  for (const loss of losses)
    for (const metric of metrics)
      it(`${metric} under ${loss} with an L2 penalty`, () => {
        // A penalty far above the loss: an interval that lacks it, or a metric that holds it, would be elsewhere.
        const { objective, objectiveInterval, metrics: all } = resultOf(loss, metric, 10);
        const [low, high] = objectiveInterval ?? [Number.NaN, Number.NaN];
        assert.ok(low < objective && objective < high, `${low} < ${objective} < ${high}`);
        const { trainLoss = 0, validationLoss = 0, validationMae = 0 } = all;
        assert.ok(validationLoss > 5 * validationMae, 'the validation loss is penalised, the errors are not');
        assert.ok(trainLoss < 3 * validationLoss, 'as the training loss is');
      });

  it('without a penalty a loss that is a metric has the interval of that metric to the last bit', () => {
    for (const [loss, metric] of [
      ['mae', 'validationMae'],
      ['mse', 'validationMse'],
    ] as const)
      assert.deepEqual(
        resultOf(loss, 'validationLoss', 0).objectiveInterval,
        resultOf(loss, metric, 0).objectiveInterval,
      );
  });
});
