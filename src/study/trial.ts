// The noun "trial": what is computed (a TrialConfig: every value resolved), what came out (a TrialResult).
// A trial is a pure function of its config: see trial-id.ts for its content hash.

import type { LayerSpec, Loss, OptimizerSpec } from '../model/layer-spec.js';
import type { MetricName } from '../model/metric.js';
import type { EarlyStopping, LearningRateSchedule } from '../model/training-control.js';
import type { IntervalReason } from '../statistics/interval-reason.js';

export type EngineName = 'wasm' | 'tfjs';
/** What a study is bound to; `any`: results of several engines stand side by side. */
export type StudyEngine = EngineName | 'any';
export type Requirement = 'any' | 'cpu' | 'gpu';
export type ParamValue = string | number | boolean | null;
/** One point of the search space: dimension name to value. */
export type Params = Readonly<Record<string, ParamValue>>;

export type TrialState = 'PENDING' | 'RUNNING' | 'COMPLETE' | 'PRUNED' | 'FAILED';

/** Rows `[start, end)` of the prepared dataset. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

export interface RowSplit {
  readonly train: RowRange;
  readonly validation: RowRange;
  readonly test: RowRange;
}
export type SplitName = keyof RowSplit;

/** Window of a forecasting sample, in rows: see dataset/windows.ts for the index arithmetic. */
export interface WindowSpec {
  readonly lookback: number;
  readonly step: number;
  readonly delay: number;
}

/** Windows over a series, and the target column some rows later. */
export interface ForecastTask {
  readonly kind: 'forecast';
  readonly targetColumn: number;
  readonly split: RowSplit;
  readonly window: WindowSpec;
  /**
   * Rows of the validation and test splits before the first target that is judged: what the longest window of the study
   * takes. Absent: this window's own lookback + delay, which is never more.
   */
  readonly commonReach?: number;
}

/** Rows of a split before the first target that a window can reach. */
export function reachOf({ lookback, delay }: Pick<WindowSpec, 'lookback' | 'delay'>): number {
  return lookback + delay;
}

/** Reviews as sequences of word ids, and whether each is negative (0) or positive (1). */
export interface ClassifyTask {
  readonly kind: 'classify';
  /** A row is a review. */
  readonly split: RowSplit;
  /** Word ids per sample: longer reviews keep their last ones, shorter ones are padded with 0 at the front. */
  readonly maxLength: number;
  /** Word ids lie in [0, maxFeatures): rarer words are the unknown word, 2. */
  readonly maxFeatures: number;
  /** Reviews are read from their last word to their first, before they are cut. */
  readonly reversed: boolean;
}

/** What a trial learns from. */
export type TaskSpec = ForecastTask | ClassifyTask;

/** Time steps of a sample. */
export function timestepsOf(task: TaskSpec): number {
  return task.kind === 'classify' ? task.maxLength : task.window.lookback / task.window.step;
}

export interface TrainingSpec {
  readonly optimizer: OptimizerSpec;
  readonly learningRate: number;
  /** Absent: the rate is constant. */
  readonly learningRateSchedule?: LearningRateSchedule | undefined;
  /** Absent: all epochs are trained. */
  readonly earlyStopping?: EarlyStopping | undefined;
  readonly loss: Loss;
  /** Largest norm of all gradients together; absent: not clipped, and older trial ids stay as they are. */
  readonly clipNorm?: number | undefined;
  readonly batchSize: number;
  /** Batches per epoch, drawn with replacement; null: one pass over a permutation of the training samples. */
  readonly stepsPerEpoch: number | null;
  readonly epochs: number;
  /** Every n-th validation window is evaluated; 1: all of them. */
  readonly validationStride: number;
}

export interface TrainConfig {
  readonly kind: 'train';
  /** SHA-256 of the prepared dataset, hex. */
  readonly datasetDigest: string;
  readonly task: TaskSpec;
  readonly layers: readonly LayerSpec[];
  readonly training: TrainingSpec;
  readonly seed: number;
}

/** A trial that trains nothing: the parameters go in, a value comes out. */
export interface FunctionConfig {
  readonly kind: 'function';
  readonly name: 'branin' | 'rosenbrock' | 'hartmann6' | 'noop';
  readonly params: Params;
  readonly seed: number;
}

export type TrialConfig = TrainConfig | FunctionConfig;

/** Metric values of one epoch, all in normalised units. */
export type Metrics = Readonly<Partial<Record<MetricName, number>>>;

export interface EpochReport {
  /** 1-based. */
  readonly epoch: number;
  readonly metrics: Metrics;
  readonly durationMs: number;
}

/** The report that stands for a trial. */
export interface CountedEpoch {
  readonly epoch: number;
  readonly metrics: Metrics;
}

export interface Objective {
  readonly metric: MetricName;
  readonly direction: 'minimize' | 'maximize';
  /** Which epoch's value and weights stand for the trial. */
  readonly epoch: 'best' | 'last';
}

export interface TrialResult {
  readonly state: 'COMPLETE' | 'PRUNED';
  readonly objective: number;
  /** 95 % interval of the objective over the validation samples; null: they bear none. */
  readonly objectiveInterval: readonly [number, number] | null;
  /** Why there is no interval; absent when there is one, and from older programs. */
  readonly objectiveIntervalReason?: IntervalReason;
  readonly bestEpoch: number;
  readonly epochs: number;
  /** The metrics at `bestEpoch`. */
  readonly metrics: Metrics;
  /** Naive persistence on the same validation windows, normalised; null where there is none. */
  readonly baselineMae: number | null;
  /** Rows from the last one that a window reads to its target: what makes one persistence another. Of forecasts. */
  readonly horizonRows?: number;
  /** Validation windows (reviews) that the metrics are means over. Absent in older results, and where there are none. */
  readonly validationSamples?: number;
  /** Of a classifier: accuracy on the same validation reviews of always answering with the commoner label. */
  readonly baselineAccuracy?: number;
  /** Trainable parameters. */
  readonly parameters: number;
  /** SHA-256 over the final weights in Keras layout and layer order, `sha256:<hex>`. */
  readonly weightsDigest: string;
  /** Blob digest of the model that the objective stands for (weights of `bestEpoch`); null: none. */
  readonly modelDigest: string | null;
  readonly durationMs: number;
  readonly engine: EngineName;
  /** false: an engine that rounds by machine computed part of it; absent: the same bits on every machine. */
  readonly bitExact?: false;
}
