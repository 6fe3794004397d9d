// A trial that has not ended: its state machine over attempts. Pure: each step returns the next trial, or the same one
// when the event is old news.
//
//   PENDING ──started──▶ RUNNING ──finished / failed(final)──▶ (ended: leaves the set of open trials)
//      ▲                    │
//      └─ failed (not final), returned, paused (waits for its scheduler), queued with a higher attempt
//
// Attempts only grow. An event of an attempt below the newest, or of one that has failed, changes nothing.
import type { WireError } from '../../errors.js';
import type { StudyEvent } from '../events.js';
import { reportsOf } from './curves.js';
import type { FinalState, TrialOrigin } from './final-state.js';
import type { CountedEpoch, EpochReport, Params, Requirement, TrialResult } from './trial.js';

/** How many checkpoints are remembered: the newest, and the one before it should the newest be damaged. */
export const CHECKPOINTS_KEPT = 2;

export interface AttemptReport extends EpochReport {
  readonly attempt: number;
}

export interface TrialCheckpoint {
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done of the next one; absent: none. */
  readonly step?: number;
  readonly blob: string;
  /** Of what it brought along: 0. */
  readonly attempt: number;
  /** Who owns what it brought along; absent: the trial itself. */
  readonly owner?: FinalState['owner'];
}

/** The result up to the last whole epoch, as a stop there would have left it. */
export interface ReachedResult {
  readonly worker: string;
  readonly result: TrialResult;
}

export interface OpenTrial {
  readonly trial: string;
  readonly index: number;
  readonly params: Params | null;
  readonly seed: number | null;
  /** Its `trial.queued` was read. Else its coordinator's word is lost, or it never gave it. */
  readonly isQueued: boolean;
  readonly requires: Requirement;
  readonly state: 'PENDING' | 'RUNNING';
  /** The newest attempt that was heard of, 1-based. */
  readonly attempt: number;
  /** Attempts that failed: what counts against `maxAttempts`. A trial that was given back is not blamed. */
  readonly failedAttempts: number;
  readonly lastFailedAttempt: number;
  readonly lastError: WireError | null;
  /** What it had before that failure, where it says so, or when it was paused. */
  readonly reached: ReachedResult | null;
  /** Epochs done of one that waits until its scheduler has it go on; null: it does not wait. */
  readonly pausedAt: number | null;
  /** Who holds it while RUNNING. */
  readonly worker: string | null;
  /** Who began the newest attempt and did not give it back: a repeated start is told from a new one by this. */
  readonly startedBy: readonly string[];
  readonly startedAt: string | null;
  readonly fromEpoch: number;
  /** Steps of the next epoch in the checkpoint that it goes on from. */
  readonly fromStep: number;
  /** What passed in its worker's slot since the trial before (study-timing.ts); null: there was none. */
  readonly waitedMs: number | null;
  /** By epoch; of each epoch that of the newest attempt. */
  readonly reports: readonly AttemptReport[];
  /** Newest first (by attempt, epoch, step), at most two. */
  readonly checkpoints: readonly TrialCheckpoint[];
  readonly stopReason: string | null;
  /** The last epoch that counts, with a reason; null: all of them. */
  readonly stopEpoch: number | null;
  /** The report up to it that stands for the trial; null: the log does not say. */
  readonly stopCounted: CountedEpoch | null;
}

type OpenEvent = Extract<
  StudyEvent,
  {
    type:
      | 'trial.queued'
      | 'trial.started'
      | 'trial.report'
      | 'trial.checkpoint'
      | 'trial.stop'
      | 'trial.failed'
      | 'trial.paused'
      | 'trial.returned';
  }
>;

export function newOpenTrial(trial: string, index: number): OpenTrial {
  return {
    trial,
    index,
    params: null,
    seed: null,
    isQueued: false,
    requires: 'any',
    state: 'PENDING',
    attempt: 0,
    failedAttempts: 0,
    lastFailedAttempt: 0,
    lastError: null,
    reached: null,
    pausedAt: null,
    worker: null,
    startedBy: [],
    startedAt: null,
    fromEpoch: 0,
    fromStep: 0,
    waitedMs: null,
    reports: [],
    checkpoints: [],
    stopReason: null,
    stopEpoch: null,
    stopCounted: null,
  };
}

/** The trial after `event`; the same object when nothing changed. A final failure is not decided here. */
export function advanceTrial(trial: OpenTrial, event: OpenEvent, at: string): OpenTrial {
  switch (event.type) {
    case 'trial.queued':
      return queue(trial, event);
    case 'trial.started':
      return start(trial, event, at);
    case 'trial.report':
      return report(trial, event);
    case 'trial.checkpoint':
      return checkpoint(trial, event);
    case 'trial.stop':
      return trial.stopReason === null
        ? {
            ...trial,
            stopReason: event.reason,
            stopEpoch: event.epoch ?? null,
            stopCounted: event.counted ?? null,
          }
        : trial;
    case 'trial.failed':
      return fail(trial, event);
    case 'trial.paused':
      return pause(trial, event);
    case 'trial.returned':
      return giveBack(trial, event);
  }
}

function isOld(trial: OpenTrial, attempt: number): boolean {
  return attempt < trial.attempt || attempt <= trial.lastFailedAttempt;
}

/** The trial in a newer attempt that nobody holds yet. */
function withAttempt(trial: OpenTrial, attempt: number): OpenTrial {
  if (attempt === trial.attempt) return trial;
  return {
    ...trial,
    attempt,
    state: 'PENDING',
    pausedAt: null,
    worker: null,
    startedBy: [],
    startedAt: null,
  };
}

