// Golden values: Hansen 2016, "The CMA Evolution Strategy: A Tutorial" (arXiv 1604.00772), table 1 at d = 6.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eigenOf } from '../../../src/search/learning/eigen.js';
import {
  evolutionConstants,
  evolve,
  startEvolution,
  stretch,
} from '../../../src/search/learning/evolution.js';
import { drawNormal } from '../../../src/search/learning/normal.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';

test('the constants in six dimensions are those of the tutorial', () => {
  const { lambda, mu, muEff, c1, cMu, cSigma, dSigma, cC } = evolutionConstants(6);
  assert.deepEqual([lambda, mu], [9, 4]);
  const golden = [
    [muEff, 2.8406104297],
    [c1, 0.0356311821],
    [cMu, 0.035686312],
    [cSigma, 0.3497396632],
    [dSigma, 1.3497396632],
    [cC, 0.4086496883],
  ] as const;
  for (const [actual, expected] of golden)
    assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);
});

test('eigenvectors rebuild their matrix', () => {
  const n = 7;
  const random = seededRandom(2);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = random.uniform() - 0.5;
      matrix[i * n + j] = value;
      matrix[j * n + i] = value;
    }
  const { values, vectors } = eigenOf(matrix, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++)
        sum += (vectors[i * n + k] ?? 0) * (values[k] ?? 0) * (vectors[j * n + k] ?? 0);
      assert.ok(Math.abs(sum - (matrix[i * n + j] ?? 0)) < 1e-12);
    }
});

test('generations come down a long narrow valley', () => {
  const loss = (x: Float64Array) => x.reduce((sum, value, i) => sum + 10 ** i * (value - 0.3) ** 2, 0);
  const random = seededRandom(5);
  let state = startEvolution(new Float64Array(5).fill(0.9), 0.3);
  for (let generation = 0; generation < 250; generation++) {
    const points = Array.from({ length: state.constants.lambda }, () => {
      const step = stretch(
        state,
        Float64Array.from(state.mean, () => drawNormal(random)),
      );
      return state.mean.map((own, i) => own + state.sigma * (step[i] ?? 0));
    });
    state = evolve(
      state,
      points.sort((one, other) => loss(one) - loss(other)),
    );
  }
  assert.ok(loss(state.mean) < 1e-9, `${loss(state.mean)}`);
});
