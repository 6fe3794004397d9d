// What is known of a study after folding its events (fold.ts builds it). Bounded: trials that ended leave their place in
// `ended`, a count and, if they are among the best, a row.

import type { ErrorCode, WireError } from '../errors.js';
import { SweepError } from '../errors.js';
import type { ConfidenceSet, DatasetInfo, PassedOverTrial, StudyEvent } from './events.js';
import type { Direction, FinishedRow } from './finished-row.js';
import { type IndexSet, indexCount } from './index-set.js';
import type { StudyParent } from './parent.js';
import {
  describeSetAside,
  NOTHING_SET_ASIDE,
  type SetAsideRecord,
  type SetAsideRecords,
} from './set-aside.js';
import { NO_TIME, type StudyTiming } from './study-timing.js';
import type { TestEvaluation } from './test-evaluation.js';
import type { OpenTrial } from './trial/open-trial.js';
import type { SecondMetric } from './trial/second-metric.js';
import type { Params, StudyEngine } from './trial/trial.js';

export type StudyState = 'created' | Extract<StudyEvent, { type: 'study.state' }>['state'];

const ENDED: ReadonlySet<StudyState> = new Set(['complete', 'cancelled', 'failed']);

/** Nobody waits for trials of a study in this state. An interrupted one has not ended: it is to go on. */
export function hasEnded(state: StudyState): boolean {
  return ENDED.has(state);
}

/** What the study was created with. */
export interface StudyHeader {
  readonly study: string;
  readonly name: string;
  readonly spec: unknown;
  readonly version: string;
  readonly engine: StudyEngine;
  readonly dataset: DatasetInfo | null;
  /** null: the sampler has no end of its own. */
  readonly total: number | null;
  readonly direction: Direction;
  /** What is ranked by; null when the spec names no metric. */
  readonly metric: string | null;
  /** What rows are weighed by beside it; absent: nothing. */
  readonly also?: SecondMetric;
  /** Seeds per point, or blocks of a rolling origin. */
  readonly repeats: number;
  /** The sweep file's profile that was chosen, if any. */
  readonly profile?: string;
  /** The study that it goes on from, if any, and the verb that made it of that. */
  readonly parent?: Pick<StudyParent, 'study' | 'by'>;
}

export interface TrialCounts {
  /** How many trials there are; with an endless sampler, as many as were queued. */
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly complete: number;
  readonly pruned: number;
  readonly failed: number;
  /** How many of the complete ones were taken from the result cache. */
  readonly cached: number;
}

export interface FailureCount {
  /** Attempts that ended so. */
  readonly attempts: number;
  /** Trials that ended so for good. */
  readonly trials: number;
}

export interface FailedTrial {
  readonly trial: string;
  readonly index: number;
  readonly params: Params;
  readonly seed: number;
  readonly attempts: number;
  readonly worker: string | null;
  readonly error: WireError;
}

export interface WorkerTally {
  readonly finished: number;
  readonly failedAttempts: number;
}

