// The noun "trial": what is computed (a TrialConfig: every value resolved), what came out (a TrialResult). Each type is read
// off its schema, which checks what could harm a reader (types, sizes, names); whether a model makes sense is the engine's
// to say. A trial is a pure function of its config: see trial-id.ts for its content hash.

import { z } from 'zod';
import type { LayerSpec } from '../../model/layer-spec.js';
import { LOSSES } from '../../model/loss.js';
import { METRIC_NAMES } from '../../model/metric.js';
import type { OptimizerSpec } from '../../model/optimizer.js';
import type { LearningRateSchedule } from '../../model/training-control.js';
import {
  count,
  digest,
  epoch,
  interval,
  json,
  milliseconds,
  name,
  openUnion,
  token,
  type ValueOf,
} from '../../schema/wire.js';
import { INTERVAL_REASONS } from '../../statistics/interval-reason.js';
import { FUNCTION_NAMES } from '../test-functions.js';
import { BOOLEAN_ARGUMENTS } from './boolean-arguments.js';
import { isMetricName } from './metric-name.js';
import {
  bandSchema,
  columnFiguresSchema,
  MAX_CLASSES,
  MAX_STEPS,
  MAX_TARGETS,
  outputErrorsSchema,
  stepFiguresSchema,
} from './output-errors.js';
import { classifyTaskSchema, forecastTaskSchema, labelTaskSchema } from './task-spec.js';

export * from './task-spec.js';

const MAX_PARAMS = 256;
const MAX_LAYERS = 256;

export const engineNameSchema = z.enum(['wasm', 'tfjs']);
export type EngineName = ValueOf<typeof engineNameSchema>;
export const studyEngineSchema = z.enum(['wasm', 'tfjs', 'any']);
/** What a study is bound to; `any`: results of several engines stand side by side. */
export type StudyEngine = ValueOf<typeof studyEngineSchema>;
export const requirementSchema = z.enum(['any', 'cpu', 'gpu']);
export type Requirement = ValueOf<typeof requirementSchema>;

const paramValue = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);
export type ParamValue = ValueOf<typeof paramValue>;
// A record drops the key `__proto__` in silence: it is refused before.
export const paramsSchema = json.pipe(
  z
    .record(token, paramValue)
    .refine((value) => Object.keys(value).length <= MAX_PARAMS, `at most ${MAX_PARAMS} parameters`),
);
/** One point of the search space: dimension name to value. */
export type Params = ValueOf<typeof paramsSchema>;

export type TrialState = 'PENDING' | 'RUNNING' | 'COMPLETE' | 'PRUNED' | 'FAILED';

const metricName = z.enum(METRIC_NAMES);
/** Names of what a program may measure: any, beside those of a training. */
export const openMetricName = z.string().refine((text) => isMetricName(text), {
  message: 'is no name of a metric: 1 to 64 letters, digits, "_", ".", "/", "@", ":" or "-"',
  params: { showsValue: true },
});
const direction = z.enum(['minimize', 'maximize']);

const training = z.object({
  optimizer: openUnion<OptimizerSpec>(),
  learningRate: z.number(),
  /** Absent: the rate is constant. */
  learningRateSchedule: openUnion<LearningRateSchedule>().optional(),
  /** Absent: all epochs are trained. */
  earlyStopping: z
    .object({
      patience: z.number(),
      minDelta: z.number(),
      monitor: z.object({ metric: metricName, direction }),
    })
    .optional(),
  loss: z.enum(LOSSES),
  /** What samples of each class count while training, of several labels a sample what having each does; absent: 1. */
  classWeights: z.array(z.number()).min(1).max(MAX_CLASSES).exactOptional(),
  /** Largest norm of all gradients together; absent: not clipped, and older trial ids stay as they are. */
  clipNorm: z.number().optional(),
  batchSize: count,
  /** Batches per epoch, drawn with replacement; null: one pass over a permutation of the training samples. */
  stepsPerEpoch: count.nullable(),
  epochs: epoch,
  /** Every n-th validation window is evaluated; 1: all of them. */
  validationStride: count,
});
export type TrainingSpec = ValueOf<typeof training>;

const trainConfig = z.object({
  kind: z.literal('train'),
  /** SHA-256 of the prepared dataset, hex. */
  datasetDigest: digest,
  task: z.discriminatedUnion('kind', [forecastTaskSchema, classifyTaskSchema, labelTaskSchema]),
  layers: z.array(openUnion<LayerSpec>()).max(MAX_LAYERS),
  training,
  seed: z.number(),
  /** Of a population's member: it goes on from the state of that trial after that epoch (segment.ts). Absent: from its start. */
  from: z.object({ trial: token, epoch: epoch.min(1) }).exactOptional(),
});
export type TrainConfig = ValueOf<typeof trainConfig>;

const functionConfig = z.object({
  kind: z.literal('function'),
  name: z.enum(FUNCTION_NAMES),
  params: paramsSchema,
  seed: z.number(),
});
/** A trial that trains nothing: the parameters go in, a value comes out. */
export type FunctionConfig = ValueOf<typeof functionConfig>;

