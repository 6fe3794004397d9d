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
  index,
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

const MAX_PARAMS = 256;
const MAX_LAYERS = 256;
const MAX_AHEAD = 4_096;
/** Series of one dataset: each trial says where they lie. */
export const MAX_SERIES = 2_000;

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

const range = z.object({ start: index, end: index });
/** Rows `[start, end)` of the prepared dataset. */
export type RowRange = ValueOf<typeof range>;
const split = z.object({ train: range, validation: range, test: range });
export type RowSplit = ValueOf<typeof split>;
export type SplitName = keyof RowSplit;

/** What each window's values are told from, and per what: its last row, its mean, its mean and deviation. */
export const WINDOW_FRAMES = ['last', 'mean', 'standard'] as const;
export type WindowFrame = (typeof WINDOW_FRAMES)[number];
/** What of a target a model learns beside its level: the change since the last row read, or since the season before. */
export const TARGET_CHANGES = ['difference', 'seasonal-difference'] as const;
export type TargetChange = (typeof TARGET_CHANGES)[number];

const window = z.object({
  lookback: index,
  step: index,
  delay: index,
  /** Absent: values are as the dataset has them. */
  normalise: z.enum(WINDOW_FRAMES).exactOptional(),
});
/** Window of a forecasting sample, in rows: see dataset/windows.ts for the index arithmetic. */
export type WindowSpec = ValueOf<typeof window>;

/** `[slot, rows]`: its first row's time, in steps after the earliest one of the dataset, and how many rows there are. */
const stretch = z.tuple([index, count]);
const stretches = z.object({
  train: z.array(stretch).max(MAX_SERIES),
  validation: z.array(stretch).max(MAX_SERIES),
  test: z.array(stretch).max(MAX_SERIES),
});
/** Of each series, in order, its rows in each split: they follow each other within the split's rows. */
export type SeriesStretches = ValueOf<typeof stretches>;

const forecastTask = z.object({
  kind: z.literal('forecast'),
  targetColumn: index,
  split,
  window,
  /** Absent: the rows are one series. */
  stretches: stretches.exactOptional(),
  /**
   * Rows of the validation and test splits before the first target that is judged: what the longest window of the study
   * takes. Absent: this window's own lookback + delay, which is never more.
   */
  commonReach: index.exactOptional(),
  /** Absent: the model learns the level. */
  as: z.enum(TARGET_CHANGES).exactOptional(),
  /** Rows from one season to the next: of a seasonal difference, and of baselines. Absent: it is found, where one is. */
  period: count.exactOptional(),
  /** Columns that are known ahead: a time step has their value `step` + `delay` rows later, the last one the target's. */
  ahead: z.array(index).max(MAX_AHEAD).exactOptional(),
});
/** Windows over a series, and the target column some rows later. */
export type ForecastTask = ValueOf<typeof forecastTask>;

/** Rows of a split before the first target that a window can reach. */
export function reachOf({ lookback, delay }: Pick<WindowSpec, 'lookback' | 'delay'>): number {
  return lookback + delay;
}

const classifyTask = z.object({
  kind: z.literal('classify'),
  /** A row is a review. */
  split,
  /** Word ids per sample: longer reviews keep their last ones, shorter ones are padded with 0 at the front. */
  maxLength: count,
  /** Word ids lie in [0, maxFeatures): rarer words are the unknown word, 2. */
  maxFeatures: count,
  /** Reviews are read from their last word to their first, before they are cut. */
  reversed: z.boolean(),
});
/** Reviews as sequences of word ids, and whether each is negative (0) or positive (1). */
export type ClassifyTask = ValueOf<typeof classifyTask>;

/** What a trial learns from. */
export type TaskSpec = ForecastTask | ClassifyTask;

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
  task: z.discriminatedUnion('kind', [forecastTask, classifyTask]),
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
