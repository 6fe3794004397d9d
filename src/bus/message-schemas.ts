// The schemas of what crosses the bus (messages.ts): every string, list and number bounded. They check what could harm a
// reader (types, sizes, names); whether a model or an optimiser makes sense is the engine's to say, so that the
// vocabulary of layers has one home. Unknown fields of a newer writer are dropped.
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, type WireError } from '../errors.js';
import type { LayerSpec, OptimizerSpec } from '../model/layer-spec.js';
import type { LearningRateSchedule } from '../model/training-control.js';
import { INTERVAL_REASONS } from '../statistics/interval-reason.js';
import type { StudyEvent } from '../study/events.js';
import type { Metrics, Params, ParamValue, TrialConfig, TrialResult } from '../study/trial.js';
import type { CachedResult, ControlMessage, StudyRecord, TrialMessage, WorkerInfo } from './bus.js';
import { isDigest, isToken } from './subjects.js';

const MAX_NAME = 200;
const MAX_TEXT = 4_000;
const MAX_PARAMS = 256;
const MAX_LAYERS = 256;
const MAX_DEPTH = 32;

const token = z.string().refine(isToken, 'a name is 1 to 64 letters, digits, "_" or "-"');
const digest = z.string().refine(isDigest, 'a digest is 64 lower-case hex digits');
const name = z.string().max(MAX_NAME);
const text = z.string().max(MAX_TEXT);
const index = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const count = index;
const attempt = index.min(1);
const epoch = index.max(10_000_000);
const milliseconds = z.number().min(0);
const requirement = z.enum(['any', 'cpu', 'gpu']);
const engineName = z.enum(['wasm', 'tfjs']);
const studyEngine = z.enum(['wasm', 'tfjs', 'any']);
const interval = z.tuple([z.number(), z.number()]);
const intervalReason = z.enum(INTERVAL_REASONS);

/** Any JSON value without `__proto__` as a key and with bounded depth: what is only handed on. */
const json = z
  .unknown()
  .refine((value) => isPlainJson(value, 0), 'it is nested too deep, or has a key "__proto__"');

function isPlainJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depth + 1));
  return Object.keys(value).every(
    (key) => key !== '__proto__' && isPlainJson((value as Record<string, unknown>)[key], depth + 1),
  );
}

const paramValue: z.ZodType<ParamValue> = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);
// A record drops the key `__proto__` in silence: it is refused before.
const params: z.ZodType<Params> = json.pipe(
  z
    .record(token, paramValue)
    .refine((value) => Object.keys(value).length <= MAX_PARAMS, `at most ${MAX_PARAMS} parameters`),
);

const metricName = z.enum([
  'trainLoss',
  'validationLoss',
  'validationMae',
  'validationMse',
  'validationRmse',
  'validationAccuracy',
  'value',
]);
const metrics: z.ZodType<Metrics> = z.partialRecord(metricName, z.number());
const report = z.object({ epoch: epoch.min(1), metrics, durationMs: milliseconds });
const objective = z.object({
  metric: metricName,
  direction: z.enum(['minimize', 'maximize']),
  epoch: z.enum(['best', 'last']),
});

const monitor = z.object({ metric: metricName, direction: z.enum(['minimize', 'maximize']) });

/** `type` names a member of a union that another room owns; the rest is handed on as it is. */
function openUnion<T>() {
  return z.looseObject({ type: z.string().max(64) }).and(json) as unknown as z.ZodType<T>;
}

const range = z.object({ start: index, end: index });
const split = z.object({ train: range, validation: range, test: range });
const trialConfig: z.ZodType<TrialConfig> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('train'),
    datasetDigest: digest,
    task: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('forecast'),
        targetColumn: index,
        split,
        window: z.object({ lookback: index, step: index, delay: index }),
        commonReach: index.exactOptional(),
      }),
      z.object({
        kind: z.literal('classify'),
        split,
        maxLength: count,
        maxFeatures: count,
        reversed: z.boolean(),
      }),
    ]),
    layers: z.array(openUnion<LayerSpec>()).max(MAX_LAYERS),
    training: z.object({
      optimizer: openUnion<OptimizerSpec>(),
      learningRate: z.number(),
      learningRateSchedule: openUnion<LearningRateSchedule>().optional(),
      earlyStopping: z.object({ patience: z.number(), minDelta: z.number(), monitor }).optional(),
      loss: z.enum(['mae', 'mse', 'huber', 'binaryCrossentropy']),
      clipNorm: z.number().optional(),
      batchSize: count,
      stepsPerEpoch: count.nullable(),
      epochs: epoch,
      validationStride: count,
    }),
    seed: z.number(),
  }),
  z.object({
    kind: z.literal('function'),
    name: z.enum(['branin', 'rosenbrock', 'hartmann6', 'noop']),
    params,
    seed: z.number(),
  }),
]);

export const trialMessageSchema: z.ZodType<TrialMessage> = z.object({
  study: token,
  trial: token,
  index,
  attempt,
  params,
  config: trialConfig,
  objective,
  requires: requirement,
  engine: studyEngine,
  numericsVersion: name,
  version: name,
  timeLimitMs: milliseconds.nullable(),
  checkpoints: z.array(z.object({ epoch, step: index.exactOptional(), blob: digest })).max(16),
  datasetMetadata: digest.exactOptional(),
});

