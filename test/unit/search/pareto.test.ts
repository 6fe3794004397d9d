import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crowdingDistances, dominates, sortFronts } from '../../../src/statistics/pareto.js';

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
  maxLength: 40,
});
const frontsOf = (losses: readonly (readonly number[])[]): number[][] =>
  sortFronts(losses.length, (one, other) => dominates(losses[one] ?? [], losses[other] ?? []));

test('a result beats another one that is nowhere better and somewhere worse; equals beat neither', () => {
  assert.ok(dominates([1, 2], [1, 3]));
  assert.ok(!dominates([1, 3], [1, 2]));
  assert.ok(!dominates([1, 2], [1, 2]));
  assert.ok(!dominates([1, 3], [2, 2]));
  assert.ok(dominates([1], [2]));
});

test('fronts of an example by hand', () => {
  const losses = [
    [1, 5],
    [2, 3],
    [4, 1],
    [3, 4],
    [5, 5],
    [2, 3],
  ];
  assert.deepEqual(frontsOf(losses), [[0, 1, 2, 5], [3], [4]]);
});

test('each is in one front, and beaten by one of the front before it and by none of its own or later ones', () => {
  fc.assert(
    fc.property(pairs, (losses) => {
      const fronts = frontsOf(losses);
      assert.deepEqual(
        fronts.flat().sort((one, other) => one - other),
        losses.map((_, place) => place),
      );
      for (const [rank, front] of fronts.entries())
        for (const place of front) {
          const beatsIt = (other: number): boolean => dominates(losses[other] ?? [], losses[place] ?? []);
          assert.ok(!fronts.slice(rank).flat().some(beatsIt));
          if (rank > 0) assert.ok((fronts[rank - 1] ?? []).some(beatsIt));
        }
    }),
  );
});

test('the crowding distance is the sum of the gaps between neighbours, as shares of the spread', () => {
  const distances = crowdingDistances([
    [0, 10],
    [1, 6],
    [4, 2],
    [5, 0],
  ]);
  assert.deepEqual(distances, [
    Number.POSITIVE_INFINITY,
    (4 - 0) / 5 + (10 - 2) / 10,
    (5 - 1) / 5 + (6 - 0) / 10,
    Number.POSITIVE_INFINITY,
  ]);
  assert.deepEqual(crowdingDistances([[3, 3]]), [Number.POSITIVE_INFINITY]);
  assert.deepEqual(crowdingDistances([]), []);
});
