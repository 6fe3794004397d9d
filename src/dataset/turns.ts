// Long work on the one thread, cut so that it can be interrupted: a signal, or another event, is heard between two turns.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SweepError } from '../errors.js';

/** Whoever presses Ctrl-C notices none of it, and a turn costs far less than the work between. */
const TURN_MS = 50;

/** Throws INTERRUPTED when `signal` says so. */
export function checkInterrupt(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new SweepError('INTERRUPTED', 'preparing the data was interrupted', {
    hint: 'nothing unfinished is left behind: repeat the command to begin again',
  });
}

/** To be awaited between the parts of a work: throws INTERRUPTED when `signal` says so. */
export type Turn = () => Promise<void>;

export function turnsOf(signal: AbortSignal | undefined): Turn {
  let beganMs = performance.now();
  return async () => {
    if (performance.now() - beganMs < TURN_MS) return;
    // The first may come before the loop polls.
    await nextTurn();
    await nextTurn();
    checkInterrupt(signal);
    beganMs = performance.now();
  };
}
