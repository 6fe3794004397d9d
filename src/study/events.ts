// All that can happen to a study, as data. The event log is the only truth: every view is a fold over these (fold.ts).
// Formats only grow: a field is added as optional, never renamed, and older logs keep decoding.
import type { WireError } from '../errors.js';
import type { IntervalReason } from '../statistics/interval-reason.js';
import type { EngineName, EpochReport, Params, Requirement, StudyEngine, TrialResult } from './trial.js';

/** Common to all events of one trial. `index` is the trial's place in the sampler's order, from 0, dense. */
interface OfTrial {
  readonly trial: string;
  readonly index: number;
}

export interface DatasetInfo {
  readonly digest: string;
  /** Absent: a series. */
  readonly kind?: 'reviews';
  /** What was asked for and found, such as `jena` or a file name. */
  readonly source: string;
  /** True on the stand-in series. */
  readonly synthetic: boolean;
  readonly target: string;
  /** Unit of the target, such as `degC`; null when the column names none, and of labels. */
  readonly unit: string | null;
  /** Standard deviation of the target over the training rows: normalised error times this is in the unit. 1 of labels. */
  readonly targetStd: number;
  /**
   * Facts of the source that are not part of the digest: equal values may come from files with other times. Seconds between
   * rows, null without times; SHA-256 of the source. Absent in older logs.
   */
  readonly stepSeconds?: number | null;
  readonly sourceDigest?: string;
  /** Blob of the dataset's metadata when other machines may need it; its values are the blob `digest`. */
  readonly metadataBlob?: string;
}

/** A forecaster on the test windows. */
export interface ForecastTest {
  readonly trial: string;
  readonly testMae: number;
  readonly testMaeUnits: number;
  /** 95 % interval of testMae, in the target's unit (sample-mean.ts); null: the windows bear none. */
  readonly interval: readonly [number, number] | null;
  /** Why there is no interval; absent when there is one. */
  readonly intervalReason?: IntervalReason;
  readonly baselineTestMae: number;
  readonly baselineTestMaeUnits: number;
  /** One-sided Diebold–Mariano test against naive persistence (forecast-test.ts); null: the windows bear none. */
  readonly pValueVersusBaseline: number | null;
  /** Why there is no p-value; absent when there is one. */
  readonly pValueReason?: IntervalReason;
  readonly windows: number;
}

/** A classifier on the test reviews; accuracies are shares in [0, 1]. */
export interface ClassifierTest {
  readonly trial: string;
  readonly testAccuracy: number;
  /** 95 % interval of testAccuracy (share-interval.ts). */
  readonly interval: readonly [number, number];
  /** Of always answering with the commoner label of the training reviews. */
  readonly baselineTestAccuracy: number;
  /** One-sided sign test over the reviews on which winner and commoner label differ (forecast-test.ts). */
  readonly pValueVersusBaseline: number;
  readonly reviews: number;
}

/** SHA-256 of what the study was created with: of the spec as canonical JSON, and of the trials planned from it. */
export interface StudyBinding {
  readonly spec: string;
  readonly plan: string;
}

/** Which rows may be the best of the study (confidence-set.ts), found by finalize before it opens the test split. */
export interface ConfidenceSet {
  /** What the rows were compared over. */
  readonly over: 'samples' | 'seeds';
  /**
   * The rows that were compared, best first: the trial that stands for each, and the p-value above which a level takes it out.
   * Empty with a reason.
   */
  readonly rows: readonly { readonly trial: string; readonly pValue: number }[];
  /** Complete rows that were worse than all of these and not compared. */
  readonly notCompared: number;
  /** Why the rows bear no comparison; absent when there is one. */
  readonly reason?: IntervalReason;
}

/** A trial that ranked above the winner and could not be tested. */
export interface PassedOverTrial {
  readonly trial: string;
  readonly reason: string;
}

/**
 * Stands where records of the log cannot be read (damaged, of a later version, lost). Nobody writes it: it is what a
 * reader of the log is given in their place, so that it goes on and can count them.
 */
export interface UnreadableRecord {
  readonly type: 'log.unreadable';
  /** `file:line`, or `stream:sequence`. */
  readonly place: string;
  readonly reason: string;
  /** How many records it stands for. */
  readonly records: number;
}

