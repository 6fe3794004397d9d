// The learning rate of a step by its schedule, in double precision without the host's pow and cos, whose last bits may
// differ from machine to machine. A plateau's state is in the checkpoint; all else follows from the step's number.
import { cosTurns, exp, log } from '../../dataset/sources/synthetic/deterministic-math.js';
import type { CosineSchedule, PlateauSchedule } from '../../model/training-control.js';
import type { TrainingSpec } from '../../study/trial/trial.js';
import { isImprovement } from './improvement.js';

/** Where a training with `reduceOnPlateau` stands after an epoch. */
export interface PlateauState {
  readonly learningRate: number;
  /** null: no epoch is done. */
  readonly best: number | null;
  /** Epochs without improvement, those of a cooldown left out. */
  readonly wait: number;
  /** Epochs of the cooldown that are left. */
  readonly cooldown: number;
}

export function startPlateau(learningRate: number): PlateauState {
  return { learningRate, best: null, wait: 0, cooldown: 0 };
}

/** After an epoch that ended with `value`: on_epoch_end of Keras 2's ReduceLROnPlateau. */
export function followPlateau(state: PlateauState, schedule: PlateauSchedule, value: number): PlateauState {
  const { factor, patience, minDelta, minLearningRate, monitor } = schedule;
  const { learningRate, best } = state;
  const cooldown = Math.max(0, state.cooldown - 1);
  const waited = state.cooldown > 0 ? 0 : state.wait;
  if (isImprovement(value, best, monitor.direction, minDelta))
    return { learningRate, best: value, wait: 0, cooldown };
  if (cooldown > 0) return { learningRate, best, wait: waited, cooldown };
  const wait = waited + 1;
  if (wait < patience || learningRate <= minLearningRate) return { learningRate, best, wait, cooldown };
  const reduced = Math.max(learningRate * factor, minLearningRate);
  return { learningRate: reduced, best, wait: 0, cooldown: schedule.cooldown };
}

/**
 * The rate of training step `step`, counted from 0 over all epochs. `plateau` is the state after the last epoch, null
 * unless the schedule is a plateau's.
 */
export function learningRateAt(
  { learningRate, learningRateSchedule: schedule, epochs }: TrainingSpec,
  plateau: PlateauState | null,
  step: number,
  stepsPerEpoch: number,
): number {
  switch (schedule?.type) {
    case undefined:
      return learningRate;
    case 'exponential': {
      const exponent = step / schedule.decaySteps;
      return learningRate * power(schedule.decayRate, schedule.staircase ? Math.floor(exponent) : exponent);
    }
    case 'cosine':
      return cosineRate(learningRate, schedule, step, epochs * stepsPerEpoch);
    case 'reduceOnPlateau':
      return plateau?.learningRate ?? learningRate;
  }
}

/** CosineDecay.__call__ of Keras 2.13. */
function cosineRate(
  initial: number,
  { alpha, warmupSteps, warmupTarget, decaySteps }: CosineSchedule,
  step: number,
  totalSteps: number,
): number {
  if (warmupTarget !== null && step < warmupSteps)
    return initial + (warmupTarget - initial) * (step / warmupSteps);
  const from = warmupTarget === null ? initial : warmupTarget;
  const done = warmupTarget === null ? step : step - warmupSteps;
  const length = decaySteps ?? Math.max(1, totalSteps - (warmupTarget === null ? 0 : warmupSteps));
  const decayed = 0.5 * (1 + cosTurns(Math.min(done, length) / length / 2));
  return from * ((1 - alpha) * decayed + alpha);
}

/** Below this e^x has no normal double: the rate is 0. */
const LEAST_EXPONENT = -700;

/** base^exponent for base in (0, 1], exponent ≥ 0. */
function power(base: number, exponent: number): number {
  const scaled = exponent * log(base);
  return scaled < LEAST_EXPONENT ? 0 : exp(scaled);
}
