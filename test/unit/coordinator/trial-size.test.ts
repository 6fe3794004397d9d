// How much there is to do in a trial, and how durations read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trialSizes } from '../../../src/coordinator/plan/trial-size.js';
import { estimateWork } from '../../../src/coordinator/plan/trial-work.js';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { formatDuration } from '../../../src/wording/duration.js';
import { listPlan } from '../../support/fakes/list-plan.js';

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

test('the size of a trial is its work over that of the mean trial, with its epochs', () => {
  const units = [16, 32, 64];
  const plan = listPlan(units.map((x) => ({ x })));
  const sizeOf = trialSizes({
    ...plan,
    resolve: (params, repeat) => ({ ...plan.resolve(params, repeat), config: config(Number(params.x)) }),
  });
  const planned = (x: number) => ({ ...plan.resolve({ x }, 0), config: config(x) });
  const sizes = units.map((x) => sizeOf(planned(x)));
  const mean = sizes.reduce((sum, size) => sum + (size?.work ?? 0), 0) / sizes.length;
  assert.ok(Math.abs(mean - 1) < 0.01, `${mean}`);
  assert.ok(Number(sizes[2]?.work) > 2 * Number(sizes[1]?.work));
  assert.ok(sizes.every((size) => size?.epochs === 4));
});

test('functions are all alike: their trials have no size', () => {
  const plan = listPlan([{ x: 1 }]);
  assert.equal(trialSizes(plan)(plan.resolve({ x: 1 }, 0)), null);
});
