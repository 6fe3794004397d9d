// Whatever the values: an interval contains its estimate and stays where the value can be.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { meanInterval } from '../../../src/statistics/sample-mean.js';
import { seedInterval } from '../../../src/study/finished-row.js';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
/** Zeros, tiny and huge ones among them. */
const error = fc.oneof(
  fc.double({ min: 0, max: 10, noNaN: true }),
  fc.constantFrom(0, 1e-300, 1e-9, 1e9, 1e30),
);
const isInside = (interval: readonly [number, number], value: number): boolean =>
  interval[0] <= value * (1 + 1e-12) && interval[1] >= value * (1 - 1e-12);

describe('an interval over seeds', () => {
  it('of an error contains the mean and nothing below zero', () => {
    fc.assert(
      fc.property(fc.array(error, { minLength: 2, maxLength: 8 }), (values) => {
        const { objectiveInterval: interval, objectiveIntervalReason: reason } = seedInterval(
          values,
          'positive',
        );
        if (interval === null) return assert.equal(reason, 'same-seeds');
        assert.ok(interval[0] >= 0 && Number.isFinite(interval[1]), `${interval}`);
        assert.ok(isInside(interval, mean(values)), `${interval}`);
      }),
    );
  });

  it('of an accuracy contains the mean and stays within 0 and 100 %', () => {
    const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 1 - 1e-9));
    fc.assert(
      fc.property(fc.array(share, { minLength: 2, maxLength: 8 }), (values) => {
        const { objectiveInterval: interval } = seedInterval(values, 'share');
        if (interval === null) return;
        assert.ok(interval[0] >= 0 && interval[1] <= 1, `${interval}`);
        assert.ok(isInside(interval, mean(values)), `${interval}`);
      }),
    );
  });
});

it('an interval over samples contains the mean and nothing below zero, whatever the unit', () => {
  fc.assert(
    fc.property(
      fc.array(error, { minLength: 1, maxLength: 300 }),
      fc.constantFrom(1e-30, 1, 1e30),
      fc.integer({ min: 0, max: 20 }),
      (errors, unit, overlap) => {
        const values = errors.map((value) => unit * value);
        const { interval, reason } = meanInterval(values, 'positive', overlap);
        assert.equal(interval === null, reason !== null);
        if (interval === null) return;
        assert.ok(interval[0] >= 0 && Number.isFinite(interval[1]), `${interval}`);
        assert.ok(isInside(interval, mean(values)), `${interval}`);
      },
    ),
  );
});