export interface StudyView {
  /** Sequence number of the last event folded in; 0: none. */
  readonly lastSeq: number;
  /** null until `study.created`. */
  readonly header: StudyHeader | null;
  readonly state: StudyState;
  readonly stateReason: string | null;
  /** Coordinator that opened the study last. */
  readonly coordinator: string | null;
  /** Indices of the trials that have a terminal event. */
  readonly ended: IndexSet;
  /** Those of them that were stopped, before their end or in hindsight. */
  readonly stopped: IndexSet;
  /** Trials that were queued and have not ended, by index. */
  readonly open: ReadonlyMap<number, OpenTrial>;
  readonly complete: number;
  readonly pruned: number;
  readonly failed: number;
  readonly cached: number;
  /** One more than the highest index heard of. */
  readonly indexBound: number;
  /** The best rows, best first; at most `rowLimit`. */
  readonly rows: readonly FinishedRow[];
  readonly rowLimit: number;
  /** Rows that were dropped for being worse than all of `rows`. */
  readonly rowsDropped: number;
  /** Points of which some seeds are in, by key. Few, as the seeds of a point follow each other. */
  readonly partialRows: ReadonlyMap<string, FinishedRow | UnrankedPoint>;
  readonly failures: ReadonlyMap<ErrorCode, FailureCount>;
  /** The failed trials of lowest index, at most a hundred. */
  readonly failedTrials: readonly FailedTrial[];
  readonly timing: StudyTiming;
  readonly tests: readonly TestEvaluation[];
  /** Share of the commoner label in the validation reviews; null for series. */
  readonly baselineAccuracy: number | null;
  readonly workers: ReadonlyMap<string, WorkerTally>;
  /** Terminal events of trials that had ended already: duplicates of late workers. */
  readonly ignored: number;
  /** Records of the log that count for nothing. */
  readonly setAside: SetAsideRecords;
  /** Trials that ranked above the tested one and could not be tested: they cannot win. */
  readonly passedOver: readonly PassedOverTrial[];
  /** The latest one; null: none was found yet, or by an older version. */
  readonly confidenceSet: ConfidenceSet | null;
}

/** A point whose seeds have all failed so far. */
export interface UnrankedPoint {
  readonly key: string;
  readonly params: Params;
  readonly seeds: readonly [];
  readonly failedTrials: readonly string[];
}

export const DEFAULT_ROW_LIMIT = 1000;

export function emptyView(rowLimit = DEFAULT_ROW_LIMIT): StudyView {
  return {
    lastSeq: 0,
    header: null,
    state: 'created',
    stateReason: null,
    coordinator: null,
    ended: { below: 0, above: new Set() },
    stopped: { below: 0, above: new Set() },
    open: new Map(),
    complete: 0,
    pruned: 0,
    failed: 0,
    cached: 0,
    indexBound: 0,
    rows: [],
    rowLimit,
    rowsDropped: 0,
    partialRows: new Map(),
    failures: new Map(),
    failedTrials: [],
    timing: NO_TIME,
    tests: [],
    baselineAccuracy: null,
    workers: new Map(),
    ignored: 0,
    setAside: NOTHING_SET_ASIDE,
    passedOver: [],
    confidenceSet: null,
  };
}

/** The header, which every log begins with. Throws EVENT_LOG_CORRUPT without it. */
export function headerOf(view: StudyView): StudyHeader {
  if (view.header !== null) return view.header;
  throw creationUnreadable(null, view.setAside.records);
}

/** Names the record of the log that cannot be read, if that is why. `study`: null where its id is not known. */
export function creationUnreadable(study: string | null, [first]: readonly SetAsideRecord[]): SweepError {
  const name = study === null ? 'the study' : `study ${study}`;
  const again = `forget it by sweep rm ${study ?? 'STUDY'} and start it again: finished trials come from the result cache`;
  if (first === undefined)
    return new SweepError('EVENT_LOG_CORRUPT', `the event log of ${name} does not say how it was created`, {
      hint: `its start was cut short: ${again}`,
    });
  return new SweepError(
    'EVENT_LOG_CORRUPT',
    `how ${name} was created cannot be read: ${describeSetAside(first)}`,
    {
      hint: `put the log back from a backup, read it with the version of sweep that wrote it, or ${again}`,
    },
  );
}

export function runningTrials(view: StudyView): OpenTrial[] {
  return [...view.open.values()].filter((trial) => trial.state === 'RUNNING');
}

export function countTrials(view: StudyView): TrialCounts {
  const running = runningTrials(view).length;
  const total = view.header?.total ?? view.indexBound;
  return {
    total,
    pending: Math.max(0, total - running - indexCount(view.ended)),
    running,
    complete: view.complete,
    pruned: view.pruned,
    failed: view.failed,
    cached: view.cached,
  };
}
