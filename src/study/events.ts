// All that can happen to a study, as data: each event's schema and, read off it, its type. The event log is the only truth:
// every view is a fold over these (fold.ts). Formats only grow: a field is added as optional, never renamed, and older logs
// keep decoding.
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, type WireError } from '../errors.js';
import {
  attempt,
  count,
  digest,
  epoch,
  index,
  json,
  milliseconds,
  name,
  text,
  token,
  type ValueOf,
} from '../schema/wire.js';
import { INTERVAL_REASONS } from '../statistics/interval-reason.js';
import { testEvaluationSchema } from './test-evaluation.js';
import { curvesSchema } from './trial/curves.js';
import { originSchema } from './trial/final-state.js';
import { classLabelsSchema, MAX_TARGETS } from './trial/output-errors.js';
import {
  countedEpochSchema,
  engineNameSchema,
  epochReportSchema,
  paramsSchema,
  requirementSchema,
  studyEngineSchema,
  trialResultSchema,
} from './trial/trial.js';

const MOST_TESTS = 1_000;
const intervalReason = z.enum(INTERVAL_REASONS);

const rows = z.tuple([z.number(), z.number()]);
const times = z.tuple([name, name]);
const dataset = z.object({
  digest,
  /** Absent: a series. */
  kind: z.enum(['reviews', 'labelled']).exactOptional(),
  /** What was asked for and found, such as `jena` or a file name. */
  source: name,
  /** True on the stand-in series. */
  synthetic: z.boolean(),
  /** Of several columns what they are called together. */
  target: name,
  /** Of several target columns each, with its unit and its deviation over the training rows; absent: there is one. */
  targets: z
    .array(z.object({ name, unit: name.nullable(), std: z.number() }))
    .min(2)
    .max(MAX_TARGETS)
    .exactOptional(),
  /** Unit of the target, such as `degC`; null when the column names none, and of labels. */
  unit: name.nullable(),
  /** Of more than two, and of labelled rows: the names of the classes, in the order of their numbers. */
  classes: classLabelsSchema.exactOptional(),
  /** Standard deviation of the target over the training rows: normalised error times this is in the unit. 1 of labels. */
  targetStd: z.number(),
  /** Of a rolling origin: rows of each block's parts, from the latest, whose deviation `targetStd` is, to the earliest. */
  blocks: z
    .array(
      z.object({
        train: rows,
        validation: rows,
        /** Of several series: from when, and until when; the rows are steps of time then. */
        times: z.object({ train: times, validation: times }).exactOptional(),
      }),
    )
    .min(1)
    .exactOptional(),
  /**
   * Facts of the source that are not part of the digest: equal values may come from files with other times. Seconds between
   * rows, null without times; SHA-256 of the source. Absent in older logs.
   */
  stepSeconds: z.number().nullable().exactOptional(),
  sourceDigest: digest.exactOptional(),
  /** Blob of the dataset's metadata when other machines may need it; its values are the blob `digest`. */
  metadataBlob: digest.exactOptional(),
});
export type DatasetInfo = ValueOf<typeof dataset>;

const trialSize = z.object({
  /** Arithmetic of all its epochs over that of the study's mean trial. */
  work: z.number().positive(),
  /** That it trains at most. */
  epochs: epoch.min(1),
});
/** How much there is to do in a trial, for whoever estimates the end of its study. */
export type TrialSize = ValueOf<typeof trialSize>;

const binding = z.object({ spec: digest, plan: digest });
/** SHA-256 of what the study was created with: of the spec as canonical JSON, and of the trials planned from it. */
export type StudyBinding = ValueOf<typeof binding>;

const passedOver = z.object({ trial: token, reason: text });
/** A trial that ranked above the winner and could not be tested. */
export type PassedOverTrial = ValueOf<typeof passedOver>;

const confidenceSet = z.object({
  /** What the rows were compared over. */
  over: z.enum(['samples', 'seeds']),
  /**
   * The rows that were compared, best first: the trial that stands for each, and the p-value above which a level takes it out.
   * Empty with a reason.
   */
  rows: z.array(z.object({ trial: token, pValue: z.number().min(0).max(1) })).max(MOST_TESTS),
  /** Complete rows that were worse than all of these and not compared. */
  notCompared: count,
  /** Why the rows bear no comparison; absent when there is one. */
  reason: intervalReason.exactOptional(),
});
/** Which rows may be the best of the study (confidence-set.ts), found by finalize before it opens the test split. */
export type ConfidenceSet = ValueOf<typeof confidenceSet>;

const refusalCause = z.enum(['mismatch', 'dataset']);
/** Why a worker can run no trial of a kind: it is of another version or engine, or it cannot get the dataset. */
export type RefusalCause = ValueOf<typeof refusalCause>;

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

const errorFields = {
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: text,
  path: text.exactOptional(),
  hint: text.exactOptional(),
  output: text.exactOptional(),
};
const wireError: z.ZodType<WireError> = z.object({
  ...errorFields,
  others: z.array(z.object(errorFields)).max(20).exactOptional(),
});

