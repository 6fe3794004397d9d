import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareInterval } from '../../../src/statistics/share-interval.js';

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  for (const [at, value] of actual.entries())
    assert.ok(Math.abs(value - expected[at]!) < 5e-5, `${actual} is not ${expected}`);
}

test('the interval of a share is the one of the textbook', () => {
  // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
  assertNear(shareInterval(81, 263), [0.2553, 0.3662]);
  assertNear(shareInterval(15, 148), [0.0624, 0.1605]);
  assertNear(shareInterval(0, 20), [0, 0.1611]);
  assertNear(shareInterval(1, 29), [0.0061, 0.1718]);
});

test('when every sample is right the interval still has a width, and ends at 1', () => {
  const [low, high] = shareInterval(60, 60);
  assert.equal(high, 1);
  assert.ok(low > 0.9 && low < 1);
});

test('what is no share is refused', () => {
  assert.throws(() => shareInterval(3, 2), RangeError);
  assert.throws(() => shareInterval(0, 0), RangeError);
});
