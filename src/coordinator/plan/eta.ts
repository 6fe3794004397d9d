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

/** `40 ms`, `2.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`: for people. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms > 0 && ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
