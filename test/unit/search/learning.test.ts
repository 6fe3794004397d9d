// The parts that samplers learn with. Golden values: scipy 1.17.1 (norm.cdf, norm.pdf, yeojohnson, yeojohnson_llf).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descend } from '../../../src/search/learning/box-descent.js';
import { GaussianProcess } from '../../../src/search/learning/gaussian-process.js';
import { firstParameters, fitParameters } from '../../../src/search/learning/kernel-parameters.js';
import {
  factor,
  invert,
  rowStart,
  solveLower,
  solveUpper,
} from '../../../src/search/learning/linear-algebra.js';
import { logImprovement, normalCdf } from '../../../src/search/learning/normal.js';
import { Parzen } from '../../../src/search/learning/parzen.js';
import { likelihood, transform, warpLosses } from '../../../src/search/learning/warping.js';
import { axesOf } from '../../../src/search/space/axes.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import { kernelsOf } from '../../support/fixtures/kernels-of.js';

test('the normal distribution is that of scipy, in its tails too', () => {
  const golden = [
    [-8, 6.22096057427174e-16],
    [-2.5, 0.006209665325776132],
    [-0.3, 0.3820885778110474],
    [0, 0.5],
    [1.7, 0.955434537241457],
    [6, 0.9999999990134123],
  ] as const;
  for (const [z, expected] of golden) assertNear(normalCdf(z), expected, 1e-12 * expected);
});

test('the logarithm of the improvement is exact near the best and finite far from it', () => {
  const golden = [
    [3, 1.0987396653277077],
    [0, -0.9189385332046727],
    [-0.9, -2.2982829894596515],
    [-1.1, -2.679178382476053],
    [-5, -16.744301162660925],
  ] as const;
  for (const [z, expected] of golden) assertNear(logImprovement(z), expected, 1e-9);
  // φ(z)/z² is all that is left of it.
  for (const z of [-1e3, -1e5, -1e7]) assertNear(logImprovement(z) / (-0.5 * z * z), 1, 1e-4);
});

test('losses are warped as scipy does', () => {
  assertNear(transform(-2, 0.3), -3.219416376425753, 1e-12);
  assertNear(transform(4, 0.3), 2.068855322309208, 1e-12);
  assertNear(transform(-2, 2), -1.0986122886681098, 1e-12);
  assertNear(transform(1, 0), Math.LN2, 1e-12);
  const values = Float64Array.of(0.1, 0.4, 0.5, 0.9, 1.5, 3, 7, 20);
  assertNear(likelihood(values, 0.3), -9.755704409124112, 1e-10);
  assertNear(likelihood(values, -1), -7.7284949150205176, 1e-10);
});

test('warping keeps the order and survives equal, huge and single losses', () => {
  const warped = warpLosses(Float64Array.of(5, 1e12, -3, 0.5, 5, 1e-9));
  assert.ok(warped.every(Number.isFinite));
  for (const [better, worse] of [
    [2, 5],
    [5, 3],
    [3, 0],
    [0, 1],
  ] as const)
    assert.ok((warped[better] ?? 0) < (warped[worse] ?? 0));
  assert.equal(warped[0], warped[4]);
  assert.deepEqual(warpLosses(Float64Array.of(2, 2, 2)), new Float64Array(3));
  assert.deepEqual(warpLosses(Float64Array.of(7)), new Float64Array(1));
  assert.ok(warpLosses(Float64Array.of(1, 1, 1, 9)).every(Number.isFinite));
});

test('a matrix is factored, solved and inverted', () => {
  for (const n of [1, 2, 3, 7, 33]) {
    const random = seededRandom(n);
    const root = Float64Array.from({ length: n * n }, () => random.uniform() - 0.5);
    const product = (a: Float64Array, i: number, j: number) => {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < n; k++) sum += (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0);
      return sum;
    };
    const matrix = Float64Array.from({ length: n * n }, (_, at) => product(root, Math.floor(at / n), at % n));
    const packed = Float64Array.from({ length: rowStart(n) }, () => 0);
    for (let i = 0; i < n; i++) packed.set(matrix.subarray(i * n, i * n + i + 1), rowStart(i));
    const lower = packed.slice();
    assert.ok(factor(lower, n));
    // A row at a time: the same bits.
    for (let rows = 1; rows <= n; rows++) assert.ok(factor(packed, rows, rows - 1));
    assert.deepEqual(packed, lower);
    const x = Float64Array.from({ length: n }, () => random.uniform());
    const b = x.map((_, i) => x.reduce((sum, value, j) => sum + value * (matrix[i * n + j] ?? 0), 0));
    solveLower(lower, n, b);
    solveUpper(lower, n, b);
    for (const [i, value] of x.entries()) assertNear(b[i] ?? Number.NaN, value, 1e-10);
    const inverse = new Float64Array(rowStart(n));
    invert(lower, n, inverse, new Float64Array(n * n));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++)
          sum += (matrix[i * n + k] ?? 0) * (inverse[rowStart(Math.max(k, j)) + Math.min(k, j)] ?? 0);
        assertNear(sum, i === j ? 1 : 0, 1e-9);
      }
  }
  assert.equal(factor(Float64Array.of(1, 2, 1), 2), false);
});

