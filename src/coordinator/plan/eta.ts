// When a study will end, from what was measured in this very run: work done over time spent. Pure.
// It speaks before the first trial ends, because running trials count with the part they have done.

/** Thread time below which a rate is mostly chance: no estimate yet. */
const SHORTEST_MEASUREMENT_MS = 1_500;

export interface RunningWork {
  /** Work of the whole trial (trial-work.ts). */
  readonly work: number;
  /** Share done in this attempt, in [0, 1], from where it started. */
  readonly done: number;
  /** Share that was already done when this attempt began (a checkpoint), in [0, 1]. */
  readonly before: number;
  readonly elapsedMs: number;
}

export interface Measured {
  /** Work of the trials that ended in this run, computed and not cached. */
  readonly finishedWork: number;
  /** Thread time they took. */
  readonly finishedMs: number;
  readonly running: readonly RunningWork[];
  /** Work of the trials that have not started. */
  readonly waitingWork: number;
  readonly slots: number;
}

/** Milliseconds until the last trial ends, or null while nothing was measured. */
export function estimateRemainingMs(measured: Measured): number | null {
  const { running, finishedWork, finishedMs, waitingWork, slots } = measured;
  const doneWork = finishedWork + running.reduce((sum, trial) => sum + trial.work * trial.done, 0);
  const spentMs = finishedMs + running.reduce((sum, trial) => sum + trial.elapsedMs, 0);
  if (doneWork <= 0 || spentMs < SHORTEST_MEASUREMENT_MS) return null;
  const msPerWork = spentMs / doneWork;
  const restOf = (trial: RunningWork): number => trial.work * Math.max(0, 1 - trial.before - trial.done);
  const runningRest = running.map(restOf);
  const rest = waitingWork + runningRest.reduce((sum, work) => sum + work, 0);
  // Never less than the longest trial still needs: at the end of a study slots stand idle.
  return Math.max(
    (rest * msPerWork) / slots,
    runningRest.reduce((most, work) => Math.max(most, work), 0) * msPerWork,
  );
}
