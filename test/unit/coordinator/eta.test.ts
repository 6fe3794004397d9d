import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateRemainingMs } from '../../../src/coordinator/plan/eta.js';
import { estimateWork, fractionDone } from '../../../src/coordinator/plan/trial-work.js';
import type { TrainConfig } from '../../../src/study/trial.js';
import { formatDuration } from '../../../src/wording/duration.js';

const idle = { finishedWork: 0, finishedMs: 0, running: [], waitingWork: 100, slots: 2 };

test('nothing measured, no estimate', () => {
  assert.equal(estimateRemainingMs(idle), null);
});

test('before the first trial ends the running ones give the rate', () => {
  const running = [{ work: 10, done: 0.5, before: 0, elapsedMs: 5_000 }];
  // 5 units of work took 5 s: 1 s a unit; 5 are left here and 100 wait, on two slots.
  assert.equal(estimateRemainingMs({ ...idle, running }), (105 * 1_000) / 2);
});

test('work done before a checkpoint is not counted as speed, nor as work that is left', () => {
  const running = [{ work: 10, done: 0.25, before: 0.5, elapsedMs: 2_500 }];
  assert.equal(estimateRemainingMs({ ...idle, running, waitingWork: 0 }), 2.5 * 1_000);
});

test('the last trial of a study is not shared among idle slots', () => {
  const measured = { ...idle, finishedWork: 10, finishedMs: 10_000, waitingWork: 0, slots: 8 };
  const running = [{ work: 10, done: 0, before: 0, elapsedMs: 0 }];
  assert.equal(estimateRemainingMs({ ...measured, running }), 10_000);
});

test('durations read as people say them', () => {
  assert.equal(formatDuration(0), '0 s');
  assert.equal(formatDuration(40), '40 ms');
  assert.equal(formatDuration(480), '0.5 s');
  assert.equal(formatDuration(9_960), '10 s');
  assert.equal(formatDuration(12_400), '12 s');
  assert.equal(formatDuration(200_000), '3 min 20 s');
  assert.equal(formatDuration(7_500_000), '2 h 05 min');
});

const config = (units: number, lookback = 240): TrainConfig => ({
  kind: 'train',
  datasetDigest: '0',
  task: {
    kind: 'forecast',
    targetColumn: 0,
    split: {
      train: { start: 0, end: 10_000 },
      validation: { start: 10_000, end: 13_000 },
      test: { start: 13_000, end: 16_000 },
    },
    window: { lookback, step: 1, delay: 24 },
  },
  layers: [
    {
      type: 'gru',
      units,
      activation: 'tanh',
      recurrentActivation: 'hardSigmoid',
      dropout: 0,
      recurrentDropout: 0,
      returnSequences: false,
      goBackwards: false,
      kernelL2: 0,
      recurrentL2: 0,
      resetAfter: false,
    },
    { type: 'dense', units: 1, activation: 'linear', kernelL2: 0 },
  ],
  training: {
    optimizer: { type: 'sgd', momentum: 0 },
    learningRate: 0.01,
    loss: 'mae',
    batchSize: 100,
    stepsPerEpoch: 50,
    epochs: 4,
    validationStride: 1,
  },
  seed: 1,
});

test('a wider or longer model is more work', () => {
  assert.ok(estimateWork(config(64)).total > 2 * estimateWork(config(32)).total);
  const ratio = estimateWork(config(32)).total / estimateWork(config(32, 120)).total;
  assert.ok(ratio > 1.9 && ratio < 2.1, String(ratio));
});

test('progress counters turn into a share that grows from 0 to 1', () => {
  const work = estimateWork(config(32));
  const perEpoch = work.stepsPerEpoch + work.evaluationBatchesPerEpoch;
  const shares = Array.from({ length: 4 * perEpoch + 1 }, (_, progress) => fractionDone(work, progress));
  assert.equal(shares[0], 0);
  assert.equal(shares.at(-1), 1);
  assert.ok(shares.every((share, index) => index === 0 || share > (shares[index - 1] ?? 0)));
  assert.equal(fractionDone(work, 10 * perEpoch), 1);
});
