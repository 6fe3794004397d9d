// The interval of an objective: of every metric over validation samples, by the metric's own samples.
import assert from 'node:assert/strict';
import { before, describe, it, test } from 'node:test';
import type { Evaluation } from '../../../src/engine/training/evaluation.js';
import { intervalOf } from '../../../src/engine/training/objective-interval.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { Loss } from '../../../src/model/layer-spec.js';
import { blockBootstrapMean, defaultBlockLength } from '../../../src/statistics/bootstrap.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import type { MetricName, TrainConfig, TrialResult } from '../../../src/study/trial.js';
import { dense, gru } from '../../support/fixtures/layer-specs.js';
import { smallConfig, smallDataset } from '../../support/fixtures/small-dataset.js';
import { smallReviewConfig } from '../../support/fixtures/small-reviews.js';

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
    hits: new Float32Array(errors.length).fill(1),
  };
}

/** Neighbours are alike, as errors of overlapping windows are. */
function wanderingErrors(count: number): number[] {
  const random = seededRandom(5);
  let level = 0;
  return Array.from({ length: count }, () => {
    level = 0.95 * level + random.uniform() - 0.5;
    return level;
  });
}

describe('each metric has the interval of its own samples', () => {
  const evaluation = evaluationOf(wanderingErrors(400));
  const { absoluteErrors, losses } = evaluation;
  const { seed, task } = smallConfig;
  assert.ok(task.kind === 'forecast');
  const blockLength = defaultBlockLength(400, task.window.delay);
  const bootstrap = (values: ArrayLike<number>) => [
    ...blockBootstrapMean(values, { blockLength, seed }).interval,
  ];
  const squares = Float64Array.from(absoluteErrors, (error) => error * error);

  it('an MAE that of absolute errors, a loss that of losses, an MSE that of squares', () => {
    assert.deepEqual(intervalOf(evaluation, 'validationMae', smallConfig), bootstrap(absoluteErrors));
    assert.deepEqual(intervalOf(evaluation, 'validationLoss', smallConfig), bootstrap(losses));
    assert.deepEqual(intervalOf(evaluation, 'validationMse', smallConfig), bootstrap(squares));
  });

  it('an RMSE the roots of the ends of the MSE', () => {
    assert.deepEqual(
      intervalOf(evaluation, 'validationRmse', smallConfig),
      bootstrap(squares).map((end) => Math.sqrt(end)),
    );
  });

  it('a training loss none: the weights moved while it was taken', () => {
    assert.equal(intervalOf(evaluation, 'trainLoss', smallConfig), null);
  });
});

test('blocks span the horizon of a forecast, and a review is a block of its own', () => {
  const evaluation = evaluationOf(wanderingErrors(400));
  const widthOf = (config: TrainConfig): number => {
    const [low, high] = intervalOf(evaluation, 'validationLoss', config) ?? [0, 0];
    return high - low;
  };
  const { task } = smallConfig;
  assert.ok(task.kind === 'forecast');
  const delayed = (delay: number, validationStride: number): TrainConfig => ({
    ...smallConfig,
    task: { ...task, window: { ...task.window, delay } },
    training: { ...smallConfig.training, validationStride },
  });
  // Samples that depend on each other tell less: 60 of them in a block show it, one at a time hides it.
  assert.ok(widthOf(delayed(60, 1)) > 1.5 * widthOf(smallReviewConfig));
  assert.equal(widthOf(delayed(60, 4)), widthOf(delayed(15, 1)), 'a stride thins the overlap out');
  const { interval } = blockBootstrapMean(evaluation.losses, {
    blockLength: 1,
    seed: smallReviewConfig.seed,
  });
  assert.equal(widthOf(smallReviewConfig), interval[1] - interval[0]);
});

test('a root is taken of no number below 0, though a bootstrap of few samples can end there', () => {
  const evaluation = evaluationOf([0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0]);
  const [lowMse] = intervalOf(evaluation, 'validationMse', smallConfig) ?? [0];
  assert.ok(lowMse < 0, `the case must end below 0, but has ${lowMse}`);
  assert.equal(intervalOf(evaluation, 'validationRmse', smallConfig)?.[0], 0);
});

test('squares past all float32 have an interval still', () => {
  const [low, high] = intervalOf(evaluationOf([1e25, 2e25, 3e25, 4e25]), 'validationMse', smallConfig) ?? [];
  assert.ok(Number.isFinite(low) && Number.isFinite(high));
});

describe('a trained trial has its objective inside its interval', () => {
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
