// Where the time of a study went: training, and what the orchestration added. Only times of one worker's clock are
// subtracted from each other (`at` is the writer's clock), so that machines whose clocks differ do no harm. A trial is timed
// from the end of the one before it in its slot: the first of a slot waits for its thread to start, once, however many follow.

/** A worker rarely has more slots; what is beyond is not timed rather than kept. */
const SLOTS_KEPT = 256;

export interface StudyTiming {
  /** Time the study was under way, over all of its coordinators: the greatest `durationMs` of its state events. */
  readonly durationMs: number;
  /** Training time of the finished trials that were computed here. */
  readonly busyMs: number;
  /** Of timed trials: time between the end of the one before in the slot and their own that was not training. */
  readonly overheadMs: number;
  /** Trials that `overheadMs` is the sum over: not the first of each slot, nor what went on from a checkpoint. */
  readonly timedTrials: number;
  /** Per worker, since when each of its free slots is free. */
  readonly freeSince: ReadonlyMap<string, readonly number[]>;
}

export interface TimedStart {
  readonly startedAt: string | null;
  /** Only an attempt that began at the start has a duration that is comparable with the clock. */
  readonly fromEpoch: number;
  readonly fromStep: number;
  /** What passed in its slot since the trial before; null: there was none. */
  readonly waitedMs: number | null;
}

export const NO_TIME: StudyTiming = {
  durationMs: 0,
  busyMs: 0,
  overheadMs: 0,
  timedTrials: 0,
  freeSince: new Map(),
};

/** Mean overhead per timed trial, 0 before the first one. */
export function overheadMsPerTrial(timing: StudyTiming): number {
  return timing.timedTrials === 0 ? 0 : timing.overheadMs / timing.timedTrials;
}

/** A trial began on `worker`, in the slot that was free the longest; `waitedMs`: how long, null in a slot's first trial. */
export function timeStart(
  timing: StudyTiming,
  worker: string,
  at: string,
): { readonly timing: StudyTiming; readonly waitedMs: number | null } {
  const [since, ...free] = timing.freeSince.get(worker) ?? [];
  if (since === undefined) return { timing, waitedMs: null };
  const freeSince = new Map(timing.freeSince).set(worker, free);
  return { timing: { ...timing, freeSince }, waitedMs: atLeastZero(Date.parse(at) - since) };
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
  if (start?.startedAt == null) return { ...timing, busyMs };
  const { waitedMs, fromEpoch, fromStep } = start;
  const isTimed = waitedMs !== null && fromEpoch === 0 && fromStep === 0;
  const held = Date.parse(at) - Date.parse(start.startedAt);
  const free = timing.freeSince.get(worker) ?? [];
  return {
    ...timing,
    busyMs,
    overheadMs: timing.overheadMs + (isTimed ? waitedMs + atLeastZero(held - durationMs) : 0),
    timedTrials: timing.timedTrials + (isTimed ? 1 : 0),
    freeSince: new Map(timing.freeSince).set(worker, [...free, Date.parse(at)].slice(-SLOTS_KEPT)),
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
