// Macro F1 by hand, and an interval that covers the truth as often as it says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnswerCounts, macroF1, macroF1Interval } from '../../../src/statistics/macro-f1.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';

const countsOf = (rows: readonly (readonly number[])[], unanswered?: readonly number[]): AnswerCounts => ({
  classes: rows.length,
  confusion: Float64Array.from(rows.flat()),
  unanswered: Float64Array.from(unanswered ?? rows.map(() => 0)),
});

test('the mean of the classes that are there or answered; a sample without an answer is missed', () => {
  // F1 of the first 2·2/(3 + 2), of the second 2·1/(1 + 2), none of the third.
  const rows = [
    [2, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
  ];
  assert.equal(macroF1(countsOf(rows)), (4 / 5 + 2 / 3) / 2);
  assert.equal(macroF1(countsOf(rows, [0, 2, 0])), (4 / 5 + 2 / 5) / 2);
  assert.equal(macroF1(countsOf(rows, [0, 0, 1])), (4 / 5 + 2 / 3) / 3);
});

test('no interval of few samples, nor where each drawing is the same', () => {
  const few = [
    [14, 1],
    [0, 14],
  ];
  assert.deepEqual(macroF1Interval(countsOf(few)), { interval: null, reason: 'too-few' });
  const right = [
    [20, 0],
    [0, 20],
  ];
  for (const rows of [right, right.toReversed()])
    assert.deepEqual(macroF1Interval(countsOf(rows)), { interval: null, reason: 'constant' });
});

test('of 300 studies some 95 % of the intervals hold the macro F1 of the whole population', () => {
  const population = [
    [0.5, 0.06, 0.04],
    [0.05, 0.15, 0.02],
    [0.05, 0.03, 0.1],
  ];
  const truth = macroF1(countsOf(population));
  const random = seededRandom(7);
  const studies = 300;
  let covered = 0;
  for (let study = 0; study < studies; study += 1) {
    const counts = countsOf(population.map((row) => row.map(() => 0)));
    for (let sample = 0; sample < 250; sample += 1) {
      let left = random.uniform();
      const cell = population.flat().findIndex((share) => {
        left -= share;
        return left < 0;
      });
      counts.confusion[Math.max(0, cell)]! += 1;
    }
    const { interval } = macroF1Interval(counts);
    const value = macroF1(counts);
    assert.ok(interval !== null && interval[0] < value && value < interval[1]);
    if (interval[0] <= truth && truth <= interval[1]) covered += 1;
  }
  // Within some three standard errors of a share of 0.95.
  assert.ok(covered > 0.91 * studies && covered < 0.99 * studies, `${covered} of ${studies}`);
});
