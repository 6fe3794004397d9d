// The schemas of what crosses the bus beside events (messages.ts), and the types read off them.
import { z } from 'zod';
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
import { curvesSchema } from '../study/trial/curves.js';
import { finalStateSchema } from '../study/trial/final-state.js';
import {
  engineNameSchema,
  objectiveSchema,
  paramsSchema,
  requirementSchema,
  studyEngineSchema,
  trialConfigSchema,
  trialResultSchema,
} from '../study/trial/trial.js';

const checkpoint = z.object({
  /** Epochs done. */
  epoch,
  /** Steps done of the next one; absent: none. */
  step: index.exactOptional(),
  blob: digest,
  /** Who owns it; absent: the trial itself. */
  owner: finalStateSchema.shape.owner.exactOptional(),
});
export type CheckpointRef = ValueOf<typeof checkpoint>;

export const trialMessageSchema = z.object({
  study: token,
  trial: token,
  index,
  /** 1-based. De-duplicated by (study, trial, attempt). */
  attempt,
  params: paramsSchema,
  config: trialConfigSchema,
  objective: objectiveSchema,
  requires: requirementSchema,
  /** Engine and numerics the study is bound to; `any` when results of several engines may stand side by side. */
  engine: studyEngineSchema,
  numericsVersion: name,
  /** Version of the product that published it: a worker of another one gives the trial back. */
  version: name,
  timeLimitMs: milliseconds.nullable(),
  /** Newest first: where to go on from. */
  checkpoints: z.array(checkpoint).max(16),
  /** Blob of the dataset's metadata, for a worker that lacks the dataset; its values are the blob `datasetDigest`. */
  datasetMetadata: digest.exactOptional(),
  /** Its study stops trials: a failure says what was reached before it. Absent: none is stopped. */
  stoppable: z.literal(true).exactOptional(),
  /** Epochs after which it waits, if it has not ended. Absent: it runs to its end. */
  until: epoch.min(1).exactOptional(),
  /** The number of its `trial.queued` in the log, as `append` gave it. Absent: unknown. */
  since: z.number().min(0).exactOptional(),
});
/** All a worker needs to run one attempt; self-contained but for blobs. */
export type TrialMessage = ValueOf<typeof trialMessageSchema>;

export const cachedResultSchema = z.object({
  result: trialResultSchema.refine((result) => result.state === 'COMPLETE', 'only complete results are kept'),
  /** Who computed it. */
  worker: token,
  /** What it reported. Absent in older entries, and of very long trials. */
  curves: curvesSchema.exactOptional(),
  /** What it ended in. Absent in older entries, and where nothing can go on from it. */
  state: finalStateSchema.exactOptional(),
});
/** A complete trial as the result cache keeps it, across studies. */
export type CachedResult = ValueOf<typeof cachedResultSchema>;

const studyRequest = z.enum(['pause', 'resume', 'stop', 'cancel']);
/** What a person asks of the coordinator that holds a study. */
export type StudyRequest = ValueOf<typeof studyRequest>;

export const controlMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop'), study: token, trial: token, reason: text }),
  z.object({ type: z.literal('cancel'), study: token }),
  z.object({ type: z.literal('quarantine'), worker: token, reason: text }),
  /** To the study's coordinator, which answers by a `study.state` event. */
  z.object({ type: z.literal('request'), study: token, action: studyRequest }),
]);
/**
 * What a coordinator tells the workers that hold a trial, and a person the coordinator. Best effort: a lost one is
 * repeated by the caller.
 */
export type ControlMessage = ValueOf<typeof controlMessageSchema>;

export const workerInfoSchema = z.object({
  worker: token,
  host: name,
  pid: count,
  version: name,
  engine: engineNameSchema,
  backend: name,
  labels: z.array(name).max(64),
  slots: count,
  running: z.array(z.object({ study: token, trial: token })).max(10_000),
  trialsDone: count,
  state: z.enum(['up', 'draining', 'quarantined']),
  /** Milliseconds its slots spent training since it started, and in all: idle share = 1 − busy / (slots · uptime). */
  busyMs: milliseconds,
  uptimeMs: milliseconds,
});
export type WorkerInfo = ValueOf<typeof workerInfoSchema>;

export const studyRecordSchema = z.object({
  study: token,
  name: token,
  createdAt: name,
  /** The checked sweep spec as JSON. */
  spec: json,
});
export type StudyRecord = ValueOf<typeof studyRecordSchema> & {
  /** What is wrong with a record that lies there and cannot be read: all else of it is made up, and `spec` null. */
  readonly damage?: string;
};
