// One trial from start to result on any engine: epochs, evaluation, checkpoints, the stop flag. Pure but for its hooks.
import type { MappedDataset } from '../dataset/dataset.js';
import type { EpochReport, Objective, TrainConfig, TrialResult } from '../study/trial.js';
import type { Engine } from './engine.js';

/** Why a running trial should end early: `prune` ends it with the result so far, `interrupt` gives it back. */
export type StopRequest = 'none' | 'prune' | 'interrupt';

export interface TrainingHooks {
  onReport(report: EpochReport): void;
  /** After each epoch (see checkpoint.ts for the bytes). */
  onCheckpoint(epoch: number, bytes: Uint8Array): void;
  /** Asked before every training step and evaluation batch. */
  stopRequest(): StopRequest;
  /** After every training step and evaluation batch: proof of life for time limits and deadlines. */
  onProgress(): void;
}

export type TrainingOutcome =
  | {
      readonly type: 'finished';
      readonly result: TrialResult;
      /** The model of the objective's epoch, as model bytes (checkpoint.ts). */
      readonly model: Uint8Array;
    }
  | { readonly type: 'interrupted'; readonly epoch: number };

export interface TrialTrainingOptions {
  readonly engine: Engine;
  readonly config: TrainConfig;
  readonly objective: Objective;
  readonly dataset: MappedDataset;
  /** Checkpoint bytes to go on from; null: from the start. */
  readonly checkpoint: Uint8Array | null;
  readonly hooks: TrainingHooks;
  /** Milliseconds, monotonic: only for durations in reports. */
  readonly now: () => number;
}

/**
 * Trains one trial. Deterministic in `config` and the engine: an interrupted and resumed trial ends in the same weights.
 * Throws TRIAL_DIVERGED when a loss or metric is not finite, CHECKPOINT_CORRUPT when `checkpoint` does not fit.
 */
export declare function trainTrial(options: TrialTrainingOptions): TrainingOutcome;
