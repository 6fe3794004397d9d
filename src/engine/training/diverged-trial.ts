// A training that diverged, with what it had before: were it stopped there, that is its result.
import { SweepError } from '../../errors.js';
import type { TrialResult } from '../../study/trial/trial.js';

/** After the last whole epoch, as a stop would have left it. */
export interface Reached {
  readonly result: TrialResult;
  /** The model of the objective's epoch, as model bytes (checkpoint.ts); null: it leaves none. */
  readonly model: Uint8Array | null;
}

export class DivergedTrial extends SweepError {
  constructor(
    readonly reached: Reached,
    { code, message, hint, output }: SweepError,
  ) {
    super(code, message, { hint, output });
  }
}
