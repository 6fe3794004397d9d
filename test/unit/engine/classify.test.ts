// A trial that classifies reviews: it learns, its accuracy is counted as Keras does, and it stands beside the majority class.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { majorityOver } from '../../../src/dataset/reviews/majority-class.js';
import type { Model } from '../../../src/engine/engine.js';
import { evaluateInBatches } from '../../../src/engine/training/evaluation.js';
import { type TrainingOutcome, trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { EpochReport, Objective } from '../../../src/study/trial/trial.js';
import { accuracyOf } from '../../../src/task/evaluation.js';
import { openSplit } from '../../../src/task/open-split.js';
import { testBaseline } from '../../../src/task/test-split.js';
import {
  reviewsInMemory,
  smallReviewConfig,
  smallReviews,
  smallReviewTask,
} from '../../support/fixtures/small-reviews.js';

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

const dataset = smallReviews();
const byAccuracy: Objective = { metric: 'validationAccuracy', direction: 'maximize', epoch: 'best' };

function train(
  objective: Objective,
  checkpoint: Uint8Array | null = null,
  stopAt = Number.POSITIVE_INFINITY,
) {
  const reports: EpochReport[] = [];
  const checkpoints: Uint8Array[] = [];
  let progress = 0;
  const outcome = trainTrial({
    engine,
    config: smallReviewConfig,
    objective,
    dataset,
    checkpoint,
    now: () => 0,
    hooks: {
      onReport: (report) => reports.push(report),
      onCheckpoint: (_, bytes) => checkpoints.push(bytes),
      onProgress: () => progress++,
      stopRequest: () => (progress >= stopAt ? 'interrupt' : 'none'),
    },
  });
  assert.equal(outcome.type, stopAt === Number.POSITIVE_INFINITY ? 'finished' : 'interrupted');
  return { reports, checkpoints, ...(outcome as Extract<TrainingOutcome, { type: 'finished' }>) };
}

test('an embedding and an LSTM learn which word decides, and the epoch of highest accuracy stands', () => {
  const { reports, result } = train(byAccuracy);
  const accuracies = reports.map(({ metrics }) => metrics.validationAccuracy as number);
  assert.equal(result.objective, Math.max(...accuracies));
  assert.equal(result.bestEpoch, accuracies.indexOf(result.objective) + 1);
  assert.ok(result.objective > 0.9, `accuracy ${result.objective}`);
  assert.deepEqual(Object.keys(result.metrics).sort(), [
    'trainLoss',
    'validationAccuracy',
    'validationLoss',
    'validationMacroF1',
  ]);
  const [low, high] = result.objectiveInterval ?? [0, 0];
  assert.ok(low <= result.objective && result.objective <= high && low < high && high <= 1);
  assert.equal(result.baselineMae, null);
  const majority = majorityOver(dataset, smallReviewTask, smallReviewTask.split.validation, 'validation', 1);
  assert.equal(result.baselineAccuracy, majority.accuracy);
  assert.ok(result.objective > majority.accuracy + 0.2);
});

test('a trial that classifies goes on from a checkpoint to the same weights', () => {
  const { result, checkpoints } = train(byAccuracy);
  assert.deepEqual(train(byAccuracy, checkpoints[1]!).result, result);
  // Within an epoch, when rows of the embedding have steps to catch up with.
  const stopped = train(byAccuracy, null, 3);
  assert.equal(stopped.checkpoints.length, 1);
  assert.deepEqual(train(byAccuracy, stopped.checkpoints[0]!).result, result);
});

test('validation loss is the mean binary cross-entropy, and it is minimised', () => {
  const { reports, result } = train({ metric: 'validationLoss', direction: 'minimize', epoch: 'best' });
  assert.equal(result.objective, Math.min(...reports.map(({ metrics }) => metrics.validationLoss as number)));
  const [low, high] = result.objectiveInterval ?? [0, 0];
  assert.ok(low < result.objective && result.objective < high && low > 0);
});

test('an accuracy counts a prediction above 0.5 as 1, 0.5 itself as 0, and NaN as neither', () => {
  const split = {
    train: { start: 0, end: 1 },
    validation: { start: 1, end: 7 },
    test: { start: 7, end: 8 },
  };
  const labels = [0, 1, 1, 0, 0, 1, 0, 0] as const;
  const reviews = reviewsInMemory(
    labels.map((label) => ({ label, ids: [1] })),
    split,
  );
  const task = { ...smallReviewTask, split };
  const predicted = [0.500001, 0.5, 0.5, 0.9, 0.1, Number.NaN];
  const model = {
    outputUnits: 1,
    penalty: () => 0,
    predict: (_samples: unknown, indices: Uint32Array, out: Float32Array) => {
      for (const [row, index] of indices.entries()) out[row] = predicted[index]!;
    },
  } as unknown as Model;
  const evaluation = evaluateInBatches(model, openSplit(reviews, task, 'validation'), {
    loss: 'binaryCrossentropy',
  });
  let next = evaluation.next();
  while (next.done !== true) next = evaluation.next();
  // Labels 1, 1, 0, 0, 1, 0: right, wrong, right, wrong, wrong, wrong.
  assert.deepEqual([...next.value.hits], [1, 0, 1, 0, 0, 0]);
  assert.equal(accuracyOf(next.value).accuracy, 2 / 6);
});

test('the majority class is that of the training reviews, whatever is commoner elsewhere', () => {
  const split = {
    train: { start: 0, end: 3 },
    validation: { start: 3, end: 6 },
    test: { start: 6, end: 8 },
  };
  const labels = [0, 1, 0, 1, 1, 0, 1, 1] as const;
  const reviews = reviewsInMemory(
    labels.map((label) => ({ label, ids: [1] })),
    split,
  );
  const task = { ...smallReviewTask, split };
  const validation = majorityOver(reviews, task, task.split.validation, 'validation', 1);
  assert.equal(validation.label, 0);
  assert.deepEqual([...validation.hits], [0, 0, 1]);
  assert.equal(testBaseline(reviews, task).value, 0);
});