test('a descent finds the valley of rosenbrock, and the corner when the valley lies outside', () => {
  const slope = (p: Float64Array, gradient: Float64Array) => {
    const [x = 0, y = 0] = p;
    gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
    gradient[1] = 200 * (y - x * x);
    return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
  };
  const start = Float64Array.of(-1.2, 1);
  const inside = descend(slope, start, Float64Array.of(-2, -2), Float64Array.of(2, 2), 500, 1e-10);
  assertNear(inside.x[0] ?? 0, 1, 1e-3);
  const cut = descend(slope, start, Float64Array.of(-2, -2), Float64Array.of(0.5, 2), 500, 1e-10);
  assertNear(cut.x[0] ?? 0, 0.5, 1e-6);
  assertNear(cut.x[1] ?? 0, 0.25, 1e-4);
});

const SPACE: Space = {
  x: { type: 'float', low: 0, high: 1, log: false },
  y: { type: 'float', low: 0, high: 1, log: false },
  cell: ['gru', 'lstm', 'conv'],
};

test('a Gaussian process goes through what it knows, doubts what it does not, and its slopes are its differences', () => {
  const axes = axesOf(SPACE);
  const random = seededRandom(3);
  const n = 25;
  const rows = Float64Array.from({ length: n * 3 }, (_, at) =>
    at % 3 === 2 ? (random.below(3) + 0.5) / 3 : random.uniform(),
  );
  const truth = (row: Float64Array) =>
    Math.sin(5 * (row[0] ?? 0)) + (row[1] ?? 0) + ((row[2] ?? 0) > 0.4 ? 0.7 : 0);
  const values = Float64Array.from({ length: n }, (_, i) => truth(rows.subarray(i * 3, i * 3 + 3)));
  const parameters = fitParameters(axes, rows, values, firstParameters(3));
  const process = GaussianProcess.condition(axes, rows, values, parameters);
  for (let i = 0; i < n; i++) {
    const { mean, deviation } = process.predict(rows.subarray(i * 3, i * 3 + 3));
    assertNear(mean, values[i] ?? 0, 0.02);
    assert.ok(deviation < 0.05, `${deviation}`);
  }
  const at = Float64Array.of(0.37, 0.61, 0.5);
  const meanSlope = new Float64Array(3);
  const deviationSlope = new Float64Array(3);
  const here = process.predict(at, meanSlope, deviationSlope);
  assertNear(here.mean, truth(at), 0.15);
  assert.ok(process.screen(at).deviation >= here.deviation);
  const step = 1e-5;
  for (const d of [0, 1]) {
    const above = process.predict(at.with(d, (at[d] ?? 0) + step));
    const below = process.predict(at.with(d, (at[d] ?? 0) - step));
    assertNear(meanSlope[d] ?? 0, (above.mean - below.mean) / (2 * step), 1e-4);
    assertNear(deviationSlope[d] ?? 0, (above.deviation - below.deviation) / (2 * step), 1e-4);
  }
});

test('points that lie on one another do not break a Gaussian process', () => {
  const axes = axesOf({ x: { type: 'float', low: 0, high: 1, log: false } });
  const rows = Float64Array.of(0.5, 0.5, 0.5, 0.2);
  const process = GaussianProcess.condition(axes, rows, Float64Array.of(1, -1, 0), firstParameters(1));
  assert.ok(Number.isFinite(process.predict(Float64Array.of(0.4)).mean));
});

test('a Parzen estimator is a density: its integral over the cube and all choices is one', () => {
  const axes = axesOf({ x: SPACE.x ?? [], cell: SPACE.cell ?? [] });
  const estimator = new Parzen({
    ...kernelsOf(axes, [
      [[0.02, 0.1], [1 / 6]],
      [[0.5, 0.03], [0.5]],
      [[0.97, 0.4], [0.5]],
    ]),
    weights: Float64Array.of(1, 2, 0.5, 1),
    priorWeight: 1,
  });
  let sum = 0;
  const steps = 2000;
  for (const choice of [1 / 6, 0.5, 5 / 6])
    for (let step = 0; step < steps; step++)
      sum += estimator.density(Float64Array.of((step + 0.5) / steps, choice)) / steps;
  assertNear(sum, 1, 1e-3);
});

test('what a Parzen estimator draws is spread as its density says', () => {
  const axes = axesOf({ x: SPACE.x ?? [], cell: SPACE.cell ?? [] });
  const estimator = new Parzen({
    ...kernelsOf(axes, [[[0.1, 0.05], [0.5]]]),
    weights: Float64Array.of(3, 1),
    priorWeight: 1,
  });
  const random = seededRandom(1);
  const row = new Float64Array(2);
  let near = 0;
  const draws = 4000;
  for (let draw = 0; draw < draws; draw++) {
    estimator.draw(random, row);
    if ((row[0] ?? 0) < 0.2) near += 1;
  }
  let expected = 0;
  const steps = 400;
  for (const choice of [1 / 6, 0.5, 5 / 6])
    for (let step = 0; step < steps; step++)
      expected += (0.2 * estimator.density(Float64Array.of((0.2 * (step + 0.5)) / steps, choice))) / steps;
  assertNear(near / draws, expected, 0.03);
});

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, not ${expected} ± ${tolerance}`);
}
