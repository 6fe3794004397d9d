// Sums over windows, held against the same sums window by window.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LaggedSums } from '../../../src/task/forecast/baselines/lagged-sums.js';
import { testStream } from '../../support/fakes/array-samples.js';

test('sums of products over all windows of several series are those window by window', () => {
  const random = testStream(7);
  const offsets = [0, 2, 4, 5, 9];
  const left = 3;
  const sums = new LaggedSums(offsets, left);
  const direct = offsets.map(() => offsets.map(() => 0));
  const totals = offsets.map(() => 0);
  for (const [rows, count] of [
    [40, 31],
    [12, 2],
    [90, 80],
  ] as const) {
    const values = Float64Array.from({ length: rows }, () => random.nextNormal());
    sums.add(values, count);
    for (let first = 0; first < count; first++)
      for (const [one, offset] of offsets.entries()) {
        totals[one]! += values[first + offset]!;
        for (const [other, far] of offsets.entries())
          direct[one]![other]! += values[first + offset]! * values[first + far]!;
      }
  }
  assert.equal(sums.windows, 113);
  for (const [one] of offsets.entries()) {
    assert.ok(Math.abs(sums.sum(one) - totals[one]!) < 1e-9);
    for (let other = 0; other < left; other++) {
      assert.ok(Math.abs(sums.product(one, other) - direct[one]![other]!) < 1e-9);
      assert.equal(sums.product(other, one), sums.product(one, other));
    }
  }
});
