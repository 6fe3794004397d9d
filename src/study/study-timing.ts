// Where the time of a study went: training, and what the orchestration added. Only times of one worker's clock are
// subtracted from each other (`at` is the writer's clock), so that machines whose clocks differ do no harm.

/** A worker rarely has more slots; what is beyond is not timed rather than kept. */
const FREE_SLOTS_KEPT = 256;

export interface StudyTiming {
  /** Time the study was under way, over all of its coordinators: the greatest `durationMs` of its state events. */
  readonly durationMs: number;
  /** Training time of the finished trials that were computed here. */
  readonly busyMs: number;
  /** Time slots stood between two trials, plus time in trials that was not training. */
  readonly overheadMs: number;
  /** Trials that `overheadMs` is the sum over. */
  readonly timedTrials: number;
  /** Per worker, since when each of its free slots is free. */
  readonly freeSince: ReadonlyMap<string, readonly number[]>;
}

export interface TimedStart {
  readonly startedAt: string | null;
  /** Only an attempt that began at epoch 0 has a duration that is comparable with the clock. */
  readonly fromEpoch: number;
}

export const NO_TIME: StudyTiming = {
  durationMs: 0,
  busyMs: 0,
  overheadMs: 0,
  timedTrials: 0,
  freeSince: new Map(),
};

/** Mean overhead per trial, 0 before the first one. */
export function overheadMsPerTrial(timing: StudyTiming): number {
  return timing.timedTrials === 0 ? 0 : timing.overheadMs / timing.timedTrials;
}

/** A trial began on `worker`: the slot that was free the longest is taken. */
export function timeStart(timing: StudyTiming, worker: string, at: string): StudyTiming {
  const free = timing.freeSince.get(worker);
  const since = free?.[0];
  if (free === undefined || since === undefined) return timing;
  const waited = Date.parse(at) - since;
  return {
    ...timing,
    overheadMs: timing.overheadMs + atLeastZero(waited),
    freeSince: new Map(timing.freeSince).set(worker, free.slice(1)),
  };
}

/** A trial that trained `durationMs` ended on `worker`. */
export function timeFinish(
  timing: StudyTiming,
  worker: string,
  start: TimedStart | undefined,
  at: string,
  durationMs: number,
): StudyTiming {
  const busyMs = timing.busyMs + durationMs;
  if (start?.startedAt == null || start.fromEpoch > 0) return { ...timing, busyMs };
  const held = Date.parse(at) - Date.parse(start.startedAt);
  const free = timing.freeSince.get(worker) ?? [];
  return {
    ...timing,
    busyMs,
    overheadMs: timing.overheadMs + atLeastZero(held - durationMs),
    timedTrials: timing.timedTrials + 1,
    freeSince: new Map(timing.freeSince).set(worker, [...free, Date.parse(at)].slice(-FREE_SLOTS_KEPT)),
  };
}

/** The study stood still (paused, interrupted, ended): waiting was not overhead. */
export function timePause(timing: StudyTiming, durationMs: number, isRunning: boolean): StudyTiming {
  return {
    ...timing,
    durationMs: Math.max(timing.durationMs, durationMs),
    freeSince: isRunning ? timing.freeSince : new Map(),
  };
}

function atLeastZero(milliseconds: number): number {
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}
