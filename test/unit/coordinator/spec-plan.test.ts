import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { TEST_ENGINE, trialAt } from '../../support/fakes/list-plan.js';
import { smallDataset } from '../../support/fixtures/small-dataset.js';

function planFunction(more: object) {
  const spec = { name: 'plan', objective: { type: 'function', name: 'rosenbrock' }, ...more };
  return planStudy(parseSweepSpec(JSON.stringify(spec), 'plan.json'), null, TEST_ENGINE);
}

test('no two points or repeats of a grid of a function are the same trial', () => {
  const plan = planFunction({
    space: {
      x: { type: 'int', low: 1, high: 9, levels: 9, log: true },
      y: { type: 'float', low: 0, high: 1, levels: 5 },
    },
    repeats: 2,
  });
  const trials = Array.from({ length: plan.total ?? 0 }, (_, index) => trialAt(plan, index)?.trial);
  assert.ok(trials.length > 50);
  assert.equal(new Set(trials).size, trials.length);
});

test('a baseline is one trial over all seeds and all ways to train; a model with weights is one for each', () => {
  const spec = {
    name: 'plan',
    dataset: { source: 'd.csv', target: 'level', split: { train: 0.6, validation: 0.2, test: 0.2 } },
    window: { lookback: 12, step: 2, delay: 3 },
    variants: {
      naive: { model: { type: 'baseline' } },
      gru: { model: { type: 'recurrent', cell: 'gru', units: 4 } },
    },
    space: { rate: [0.01, 0.001], optimizer: ['adam', 'sgd'] },
    training: { learningRate: '$rate', optimizer: '$optimizer' },
    repeats: 3,
  };
  const { metadata } = smallDataset();
  const plan = planStudy(parseSweepSpec(JSON.stringify(spec), 'plan.json'), metadata, TEST_ENGINE);
  const trials = Array.from({ length: plan.total ?? 0 }, (_, index) => trialAt(plan, index)?.trial);
  assert.equal(trials.length, 24);
  assert.equal(new Set(trials.slice(0, 12)).size, 1);
  assert.equal(new Set(trials.slice(12)).size, 12);
});