/** Why a worker can run no trial of a kind: it is of another version or engine, or it cannot get the dataset. */
export type RefusalCause = 'mismatch' | 'dataset';

/** The winner on the test split, written once by finalize. */
export type TestEvaluation = ForecastTest | ClassifierTest;

export function isClassifierTest(test: TestEvaluation): test is ClassifierTest {
  return 'testAccuracy' in test;
}

export type StudyEvent =
  | {
      readonly type: 'study.created';
      readonly study: string;
      readonly name: string;
      /** The checked sweep spec, defaults filled in, as the spec room returns it (JSON). */
      readonly spec: unknown;
      readonly version: string;
      readonly engine: StudyEngine;
      readonly dataset: DatasetInfo | null;
      /** Exact number of trials; null if the sampler has no end of its own. */
      readonly total: number | null;
      /** Absent in older logs. */
      readonly binding?: StudyBinding;
    }
  | { readonly type: 'study.opened'; readonly coordinator: string }
  | {
      readonly type: 'study.state';
      readonly state: 'running' | 'paused' | 'stopping' | 'interrupted' | 'cancelled' | 'failed' | 'complete';
      readonly reason?: string;
      readonly durationMs: number;
    }
  | ({
      readonly type: 'trial.queued';
      readonly params: Params;
      readonly seed: number;
      readonly attempt: number;
      readonly requires: Requirement;
    } & OfTrial)
  | ({
      readonly type: 'trial.started';
      readonly attempt: number;
      readonly worker: string;
      /** Epoch of the checkpoint it goes on from; 0: from the start. */
      readonly fromEpoch: number;
      /** Steps of the next epoch in that checkpoint; absent: none. */
      readonly fromStep?: number;
      readonly engine: EngineName;
    } & OfTrial)
  | ({ readonly type: 'trial.report'; readonly attempt: number; readonly report: EpochReport } & OfTrial)
  | ({
      readonly type: 'trial.checkpoint';
      readonly attempt: number;
      /** Epochs done. */
      readonly epoch: number;
      /** Steps done of the next epoch; absent: none. */
      readonly step?: number;
      readonly blob: string;
    } & OfTrial)
  | ({
      readonly type: 'trial.stop';
      readonly reason: string;
      /** The last epoch that counts (stopped-result.ts). Absent in older logs: what was trained counts. */
      readonly epoch?: number;
    } & OfTrial)
  | ({
      readonly type: 'trial.finished';
      readonly params: Params;
      readonly seed: number;
      readonly attempt: number;
      readonly worker: string;
      readonly cached: boolean;
      readonly result: TrialResult;
    } & OfTrial)
  | ({
      readonly type: 'trial.failed';
      readonly params: Params;
      readonly seed: number;
      readonly attempt: number;
      readonly worker: string | null;
      readonly error: WireError;
      /** true: no further attempt; the trial's state is FAILED. */
      readonly final: boolean;
    } & OfTrial)
  /** Given back without blame: a worker that drains, a version that does not fit. Uses up no attempt. */
  | ({
      readonly type: 'trial.returned';
      readonly attempt: number;
      readonly worker: string;
      readonly reason: string;
      /** Of a refusal only: see refusal.ts, also for logs without it. */
      readonly cause?: RefusalCause;
    } & OfTrial)
  | {
      readonly type: 'study.tested';
      readonly tests: readonly TestEvaluation[];
      /** Better trials whose models could not be had: they cannot win. */
      readonly passedOver?: readonly PassedOverTrial[];
      /** Absent in older logs, and where there are not two rows to compare. */
      readonly confidenceSet?: ConfidenceSet;
    }
  | UnreadableRecord;

/** An event as the log keeps it. `seq` counts from 1 without gaps in one study; `at` is informative only. */
export interface LoggedEvent {
  readonly seq: number;
  /** ISO 8601, the writer's clock: shown to people, never compared across machines. */
  readonly at: string;
  readonly event: StudyEvent;
  /** Mark of the worker's key that signed it; absent: written by a coordinator, or where nothing is signed. */
  readonly signedBy?: string;
}
