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
  /** Time of timed trials between the end of the one before in the slot and their own that was not training. */
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

/** Advances in place: what an event costs must not grow with the number of workers. */
export type RunningTiming = { -readonly [Field in Exclude<keyof StudyTiming, 'freeSince'>]: number } & {
  freeSince: Map<string, number[]>;
};

/** A copy that may be advanced. */
export function copyTiming(timing: StudyTiming): RunningTiming {
  const freeSince = new Map([...timing.freeSince].map(([worker, since]) => [worker, [...since]]));
  return { ...timing, freeSince };
}

/** A trial began on `worker`, in the slot that was free the longest; returns how long, null in a slot's first trial. */
export function timeStart(timing: RunningTiming, worker: string, at: string): number | null {
  const since = timing.freeSince.get(worker)?.shift();
  return since === undefined ? null : atLeastZero(Date.parse(at) - since);
}

/** A trial that trained `durationMs` ended on `worker`. */
export function timeFinish(
  timing: RunningTiming,
  worker: string,
  start: TimedStart | undefined,
  at: string,
  durationMs: number,
): void {
  timing.busyMs += durationMs;
  if (start?.startedAt == null) return;
  const { waitedMs, fromEpoch, fromStep } = start;
  const isTimed = waitedMs !== null && fromEpoch === 0 && fromStep === 0;
  const held = Date.parse(at) - Date.parse(start.startedAt);
  if (isTimed) {
    // Events that were written together have one time: what was training then lies in the wait, and of several trials of one
    // message in that of the first alone.
    timing.overheadMs = atLeastZero(timing.overheadMs + waitedMs + held - durationMs);
    timing.timedTrials += 1;
  }
  const free = timing.freeSince.get(worker) ?? [];
  free.push(Date.parse(at));
  if (free.length > SLOTS_KEPT) free.shift();
  timing.freeSince.set(worker, free);
}

/** The study stood still (paused, interrupted, ended): waiting was not overhead. */
export function timePause(timing: RunningTiming, durationMs: number, isRunning: boolean): void {
  timing.durationMs = Math.max(timing.durationMs, durationMs);
  if (!isRunning) timing.freeSince.clear();
}

function atLeastZero(milliseconds: number): number {
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}