function queue(trial: OpenTrial, event: Extract<OpenEvent, { type: 'trial.queued' }>): OpenTrial {
  const isNews = event.attempt > trial.attempt;
  if (!isNews && trial.isQueued) return trial;
  const known = { params: event.params, seed: event.seed, requires: event.requires, isQueued: true };
  const queued = { ...(isNews ? withAttempt(trial, event.attempt) : trial), ...known };
  return event.origin === undefined ? queued : { ...queued, ...broughtAlong(trial, event.origin) };
}

/** Before its first attempt: of a shorter training what it ended in and what it reported, each epoch of the same time. */
function broughtAlong(
  { checkpoints, reports }: OpenTrial,
  { owner, blob, epoch, durationMs, curves = {} }: TrialOrigin,
): Pick<OpenTrial, 'checkpoints' | 'reports'> {
  const known = new Set(reports.map((report) => report.epoch));
  const brought = reportsOf(curves)
    .filter((report) => !known.has(report.epoch))
    .map((report) => ({ ...report, durationMs: durationMs / epoch, attempt: 0 }));
  return {
    checkpoints: [...checkpoints, { epoch, blob, owner, attempt: 0 }].slice(0, CHECKPOINTS_KEPT),
    reports: [...brought, ...reports].sort((left, right) => left.epoch - right.epoch),
  };
}

function start(
  trial: OpenTrial,
  event: Extract<OpenEvent, { type: 'trial.started' }>,
  at: string,
): OpenTrial {
  if (isOld(trial, event.attempt)) return trial;
  const current = withAttempt(trial, event.attempt);
  if (current.startedBy.includes(event.worker)) return trial;
  return {
    ...current,
    state: 'RUNNING',
    worker: event.worker,
    startedBy: [...current.startedBy, event.worker],
    startedAt: at,
    fromEpoch: event.fromEpoch,
    fromStep: event.fromStep ?? 0,
    // Epochs after the checkpoint are computed again: what an earlier attempt said of them is void.
    reports: current.reports.filter(
      (known) => known.attempt === event.attempt || known.epoch <= event.fromEpoch,
    ),
  };
}

function report(trial: OpenTrial, event: Extract<OpenEvent, { type: 'trial.report' }>): OpenTrial {
  if (isOld(trial, event.attempt)) return trial;
  const known = trial.reports.find((other) => other.epoch === event.report.epoch);
  if (known !== undefined && known.attempt >= event.attempt) return trial;
  const reports = trial.reports.filter((other) => other !== known);
  reports.push({ ...event.report, attempt: event.attempt });
  reports.sort((left, right) => left.epoch - right.epoch);
  return { ...withAttempt(trial, event.attempt), reports };
}

function checkpoint(trial: OpenTrial, event: Extract<OpenEvent, { type: 'trial.checkpoint' }>): OpenTrial {
  if (isOld(trial, event.attempt)) return trial;
  const { epoch, step, blob, attempt } = event;
  const added: TrialCheckpoint = { epoch, ...(step === undefined ? {} : { step }), blob, attempt };
  const isKnown = trial.checkpoints.some((other) => compareCheckpoints(other, added) === 0);
  if (isKnown) return trial;
  const checkpoints = [...trial.checkpoints, added].sort(compareCheckpoints).slice(0, CHECKPOINTS_KEPT);
  if (!checkpoints.includes(added)) return trial;
  return { ...withAttempt(trial, event.attempt), checkpoints };
}

/** Newest first. By attempt first: one that began from an earlier epoch could not read what an earlier attempt had stored later. */
function compareCheckpoints(left: TrialCheckpoint, right: TrialCheckpoint): number {
  return right.attempt - left.attempt || right.epoch - left.epoch || (right.step ?? 0) - (left.step ?? 0);
}

function fail(trial: OpenTrial, event: Extract<OpenEvent, { type: 'trial.failed' }>): OpenTrial {
  if (event.attempt <= trial.lastFailedAttempt) return trial;
  const failed = {
    ...trial,
    params: event.params,
    seed: event.seed,
    failedAttempts: trial.failedAttempts + 1,
    lastFailedAttempt: event.attempt,
    lastError: event.error,
    reached:
      event.reached === undefined || event.worker === null
        ? null
        : { worker: event.worker, result: event.reached },
  };
  if (event.attempt < trial.attempt) return failed;
  return { ...withAttempt(failed, event.attempt), state: 'PENDING', worker: null, startedAt: null };
}

function pause(trial: OpenTrial, event: Extract<OpenEvent, { type: 'trial.paused' }>): OpenTrial {
  const { attempt, epoch, worker, reached } = event;
  if (isOld(trial, attempt) || (trial.attempt === attempt && trial.pausedAt !== null)) return trial;
  return {
    ...withAttempt(trial, attempt),
    ...{ state: 'PENDING', worker: null, startedAt: null, pausedAt: epoch },
    reached: { worker, result: reached },
  };
}

function giveBack(trial: OpenTrial, event: Extract<OpenEvent, { type: 'trial.returned' }>): OpenTrial {
  if (isOld(trial, event.attempt) || trial.attempt !== event.attempt) return trial;
  if (!trial.startedBy.includes(event.worker)) return trial;
  const startedBy = trial.startedBy.filter((worker) => worker !== event.worker);
  if (trial.worker !== event.worker) return { ...trial, startedBy };
  return { ...trial, startedBy, state: 'PENDING', worker: null, startedAt: null };
}