const programFields = {
  /** Blob of the files it needs (program/bundle.ts); absent: none. */
  files: digest.exactOptional(),
  /** Epochs it may take; absent: as many as it likes. */
  epochs: epoch.min(1).exactOptional(),
  /** A larger checkpoint is not carried to another attempt. */
  checkpointBytes: count,
  params: paramsSchema,
  seed: z.number(),
};
const word = z.string().max(32_000);

const commandConfig = z.object({
  kind: z.literal('command'),
  /** With its placeholders (program/placeholders.ts). */
  argv: z.array(word).min(1).max(1_000),
  booleans: z.enum(BOOLEAN_ARGUMENTS),
  environment: json.pipe(z.record(z.string().max(200), word)),
  /** Named groups of a line of output are metrics. */
  pattern: word.exactOptional(),
  /** Relative to the working directory: JSON lines. */
  metricsFile: word.exactOptional(),
  /** From SIGTERM to SIGKILL. */
  graceMs: milliseconds,
  memoryBytes: count.nullable(),
  /** Of its working directory and its checkpoint. */
  diskBytes: count.nullable(),
  ...programFields,
});
/** A process: the parameters go in as words and environment, metrics come out as lines. */
export type CommandConfig = ValueOf<typeof commandConfig>;

const moduleConfig = z.object({
  kind: z.literal('module'),
  /** A path among the files. */
  module: word,
  export: z.string().max(200),
  ...programFields,
});
/** A function of a JavaScript module (program/define-objective.ts), in the trial's thread. */
export type ModuleConfig = ValueOf<typeof moduleConfig>;

export const trialConfigSchema = z.discriminatedUnion('kind', [
  trainConfig,
  functionConfig,
  commandConfig,
  moduleConfig,
]);
export type TrialConfig = TrainConfig | FunctionConfig | CommandConfig | ModuleConfig;

/** What trains a model of ours; null of any other trial: it has no data, no model, no test. */
export function trainingOf(config: TrialConfig): TrainConfig | null {
  return config.kind === 'train' ? config : null;
}

/** The budget of a trial in epochs; 1 of one that has none. */
export function epochsOf(config: TrialConfig): number {
  const epochs = 'epochs' in config ? config.epochs : trainingOf(config)?.training.epochs;
  return epochs ?? 1;
}

const metrics = json.pipe(z.record(openMetricName, z.number()));
/** Metric values of one epoch; those of a training are in normalised units. */
export type Metrics = ValueOf<typeof metrics>;

export const epochReportSchema = z.object({
  /** 1-based. */
  epoch: epoch.min(1),
  metrics,
  durationMs: milliseconds,
});
export type EpochReport = ValueOf<typeof epochReportSchema>;

export const countedEpochSchema = z.object({ epoch: epoch.min(1), metrics });
/** The report that stands for a trial. */
export type CountedEpoch = ValueOf<typeof countedEpochSchema>;

export const objectiveSchema = z.object({
  metric: openMetricName,
  direction,
  /** Which epoch's value and weights stand for the trial. */
  epoch: z.enum(['best', 'last']),
});
export type Objective = ValueOf<typeof objectiveSchema>;

export const trialResultSchema = z.object({
  state: z.enum(['COMPLETE', 'PRUNED']),
  objective: z.number(),
  /** 95 % interval of the objective over the validation samples; null: they bear none. */
  objectiveInterval: interval.nullable(),
  /** Why there is no interval; absent when there is one, and from older programs. */
  objectiveIntervalReason: z.enum(INTERVAL_REASONS).exactOptional(),
  bestEpoch: epoch,
  epochs: epoch,
  /** The metrics at `bestEpoch`. */
  metrics,
  /** Naive persistence on the same validation windows, normalised; null where there is none. */
  baselineMae: z.number().nullable(),
  /** Rows from the last one that a window reads to its target: what makes one persistence another. Of forecasts. */
  horizonRows: count.exactOptional(),
  /** Validation windows (reviews) that the metrics are means over. Absent in older results, and where there are none. */
  validationSamples: count.exactOptional(),
  /** Of several steps, columns, and of quantiles: what is more than one figure. */
  bySteps: stepFiguresSchema.max(MAX_STEPS).exactOptional(),
  byColumns: columnFiguresSchema.max(MAX_TARGETS).exactOptional(),
  band: bandSchema.exactOptional(),
  outputs: outputErrorsSchema.exactOptional(),
  /** A classifier's baseline: accuracy on the same validation reviews of always answering with the commoner label. */
  baselineAccuracy: z.number().exactOptional(),
  /** Trainable parameters. */
  parameters: count,
  /** SHA-256 over the final weights in Keras layout and layer order, `sha256:<hex>`. Absent: nothing was trained. */
  weightsDigest: name.exactOptional(),
  /** Blob digest of the model that the objective stands for (weights of `bestEpoch`); null: none. */
  modelDigest: digest.nullable(),
  durationMs: milliseconds,
  /** What trained it; absent: nothing was trained. */
  engine: engineNameSchema.exactOptional(),
  /** false: an engine that rounds by machine computed part of it; absent: the same bits on every machine. */
  bitExact: z.literal(false).exactOptional(),
});
export type TrialResult = ValueOf<typeof trialResultSchema>;
