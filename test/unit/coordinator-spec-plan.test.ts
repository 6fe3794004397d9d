import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planStudy } from '../../src/coordinator/spec-plan.js';
import { parseSweepSpec } from '../../src/spec/parse.js';
import { TEST_ENGINE } from '../support/list-plan.js';

function planFunction(more: object) {
  const spec = { name: 'plan', objective: { type: 'function', name: 'rosenbrock' }, ...more };
  return planStudy(parseSweepSpec(JSON.stringify(spec), 'plan.json'), null, TEST_ENGINE);
}

test('a grid of a function leaves the result cache alone, as no two of its indices are the same trial', () => {
  const plan = planFunction({
    space: {
      x: { type: 'int', low: 1, high: 9, levels: 9, log: true },
      y: { type: 'float', low: 0, high: 1, levels: 5 },
    },
    repeats: 2,
  });
  assert.equal(plan.usesResultCache, false);
  const trials = Array.from({ length: plan.total ?? 0 }, (_, index) => plan.plan(index)?.trial);
  assert.ok(trials.length > 50);
  assert.equal(new Set(trials).size, trials.length);
});
