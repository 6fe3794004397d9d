// What steers a training from epoch to epoch, as data: learning-rate schedules and early stopping. Names, defaults and
// formulas are those of Keras 2. The spec room parses to these types; engine/learning-rate.ts and its kin act on them.
import type { MetricName } from '../study/trial.js';

/** What is watched at the end of each epoch: the objective's metric, part of the config as training depends on it. */
export interface Monitor {
  readonly metric: MetricName;
  readonly direction: 'minimize' | 'maximize';
}

/** keras.optimizers.schedules.ExponentialDecay: learningRate · decayRate^(step / decaySteps). */
export interface ExponentialSchedule {
  readonly type: 'exponential';
  readonly decayRate: number;
  /** Training steps, counted over all epochs. */
  readonly decaySteps: number;
  /** The exponent is cut to a whole number. */
  readonly staircase: boolean;
}

/** keras.optimizers.schedules.CosineDecay (Loshchilov & Hutter 2017, without restarts). */
export interface CosineSchedule {
  readonly type: 'cosine';
  /** Training steps of the decay, after the warm-up; null: all that are left of the trial. */
  readonly decaySteps: number | null;
  /** Share of the rate that is left at the end. */
  readonly alpha: number;
  /** Steps in which the rate climbs from learningRate to warmupTarget, in a straight line. */
  readonly warmupSteps: number;
  /** Where the decay begins; null: at learningRate, without a warm-up. */
  readonly warmupTarget: number | null;
}

/** keras.callbacks.ReduceLROnPlateau. */
export interface PlateauSchedule {
  readonly type: 'reduceOnPlateau';
  readonly factor: number;
  /** Epochs without improvement before the rate is reduced. */
  readonly patience: number;
  /** What is no more than this counts as no improvement. */
  readonly minDelta: number;
  /** Epochs after a reduction in which none are counted. */
  readonly cooldown: number;
  readonly minLearningRate: number;
  readonly monitor: Monitor;
}

export type LearningRateSchedule = ExponentialSchedule | CosineSchedule | PlateauSchedule;

/** keras.callbacks.EarlyStopping; whether the best weights are restored says the objective's `epoch`. */
export interface EarlyStopping {
  /** Epochs without improvement after which training stops. */
  readonly patience: number;
  /** What is no more than this counts as no improvement. */
  readonly minDelta: number;
  readonly monitor: Monitor;
}
