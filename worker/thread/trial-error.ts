// What a failure of a trial means for the next attempt: whether it is the trial's own, the data's, or this machine's.
import { asSweepError, type ErrorCode, SweepError } from '../../src/errors.js';

/** Errors of the trial itself: the same on every machine. */
const BAD_INPUT: ReadonlySet<ErrorCode> = new Set(['MODEL_SHAPE', 'SPEC_INVALID', 'DATASET_TOO_SHORT']);

/** The dataset here is gone, or not what it was: neither the trial's fault nor a result of it. */
export function isFaultOfData(code: ErrorCode): boolean {
  return code === 'DATASET_CORRUPT' || code === 'DATASET_NOT_FOUND';
}

/** Memory outside the JavaScript heap is not under the thread's limit: its exhaustion shows as a RangeError. */
export function isOutOfMemory(thrown: unknown): thrown is RangeError {
  return thrown instanceof RangeError && /allocat|memory/i.test(thrown.message);
}

/** What a runner threw, as the error that its attempt fails with: TRIAL_…, or DATASET_… or CHECKPOINT_CORRUPT as they are. */
export function asTrialError(thrown: unknown): SweepError {
  if (isOutOfMemory(thrown)) {
    return new SweepError('TRIAL_OUT_OF_MEMORY', `out of memory: ${thrown.message}`, {
      cause: thrown,
      hint: 'make the model or the batch smaller',
    });
  }
  const error = asSweepError(thrown, 'TRIAL_CRASHED');
  if (error.code.startsWith('TRIAL_') || isFaultOfData(error.code) || error.code === 'CHECKPOINT_CORRUPT')
    return error;
  if (BAD_INPUT.has(error.code))
    return new SweepError('TRIAL_BAD_INPUT', error.message, { cause: error, hint: error.hint });
  // What is wrong with this machine (its cache, its memory map, its engine) is no fault of the trial: it goes elsewhere.
  return new SweepError('TRIAL_CRASHED', error.message, { cause: error, hint: error.hint });
}
