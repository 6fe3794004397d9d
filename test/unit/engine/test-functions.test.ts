import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateFunction } from '../../../src/engine/test-functions.js';
import { SweepError } from '../../../src/errors.js';
import type { FunctionConfig, Params } from '../../../src/study/trial/trial.js';

const config = (name: FunctionConfig['name'], params: Params): FunctionConfig => ({
  kind: 'function',
  name,
  params,
  seed: 1,
});
const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-4, `${actual} is not ${expected}`);

test('branin is 0.397887 at each of its three minima', () => {
  for (const [x1, x2] of [
    [-Math.PI, 12.275],
    [Math.PI, 2.275],
    [9.42478, 2.475],
  ] as const) {
    close(evaluateFunction(config('branin', { x1, x2 })), 0.397887);
  }
});

test('hartmann6 is −3.32237 at its minimum', () => {
  const x = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573];
  const params = Object.fromEntries(x.map((value, index) => [`x${index + 1}`, value]));
  close(evaluateFunction(config('hartmann6', params)), -3.32237);
});

test('rosenbrock is 0 at ones, in any number of dimensions, and orders x10 after x9', () => {
  const ones = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`x${index + 1}`, 1]));
  assert.equal(evaluateFunction(config('rosenbrock', ones)), 0);
  // Only the last coordinate leaves 1: it has no term of its own but that of its neighbour, 100·(2 − 1)².
  assert.equal(evaluateFunction(config('rosenbrock', { ...ones, x10: 2 })), 100);
});

test('noop takes anything and gives 0', () => {
  assert.equal(evaluateFunction(config('noop', { any: 'thing' })), 0);
});

test('a wrong number of dimensions, or one that is no number, is bad input', () => {
  const isBadInput = (thrown: unknown): boolean =>
    thrown instanceof SweepError && thrown.code === 'TRIAL_BAD_INPUT';
  assert.throws(() => evaluateFunction(config('branin', { x1: 1 })), isBadInput);
  assert.throws(() => evaluateFunction(config('hartmann6', { x1: 'a' })), isBadInput);
});
