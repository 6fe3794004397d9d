import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRetry, FailureBudget } from '../../../src/coordinator/dispatch/failure-budget.js';
import type { ErrorCode, WireError } from '../../../src/errors.js';

const error = (code: ErrorCode): WireError => ({ code, message: 'for a test' });

test('a crash, a lost worker, memory and time limits are tried again with growing waits', () => {
  for (const code of ['TRIAL_CRASHED', 'TRIAL_LOST', 'TRIAL_OUT_OF_MEMORY', 'TRIAL_TIME_LIMIT'] as const) {
    const waits = [1, 2, 3].map((attempt) => decideRetry(error(code), attempt, 9));
    assert.deepEqual(
      waits.map((wait) => wait.action === 'retry' && wait.delayMs),
      [1_000, 2_000, 4_000],
    );
  }
});

test('the wait before an attempt has an upper end', () => {
  assert.deepEqual(decideRetry(error('TRIAL_LOST'), 60, 100), { action: 'retry', delayMs: 30_000 });
});

test('the last attempt is the last', () => {
  assert.equal(decideRetry(error('TRIAL_CRASHED'), 3, 3).action, 'give-up');
  assert.equal(decideRetry(error('TRIAL_CRASHED'), 1, 1).action, 'give-up');
});

test('divergence and bad input are never tried again', () => {
  assert.equal(decideRetry(error('TRIAL_DIVERGED'), 1, 3).action, 'give-up');
  assert.equal(decideRetry(error('TRIAL_BAD_INPUT'), 1, 3).action, 'give-up');
});

test('the budget is spent by one failure more than it allows', () => {
  const budget = new FailureBudget(2);
  budget.record('a', error('TRIAL_CRASHED'));
  budget.record('b', error('TRIAL_CRASHED'));
  assert.equal(budget.isSpent, false);
  budget.record('c', error('TRIAL_CRASHED'));
  assert.equal(budget.isSpent, true);
});

test('the same trial counts once, one that diverged or cannot be never', () => {
  const budget = new FailureBudget(0);
  budget.record('a', error('TRIAL_DIVERGED'));
  budget.record('b', error('TRIAL_INFEASIBLE'));
  assert.equal(budget.isSpent, false);
  const one = new FailureBudget(1);
  one.record('a', error('TRIAL_CRASHED'));
  one.record('a', error('TRIAL_CRASHED'));
  assert.equal(one.isSpent, false);
});

test('no limit, no end', () => {
  const budget = new FailureBudget(null);
  for (let trial = 0; trial < 100; trial++) budget.record(String(trial), error('TRIAL_CRASHED'));
  assert.equal(budget.isSpent, false);
});
