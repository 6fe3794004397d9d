import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NeighbourKernels } from '../../../src/search/learning/neighbour-kernels.js';
import { Parzen } from '../../../src/search/learning/parzen.js';
import { axesOf } from '../../../src/search/space/axes.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import { kernelsOf } from '../../support/fixtures/kernels-of.js';

const AXES = axesOf({
  x: { type: 'float', low: 0, high: 1, log: false },
  cell: ['gru', 'lstm', 'conv'],
  step: { type: 'float', low: 0, high: 1, log: false, step: 0.125 },
  y: { type: 'float', low: 0, high: 1, log: false },
  z: { type: 'float', low: 0, high: 1, log: false },
});
const leastWidth = (kernels: number): number => Math.max(0.03, (kernels + 2) ** -1.5);

/** Shares of points, on a grid so that many are equal; some have no `y`. */
function drawRows(count: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count * AXES.length }, (_, at) => {
    if (at % AXES.length === 1) return (random.below(3) + 0.5) / 3;
    return at % AXES.length === 3 && random.uniform() < 0.3 ? Number.NaN : (random.below(16) + 0.5) / 16;
  });
}

/** What a mixture of them is made of. */
function told({ table, members }: NeighbourKernels): readonly number[][] {
  return [...members].map((row) => [
    row,
    ...table.kernels.subarray(row * table.stride, (row + 1) * table.stride),
    ...table.masses.subarray(row * table.padded, (row + 1) * table.padded),
  ]);
}

test('kernels that were kept are those that are made anew, whatever came, went or changed in between', () => {
  const random = seededRandom(4);
  const kept = new NeighbourKernels(AXES, leastWidth);
  for (let step = 0; step < 60; step++) {
    // Grows, and is now and then another history or a shorter one.
    const count = step % 20 === 19 ? 5 : 3 * (step % 20) + 1;
    const rows = drawRows(count, step < 30 ? 1 : 2);
    const kinds = Uint8Array.from({ length: count }, () => (random.uniform() < 0.2 ? 1 : 0));
    for (const wanted of [0, 1]) {
      const fresh = new NeighbourKernels(AXES, leastWidth);
      fresh.read(rows, kinds, wanted);
      kept.read(rows, kinds, wanted);
      assert.deepEqual(told(kept), told(fresh), `step ${step}`);
    }
  }
});

test('a kernel is as wide as its farther neighbour is away, at least as wide as is said, at most as all', () => {
  const axes = AXES.slice(0, 1);
  const kernels = new NeighbourKernels(axes, () => 0.1);
  const widths = (...shares: number[]): number[] => {
    kernels.read(Float64Array.from(shares), new Uint8Array(shares.length), 0);
    return [...kernels.members].map((row) => Math.round(1e9 * kernels.table.widthAt(row, 0)) / 1e9);
  };
  assert.deepEqual(widths(0.2), [0.8], 'alone: to the farther end');
  assert.deepEqual(widths(0.2, 0.9, 0.25), [0.1, 0.65, 0.65]);
  assert.deepEqual(widths(0.5, 0.5, 0.5), [0.1, 0.1, 0.1]);
});

test('densities are those of the formula, of points in any number and with dimensions that they do not have', () => {
  const nan = Number.NaN;
  const rows = drawRows(40, 3);
  const kernels = Array.from({ length: 40 }, (_, row) =>
    Array.from(
      rows.subarray(row * AXES.length, (row + 1) * AXES.length),
      (centre, place): [number, number] => [place === 1 && row % 5 === 0 ? nan : centre, 0.05 + row / 100],
    ),
  );
  const weights = Float64Array.from({ length: 41 }, (_, row) => 1 + row / 10);
  const estimator = new Parzen({ ...kernelsOf(AXES, kernels), weights, priorWeight: 0.5 });
  const total = weights.reduce((sum, weight) => sum + weight);
  const points = [
    [0.3, 0.5, 0.4375, 0.1, 0.9],
    [0.9, nan, 0.0625, nan, 0.5],
    [0.01, 1 / 6, nan, 0.99, nan],
  ].map((row) => Float64Array.from(row));
  const share = 0.5 / 41;
  const factor = (point: Float64Array, place: number, centre: number, width: number): number => {
    const own = point[place] as number;
    const axis = AXES[place];
    if (Number.isNaN(own)) return 1;
    if (place === 1) {
      if (Number.isNaN(centre)) return 1 / 3;
      return ((Math.abs(own - centre) < 0.1 ? 1 : 0) + share) / (1 + 3 * share);
    }
    if (Number.isNaN(centre)) return 1;
    const full = Math.sqrt(width ** 2 + (axis?.cell ?? 0) ** 2 / 12);
    const bell = (z: number): number => Math.exp((-z * z) / 2);
    // The part of the normal inside the cube, by the trapezium rule.
    let inside = 0;
    for (let at = 0; at < 4000; at++) inside += bell(((at + 0.5) / 4000 - centre) / full) / 4000;
    return bell((own - centre) / full) / inside;
  };
  const expected = points.map((point) => {
    const of = (dimensions: readonly (readonly [number, number])[]): number =>
      dimensions.reduce(
        (product, [centre, width], place) => product * factor(point, place, centre, width),
        1,
      );
    const prior = AXES.map(({ isChoice }): [number, number] => (isChoice ? [nan, 0] : [0.5, 1]));
    // The prior's numbers are not spread by a cell.
    const priorShare = prior.reduce((product, [centre], place) => {
      const own = point[place] as number;
      if (Number.isNaN(own)) return product;
      if (place === 1) return product / 3;
      return (product * Math.exp(-((own - centre) ** 2) / 2)) / 0.9599257;
    }, 1);
    return (
      kernels.reduce((sum, kernel, row) => sum + ((weights[row] as number) / total) * of(kernel), 0) +
      ((weights[40] as number) / total) * priorShare
    );
  });
  for (const count of [1, 2, 3]) {
    const densities = estimator.densities(points.slice(0, count));
    assert.equal(densities.length, count);
    for (const [place, density] of densities.entries()) {
      const wanted = expected[place] as number;
      assert.ok(Math.abs(density - wanted) < 1e-4 * wanted, `${density}, not ${wanted}`);
    }
  }
});
