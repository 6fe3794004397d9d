// Golden values: scipy 1.17.1, scipy.stats.qmc.Sobol(d, scramble=False) and Halton(d, scramble=False), points by index.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHalton } from '../../../src/search/sequences/halton-sequence.js';
import { createSobol, SOBOL_DIMENSIONS } from '../../../src/search/sequences/sobol-sequence.js';

/** As many dimensions as a space may have. */
const DIMENSIONS = 64;

test('unscrambled Sobol points are those of scipy', () => {
  const first = [
    [0, 0, 0, 0, 0],
    [0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.25, 0.75],
    [0.25, 0.75, 0.75, 0.75, 0.25],
    [0.375, 0.375, 0.625, 0.875, 0.375],
    [0.875, 0.875, 0.125, 0.375, 0.875],
    [0.625, 0.125, 0.875, 0.625, 0.625],
    [0.125, 0.625, 0.375, 0.125, 0.125],
  ];
  const few = createSobol(5, null);
  assert.deepEqual(
    first.map((_, index) => [...few.at(index)]),
    first,
  );
  const point = createSobol(DIMENSIONS, null).at(1000);
  assert.deepEqual(
    [0, 1, 2, 7, 20, 40, 63].map((dimension) => point[dimension]),
    [0.2197265625, 0.0966796875, 0.5185546875, 0.8994140625, 0.5224609375, 0.9130859375, 0.4462890625],
  );
  assert.equal(SOBOL_DIMENSIONS, DIMENSIONS);
});

test('unscrambled Halton points are those of scipy', () => {
  const first = [
    [0, 0, 0, 0],
    [0.5, 0.3333333333333333, 0.2, 0.14285714285714285],
    [0.25, 0.6666666666666666, 0.4, 0.2857142857142857],
    [0.75, 0.1111111111111111, 0.6000000000000001, 0.42857142857142855],
  ];
  const few = createHalton(4, null);
  for (const [index, expected] of first.entries()) assertClose([...few.at(index)], expected);
  const point = createHalton(DIMENSIONS, null).at(1000);
  assertClose(
    [0, 1, 2, 7, 20, 40, 63].map((dimension) => point[dimension] ?? Number.NaN),
    [
      0.0927734375, 0.3475080018289895, 0.00512, 0.6706516984983233, 0.7010696190654906, 0.5867482288318092,
      0.21546510065032412,
    ],
  );
});

test('a scrambled Sobol sequence keeps its nets: each interval of 1/256 holds one of 256 points, in every dimension', () => {
  for (const seed of [0, 1, 2 ** 31 - 1]) {
    const sobol = createSobol(DIMENSIONS, seed);
    for (const start of [0, 256]) {
      const points = Array.from({ length: 256 }, (_, index) => sobol.at(start + index));
      for (let dimension = 0; dimension < DIMENSIONS; dimension++)
        assert.equal(new Set(points.map((point) => Math.floor((point[dimension] ?? 0) * 256))).size, 256);
      // Two dimensions at once: squares of 1/16 (Sobol's first two are a net of quality 0).
      const squares = points.map(([x = 0, y = 0]) => Math.floor(x * 16) * 16 + Math.floor(y * 16));
      assert.equal(new Set(squares).size, 256);
    }
  }
});

test('a scrambled Halton sequence keeps its intervals: each third, ninth, … in its turn', () => {
  for (const seed of [0, 7]) {
    const points = Array.from({ length: 243 }, (_, index) => createHalton(3, seed).at(index));
    assert.equal(new Set(points.map(([, y = 0]) => Math.floor(y * 243 + 1e-9))).size, 243);
    assert.ok(points.every((point) => point.every((share) => share >= 0 && share < 1)));
  }
});

test('another seed scrambles otherwise', () => {
  assert.notDeepEqual(createSobol(3, 1).at(5), createSobol(3, 2).at(5));
  assert.notDeepEqual(createHalton(3, 1).at(5), createHalton(3, 2).at(5));
});

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [place, value] of expected.entries())
    assert.ok(Math.abs((actual[place] ?? Number.NaN) - value) < 1e-14, `${actual[place]} for ${value}`);
}
