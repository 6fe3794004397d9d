// Learning rates by the step: Keras' formulas with the host's pow and cos, and numbers worked out by hand.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { learningRateAt } from '../../../src/engine/training/learning-rate.js';
import type { LearningRateSchedule } from '../../../src/model/training-control.js';
import { smallConfig } from '../../support/fixtures/small-dataset.js';

const STEPS_PER_EPOCH = 10;
const EPOCHS = 20;
const RATE = 0.02;

function rateOf(learningRateSchedule: LearningRateSchedule | undefined, step: number): number {
  const training = { ...smallConfig.training, learningRate: RATE, learningRateSchedule, epochs: EPOCHS };
  return learningRateAt(training, null, step, STEPS_PER_EPOCH);
}

function assertRate(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-14 * RATE, `${what}: ${actual} instead of ${expected}`);
}

const cosine = { type: 'cosine', decaySteps: null, alpha: 0, warmupSteps: 0, warmupTarget: null } as const;
const STEPS = Array.from({ length: STEPS_PER_EPOCH * EPOCHS + 20 }, (_, step) => step);

it('without a schedule the rate is the learning rate', () => {
  for (const step of [0, 7, 1_000]) assert.equal(rateOf(undefined, step), RATE);
});

it('exponential: learningRate · decayRate^(step / decaySteps), in whole powers as a staircase', () => {
  const schedule = { type: 'exponential', decayRate: 0.5, decaySteps: 16, staircase: false } as const;
  for (const step of STEPS) {
    assertRate(rateOf(schedule, step), RATE * 0.5 ** (step / 16), `step ${step}`);
    const stair = rateOf({ ...schedule, staircase: true }, step);
    assertRate(stair, RATE * 0.5 ** Math.floor(step / 16), `stair ${step}`);
  }
  assertRate(rateOf(schedule, 32), 0.005, 'two half-lives');
  assert.equal(rateOf({ ...schedule, decayRate: 1e-9, decaySteps: 1 }, 1_000), 0, 'past the smallest double');
  assert.equal(rateOf({ ...schedule, decayRate: 1 }, 1_000), RATE, 'a decay rate of 1 is none');
});

it('cosine: from the learning rate to its share alpha at the end of decaySteps, and level from there', () => {
  const schedule = { ...cosine, decaySteps: 40, alpha: 0.1 };
  for (const step of STEPS) {
    const decayed = 0.5 * (1 + Math.cos((Math.PI * Math.min(step, 40)) / 40));
    assertRate(rateOf(schedule, step), RATE * (0.9 * decayed + 0.1), `step ${step}`);
  }
  assertRate(rateOf(schedule, 20), 0.55 * RATE, 'half way');
  assertRate(rateOf(schedule, 90), 0.1 * RATE, 'after the end');
});

it('cosine without decaySteps ends with the last epoch', () => {
  const total = STEPS_PER_EPOCH * EPOCHS;
  assertRate(rateOf(cosine, total / 2), RATE / 2, 'half way');
  assert.ok(rateOf(cosine, total - 1) > 0);
  assertRate(rateOf(cosine, total), 0, 'the end');
});

it('cosine with a warm-up climbs to warmupTarget in a straight line, then decays from there', () => {
  const schedule = { ...cosine, warmupSteps: 8, warmupTarget: 0.1, decaySteps: 40 };
  assert.equal(rateOf(schedule, 0), RATE);
  assertRate(rateOf(schedule, 4), 0.06, 'half way up');
  assert.equal(rateOf(schedule, 8), 0.1);
  assertRate(rateOf(schedule, 28), 0.05, 'half way down');
  const whole = { ...schedule, decaySteps: null };
  assertRate(rateOf(whole, 8 + (STEPS_PER_EPOCH * EPOCHS - 8) / 2), 0.05, 'over what is left of the trial');
});