/** Common to all events of one trial. `index` is the trial's place in the sampler's order, from 0, dense. */
const ofTrial = { trial: token, index };
const point = { params: paramsSchema, seed: z.number() };

export const studyEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('study.created'),
    study: token,
    name: token,
    /** The checked sweep spec, defaults filled in, as the sweep-file room returns it (JSON). */
    spec: json,
    version: name,
    engine: studyEngineSchema,
    dataset: dataset.nullable(),
    /** Exact number of trials; null if the sampler has no end of its own. */
    total: count.nullable(),
    /** Absent in older logs. */
    binding: binding.exactOptional(),
  }),
  z.object({ type: z.literal('study.opened'), coordinator: name }),
  z.object({
    type: z.literal('study.state'),
    state: z.enum(['running', 'paused', 'stopping', 'interrupted', 'cancelled', 'failed', 'complete']),
    reason: text.exactOptional(),
    durationMs: milliseconds,
  }),
  z.object({
    type: z.literal('trial.queued'),
    ...ofTrial,
    ...point,
    attempt,
    requires: requirementSchema,
    /** Absent in older logs, and of functions, which are all alike. */
    size: trialSize.exactOptional(),
    /** The end of a shorter training that it goes on from, if its worker can read it. Absent: its start. */
    origin: originSchema.exactOptional(),
    /** Why it is tried, of a member of a population; why it goes on after it waited. */
    reason: text.exactOptional(),
  }),
  z.object({
    type: z.literal('trial.started'),
    ...ofTrial,
    attempt,
    worker: token,
    /** Epoch of the checkpoint it goes on from; 0: from the start. */
    fromEpoch: epoch,
    /** Steps of the next epoch in that checkpoint; absent: none. */
    fromStep: index.exactOptional(),
    engine: engineNameSchema,
  }),
  z.object({ type: z.literal('trial.report'), ...ofTrial, attempt, report: epochReportSchema }),
  z.object({
    type: z.literal('trial.checkpoint'),
    ...ofTrial,
    attempt,
    /** Epochs done. */
    epoch,
    /** Steps done of the next epoch; absent: none. */
    step: index.exactOptional(),
    blob: digest,
  }),
  z.object({
    type: z.literal('trial.stop'),
    ...ofTrial,
    reason: text,
    /** The last epoch that counts (stopped-result.ts). Absent in older logs: what was trained counts. */
    epoch: epoch.min(1).exactOptional(),
    /** The one of the reports up to it that stands for the trial, which may have ended before. Absent in older logs. */
    counted: countedEpochSchema.exactOptional(),
  }),
  z.object({
    type: z.literal('trial.finished'),
    ...ofTrial,
    ...point,
    attempt,
    worker: token,
    cached: z.boolean(),
    result: trialResultSchema,
    /** The state it ended in, as its study keeps it. Absent in older logs, and where nothing can go on from it. */
    state: digest.exactOptional(),
    /** What a cached result had reported, where trials are compared epoch by epoch. */
    curves: curvesSchema.exactOptional(),
    /** Of a cached member of a population, which was never queued: why it is tried. */
    reason: text.exactOptional(),
  }),
  z.object({
    type: z.literal('trial.failed'),
    ...ofTrial,
    ...point,
    attempt,
    worker: token.nullable(),
    error: wireError,
    /** What it had before it failed, where the study's scheduler may still say that it counts no further than that. */
    reached: trialResultSchema.exactOptional(),
    /** true: no further attempt; the trial's state is FAILED. */
    final: z.boolean(),
  }),
  /** It has come to where its scheduler lets it wait; its newest checkpoint is of that epoch. */
  z.object({
    type: z.literal('trial.paused'),
    ...ofTrial,
    ...point,
    attempt,
    worker: token,
    /** Epochs done. */
    epoch: epoch.min(1),
    /** What it ends as if it does not go on. */
    reached: trialResultSchema,
  }),
  /** Given back without blame: a worker that drains, a version that does not fit. Uses up no attempt. */
  z.object({
    type: z.literal('trial.returned'),
    ...ofTrial,
    attempt,
    worker: token,
    reason: text,
    /** The cause of a refusal only: see refusal.ts, also for logs without it. */
    cause: refusalCause.exactOptional(),
  }),
  z.object({
    type: z.literal('study.tested'),
    tests: z.array(testEvaluationSchema).max(MOST_TESTS),
    /** Better trials whose models could not be had: they cannot win. */
    passedOver: z.array(passedOver).max(MOST_TESTS).exactOptional(),
    /** Absent in older logs, and where there are not two rows to compare. */
    confidenceSet: confidenceSet.exactOptional(),
  }),
]);
export type StudyEvent = ValueOf<typeof studyEventSchema> | UnreadableRecord;

/** An event as the log keeps it. `seq` counts from 1 without gaps in one study; `at` is informative only. */
export interface LoggedEvent {
  readonly seq: number;
  /** ISO 8601, the writer's clock: shown to people, never compared across machines. */
  readonly at: string;
  readonly event: StudyEvent;
  /** Mark of the worker's key that signed it; absent: written by a coordinator, or where nothing is signed. */
  readonly signedBy?: string;
}
