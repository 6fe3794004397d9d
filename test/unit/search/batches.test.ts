// What a Gaussian process makes of points that still run, and of having been asked before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Criterion, logExpectedImprovement, lowerBound } from '../../../src/search/learning/criteria.js';
import { GaussianProcess } from '../../../src/search/learning/gaussian-process.js';
import { firstParameters, fitParameters } from '../../../src/search/learning/kernel-parameters.js';
import { axesOf } from '../../../src/search/space/axes.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';

const SPACE: Space = {
  x: { type: 'float', low: 0, high: 1, log: false },
  y: { type: 'float', low: 0, high: 1, log: false },
  z: { type: 'float', low: 0, high: 1, log: false },
  cell: ['gru', 'lstm', 'conv'],
};
const AXES = axesOf(SPACE);
const WIDTH = AXES.length;

function observe(count: number, seed: number) {
  const random = seededRandom(seed);
  const rows = Float64Array.from({ length: count * WIDTH }, (_, at) =>
    at % WIDTH === 3 ? (random.below(3) + 0.5) / 3 : random.uniform(),
  );
  const values = Float64Array.from(
    { length: count },
    (_, i) => Math.sin(6 * (rows[i * WIDTH] ?? 0)) + (rows[i * WIDTH + 1] ?? 0) * (rows[i * WIDTH + 3] ?? 0),
  );
  return { rows, values };
}

test('a process that goes on from the last one says to the bit what a new one says', () => {
  const { rows, values } = observe(90, 5);
  const parameters = fitParameters(
    AXES,
    rows.subarray(0, 30 * WIDTH),
    values.subarray(0, 30),
    firstParameters(WIDTH),
  );
  const at = Float64Array.of(0.3, 0.8, 0.1, 0.5);
  let kept: GaussianProcess | null = null;
  for (let known = 20; known + 7 <= 90; known++) {
    const all = rows.subarray(0, (known + 7) * WIDTH);
    const own = values.subarray(0, known);
    kept = GaussianProcess.condition(AXES, all, own, parameters, kept);
    const fresh = GaussianProcess.condition(AXES, all, own, parameters);
    assert.deepEqual(kept.predict(at), fresh.predict(at));
    assert.equal(kept.leastMean, fresh.leastMean);
  }
});

test('a process goes on from no other history and from no other parameters', () => {
  const one = observe(40, 1);
  const other = observe(40, 2);
  const parameters = firstParameters(WIDTH);
  const at = Float64Array.of(0.3, 0.8, 0.1, 0.5);
  const before = () => GaussianProcess.condition(AXES, one.rows, one.values, parameters);
  const fresh = GaussianProcess.condition(AXES, other.rows, other.values, parameters).predict(at);
  const { rows, values } = other;
  assert.deepEqual(GaussianProcess.condition(AXES, rows, values, parameters, before()).predict(at), fresh);
  const wider = parameters.map((value) => value - 1);
  assert.deepEqual(
    GaussianProcess.condition(AXES, one.rows, one.values, wider, before()).predict(at),
    GaussianProcess.condition(AXES, one.rows, one.values, wider).predict(at),
  );
  const shorter = one.rows.subarray(0, 10 * WIDTH);
  assert.deepEqual(
    GaussianProcess.condition(AXES, shorter, one.values.subarray(0, 10), parameters, before()).predict(at),
    GaussianProcess.condition(AXES, shorter, one.values.subarray(0, 10), parameters).predict(at),
  );
});

test('points that run move no mean and leave less to doubt', () => {
  const { rows, values } = observe(30, 3);
  const parameters = firstParameters(WIDTH);
  const known = GaussianProcess.condition(
    AXES,
    rows.subarray(0, 25 * WIDTH),
    values.subarray(0, 25),
    parameters,
  );
  const all = GaussianProcess.condition(AXES, rows, values.subarray(0, 25), parameters);
  const running = rows.subarray(27 * WIDTH, 28 * WIDTH);
  const [without, within] = [known.predict(running), all.predict(running)];
  assert.ok(Math.abs(without.mean - within.mean) < 1e-9);
  assert.ok(within.deviation < without.deviation / 3, `${within.deviation}, ${without.deviation}`);
});

test('the slopes of what points promise are their differences, far from the best too', () => {
  const criteria: readonly Criterion[] = [logExpectedImprovement(-0.5), lowerBound(0.7)];
  const step = 1e-6;
  for (const criterion of criteria)
    for (const [mean, deviation] of [
      [-0.6, 0.3],
      [0.4, 0.5],
      [5, 0.2],
      [30, 0.4],
    ] as const) {
      const { byMean, byDeviation } = criterion.slopeOf(mean, deviation);
      const difference = (one: readonly [number, number], other: readonly [number, number]) =>
        (criterion.valueOf(...one) - criterion.valueOf(...other)) / (2 * step);
      assertNear(byMean, difference([mean + step, deviation], [mean - step, deviation]));
      assertNear(byDeviation, difference([mean, deviation + step], [mean, deviation - step]));
    }
});

function assertNear(actual: number, expected: number): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-4 * Math.max(1, Math.abs(expected)),
    `${actual}, not ${expected}`,
  );
}
