// Plateau schedules and early stopping against Keras 2's callbacks, put down here line by line from their Python.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  followPatience,
  isOutOfPatience,
  startPatience,
} from '../../../src/engine/training/early-stopping.js';
import { followPlateau, startPlateau } from '../../../src/engine/training/learning-rate.js';
import type { EarlyStopping, PlateauSchedule } from '../../../src/model/training-control.js';

type Direction = 'minimize' | 'maximize';
/** Few values, so that some repeat and some differ by minDelta exactly. */
const values = fc.array(
  fc.integer({ min: 0, max: 8 }).map((value) => value / 4),
  { minLength: 1, maxLength: 40 },
);
const direction = fc.constantFrom<Direction>('minimize', 'maximize');
const minDelta = fc.constantFrom(0, 0.25, 0.3);
const monitorOf = (towards: Direction) => ({ metric: 'validationMae', direction: towards }) as const;

/** The rate after each epoch: keras/callbacks.py, ReduceLROnPlateau. */
function kerasPlateau(schedule: PlateauSchedule, learningRate: number, epochs: readonly number[]): number[] {
  const isMin = schedule.monitor.direction === 'minimize';
  const monitorOp = (a: number, b: number) => (isMin ? a < b - schedule.minDelta : a > b + schedule.minDelta);
  let best = isMin ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  let cooldownCounter = 0;
  let wait = 0;
  let lr = learningRate;
  const inCooldown = () => cooldownCounter > 0;
  return epochs.map((current) => {
    if (inCooldown()) {
      cooldownCounter -= 1;
      wait = 0;
    }
    if (monitorOp(current, best)) {
      best = current;
      wait = 0;
    } else if (!inCooldown()) {
      wait += 1;
      if (wait >= schedule.patience && lr > schedule.minLearningRate) {
        lr = Math.max(lr * schedule.factor, schedule.minLearningRate);
        cooldownCounter = schedule.cooldown;
        wait = 0;
      }
    }
    return lr;
  });
}

/** Epochs trained, and the 1-based epoch whose weights are restored: keras/callbacks.py, EarlyStopping. */
function kerasEarlyStopping(spec: EarlyStopping, epochs: readonly number[]): [trained: number, best: number] {
  const isMin = spec.monitor.direction === 'minimize';
  const monitorOp = (a: number, b: number) => (isMin ? a < b : a > b);
  const signedDelta = isMin ? -spec.minDelta : spec.minDelta;
  let best = isMin ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  let bestEpoch = 0;
  let wait = 0;
  for (const [epoch, current] of epochs.entries()) {
    wait += 1;
    if (monitorOp(current - signedDelta, best)) {
      best = current;
      bestEpoch = epoch;
      wait = 0;
    }
    if (wait >= spec.patience && epoch > 0) return [epoch + 1, bestEpoch + 1];
  }
  return [epochs.length, bestEpoch + 1];
}

describe('as in Keras 2', () => {
  it('a plateau reduces the rate after the same epochs to the same values', () => {
    const schedules = fc.record({
      factor: fc.constantFrom(0.1, 0.5),
      patience: fc.integer({ min: 1, max: 4 }),
      minDelta,
      cooldown: fc.integer({ min: 0, max: 4 }),
      minLearningRate: fc.constantFrom(0, 1e-3),
      direction,
    });
    let reductions = 0;
    fc.assert(
      fc.property(schedules, values, ({ direction: towards, ...fields }, epochs) => {
        const schedule: PlateauSchedule = { type: 'reduceOnPlateau', ...fields, monitor: monitorOf(towards) };
        let state = startPlateau(0.01);
        const rates = epochs.map((value) => {
          state = followPlateau(state, schedule, value);
          return state.learningRate;
        });
        assert.deepEqual(rates, kerasPlateau(schedule, 0.01, epochs));
        if (rates.at(-1) !== 0.01) reductions++;
      }),
    );
    assert.ok(reductions > 10, 'the property must have seen rates that were reduced');
  });

  it('early stopping ends after the same epoch with the same best one', () => {
    const specs = fc.record({ patience: fc.integer({ min: 1, max: 5 }), minDelta, direction });
    let stopped = 0;
    fc.assert(
      fc.property(specs, values, ({ direction: towards, ...fields }, epochs) => {
        const spec: EarlyStopping = { ...fields, monitor: monitorOf(towards) };
        let state = startPatience;
        let trained = 0;
        for (const value of epochs) {
          if (isOutOfPatience(state, spec)) break;
          state = followPatience(state, spec, value);
          trained++;
        }
        assert.deepEqual([trained, trained - state.wait], kerasEarlyStopping(spec, epochs));
        if (trained < epochs.length) stopped++;
      }),
    );
    assert.ok(stopped > 10, 'the property must have seen trainings that stopped');
  });
});
