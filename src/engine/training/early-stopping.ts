// When a training stops by itself: Keras 2's EarlyStopping as a pure function of the values its epochs ended with.
import type { EarlyStopping } from '../../model/training-control.js';
import { isImprovement } from './improvement.js';

/** Where a training with early stopping stands after an epoch. */
export interface PatienceState {
  /** null: no epoch is done. */
  readonly best: number | null;
  /** Epochs since the best one. */
  readonly wait: number;
}

export const startPatience: PatienceState = { best: null, wait: 0 };

export function followPatience(
  state: PatienceState,
  { minDelta, monitor }: EarlyStopping,
  value: number,
): PatienceState {
  return isImprovement(value, state.best, monitor.direction, minDelta)
    ? { best: value, wait: 0 }
    : { best: state.best, wait: state.wait + 1 };
}

export function isOutOfPatience(state: PatienceState | null, spec: EarlyStopping | undefined): boolean {
  return state !== null && spec !== undefined && state.wait >= spec.patience;
}
