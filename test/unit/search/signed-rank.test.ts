// Golden values by hand: P(W+ >= w) counts the subsets of the ranks whose sum reaches w.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leastPValue, signedRankPValue } from '../../../src/statistics/signed-rank.js';

test('differences that are all positive have the least p-value, all negative ones none', () => {
  for (const pairs of [1, 2, 5, 10, 52]) {
    const differences = Array.from({ length: pairs }, (_, place) => place + 1);
    assert.equal(signedRankPValue(differences), leastPValue(pairs));
    assert.equal(signedRankPValue(differences.map((difference) => -difference)), 1);
  }
  assert.equal(signedRankPValue([]), 1);
});

test('the p-value is the share of the subsets of ranks whose sum reaches that of the positive ones', () => {
  // W+ = 11 of 15; subsets of {1..5} with a sum of 4 or less: {} 1 2 3 4 12 13.
  assert.equal(signedRankPValue([1, 2, 3, -4, 5]), 7 / 32);
  // W+ = 14: {} and {1} are left out.
  assert.equal(signedRankPValue([-1, 20, 300, 4000, 50_000]), 2 / 32);
});

test('equal sizes share their mean rank, a zero gives half of its rank to either side', () => {
  // Ranks 1.5, 1.5, 3: W+ = 4.5; sums that reach it: 1.5 + 3 twice, 6.
  assert.equal(signedRankPValue([1, -1, 2]), 3 / 8);
  // Ranks 1, 2, 3; the zero gives 0.5: W+ = 5.5, which only 6 reaches.
  assert.equal(signedRankPValue([0, 2, 3]), 1 / 8);
  // Each rank is 2.5: two of four, or more.
  assert.equal(signedRankPValue([0, 0, 0, 0]), 11 / 16);
});

test('the two sides are complements', () => {
  const differences = [0.3, -0.1, 0.7, 1.1, -0.2, 0.5];
  const upper = signedRankPValue(differences);
  const lower = signedRankPValue(differences.map((difference) => -difference));
  // What both hold is the probability of the observed sum itself: W+ = 18 of 21, whose complement sums to 3: {3} and {1, 2}.
  assert.ok(Math.abs(upper + lower - 1 - 2 / 64) < 1e-12);
});