export const trialResultSchema: z.ZodType<TrialResult> = z.object({
  state: z.enum(['COMPLETE', 'PRUNED']),
  objective: z.number(),
  objectiveInterval: interval.nullable(),
  objectiveIntervalReason: intervalReason.exactOptional(),
  bestEpoch: epoch,
  epochs: epoch,
  metrics,
  baselineMae: z.number().nullable(),
  horizonRows: count.exactOptional(),
  validationSamples: count.exactOptional(),
  baselineAccuracy: z.number().exactOptional(),
  parameters: count,
  weightsDigest: name,
  modelDigest: digest.nullable(),
  durationMs: milliseconds,
  engine: engineName,
  bitExact: z.literal(false).exactOptional(),
});

export const cachedResultSchema: z.ZodType<CachedResult> = z.object({
  result: trialResultSchema.refine((result) => result.state === 'COMPLETE', 'only complete results are kept'),
  worker: token,
});

const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
const errorFields = {
  code: errorCode,
  message: text,
  path: text.exactOptional(),
  hint: text.exactOptional(),
};
const wireError: z.ZodType<WireError> = z.object({
  ...errorFields,
  others: z.array(z.object(errorFields)).max(20).exactOptional(),
});

const dataset = z.object({
  digest,
  kind: z.literal('reviews').exactOptional(),
  source: name,
  synthetic: z.boolean(),
  target: name,
  unit: name.nullable(),
  targetStd: z.number(),
  stepSeconds: z.number().nullable().exactOptional(),
  sourceDigest: digest.exactOptional(),
  metadataBlob: digest.exactOptional(),
});
const forecastTest = z.object({
  trial: token,
  testMae: z.number(),
  testMaeUnits: z.number(),
  interval: interval.nullable(),
  intervalReason: intervalReason.exactOptional(),
  baselineTestMae: z.number(),
  baselineTestMaeUnits: z.number(),
  pValueVersusBaseline: z.number().nullable(),
  pValueReason: intervalReason.exactOptional(),
  windows: count,
});
const classifierTest = z.object({
  trial: token,
  testAccuracy: z.number(),
  interval,
  baselineTestAccuracy: z.number(),
  pValueVersusBaseline: z.number(),
  reviews: count,
});
const confidenceSet = z.object({
  over: z.enum(['samples', 'seeds']),
  rows: z.array(z.object({ trial: token, pValue: z.number().min(0).max(1) })).max(1_000),
  notCompared: count,
  reason: intervalReason.exactOptional(),
});
const test = z.union([forecastTest, classifierTest]);
const ofTrial = { trial: token, index };
const point = { params, seed: z.number() };

export const studyEventSchema: z.ZodType<StudyEvent> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('study.created'),
    study: token,
    name: token,
    spec: json,
    version: name,
    engine: studyEngine,
    dataset: dataset.nullable(),
    total: count.nullable(),
    binding: z.object({ spec: digest, plan: digest }).exactOptional(),
  }),
  z.object({ type: z.literal('study.opened'), coordinator: name }),
  z.object({
    type: z.literal('study.state'),
    state: z.enum(['running', 'paused', 'stopping', 'interrupted', 'cancelled', 'failed', 'complete']),
    reason: text.exactOptional(),
    durationMs: milliseconds,
  }),
  z.object({ type: z.literal('trial.queued'), ...ofTrial, ...point, attempt, requires: requirement }),
  z.object({
    type: z.literal('trial.started'),
    ...ofTrial,
    attempt,
    worker: token,
    fromEpoch: epoch,
    fromStep: index.exactOptional(),
    engine: engineName,
  }),
  z.object({ type: z.literal('trial.report'), ...ofTrial, attempt, report }),
  z.object({
    type: z.literal('trial.checkpoint'),
    ...ofTrial,
    attempt,
    epoch,
    step: index.exactOptional(),
    blob: digest,
  }),
  z.object({ type: z.literal('trial.stop'), ...ofTrial, reason: text, epoch: epoch.min(1).exactOptional() }),
  z.object({
    type: z.literal('trial.finished'),
    ...ofTrial,
    ...point,
    attempt,
    worker: token,
    cached: z.boolean(),
    result: trialResultSchema,
  }),
  z.object({
    type: z.literal('trial.failed'),
    ...ofTrial,
    ...point,
    attempt,
    worker: token.nullable(),
    error: wireError,
    final: z.boolean(),
  }),
  z.object({
    type: z.literal('trial.returned'),
    ...ofTrial,
    attempt,
    worker: token,
    reason: text,
    cause: z.enum(['mismatch', 'dataset']).exactOptional(),
  }),
  z.object({
    type: z.literal('study.tested'),
    tests: z.array(test).max(1_000),
    passedOver: z
      .array(z.object({ trial: token, reason: text }))
      .max(1_000)
      .exactOptional(),
    confidenceSet: confidenceSet.exactOptional(),
  }),
]);

export const controlMessageSchema: z.ZodType<ControlMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop'), study: token, trial: token, reason: text }),
  z.object({ type: z.literal('cancel'), study: token }),
  z.object({ type: z.literal('quarantine'), worker: token, reason: text }),
  z.object({
    type: z.literal('request'),
    study: token,
    action: z.enum(['pause', 'resume', 'stop', 'cancel']),
  }),
]);

export const workerInfoSchema: z.ZodType<WorkerInfo> = z.object({
  worker: token,
  host: name,
  pid: count,
  version: name,
  engine: engineName,
  backend: name,
  labels: z.array(name).max(64),
  slots: count,
  running: z.array(z.object({ study: token, trial: token })).max(10_000),
  trialsDone: count,
  state: z.enum(['up', 'draining', 'quarantined']),
  busyMs: milliseconds,
  uptimeMs: milliseconds,
});

export const studyRecordSchema: z.ZodType<StudyRecord> = z.object({
  study: token,
  name: token,
  createdAt: name,
  spec: json,
});
