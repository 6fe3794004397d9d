import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TASKS } from '../../src/task/registry.js';
import { dense, flatten } from '../support/fixtures/layer-specs.js';
import { smallConfig, smallDataset, smallTask } from '../support/fixtures/small-dataset.js';
import { smallLabelConfig, smallLabels } from '../support/fixtures/small-labels.js';
import { smallReviewConfig, smallReviews } from '../support/fixtures/small-reviews.js';
import { describeTaskContract, type TaskCase } from './task-contract.js';

const series = smallDataset();
const reviews = smallReviews();
const labels = smallLabels();

const CASES: Readonly<Record<keyof typeof TASKS, Omit<TaskCase, 'task'>>> = {
  forecast: {
    config: smallConfig,
    dataset: series,
    foreign: reviews,
    source: {
      sources: [{ type: 'named', name: 'jena-synthetic' }],
      target: 'level',
      split: { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 },
    },
  },
  classify: {
    config: smallReviewConfig,
    dataset: reviews,
    foreign: series,
    source: {
      kind: 'reviews',
      sources: [{ type: 'named', name: 'reviews-synthetic' }],
      validationSplit: 0.2,
      testSplit: 0.2,
    },
  },
  label: {
    config: smallLabelConfig,
    dataset: labels,
    foreign: series,
    source: {
      kind: 'labelled',
      sources: [
        { type: 'csv', path: 'small-labels', time: null, missing: [], onMissing: 'error', columns: null },
      ],
      target: 'state',
      split: { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 },
    },
  },
};

test('every task of the registry has a case', () =>
  assert.deepEqual(Object.keys(CASES).sort(), Object.keys(TASKS).sort()));

for (const kind of Object.keys(CASES) as (keyof typeof TASKS)[])
  describeTaskContract({ task: TASKS[kind], ...CASES[kind] });

// Several steps, told from the season before and the window's own deviation, with a column that is known ahead.
describeTaskContract({
  task: TASKS.forecast,
  ...CASES.forecast,
  config: {
    ...smallConfig,
    layers: [flatten, dense(3)],
    task: {
      ...smallTask,
      window: { lookback: 12, step: 2, delay: 6, delays: [0, 2, 6], normalise: 'standard' },
      as: 'seasonal-difference',
      period: 8,
      ahead: [1],
    },
  },
});
