// What of a trial lives from epoch to epoch, or from step to step of one that was interrupted, beside the model itself, and
// its way through a checkpoint.
import { SweepError } from '../../errors.js';
import { hasPenalty } from '../../model/layer-spec.js';
import type { MetricName } from '../../model/metric.js';
import { hashJson } from '../../study/canonical-json.js';
import type { TrainConfig, TrainingSpec } from '../../study/trial/trial.js';
import type { Engine, Model, NamedTensor } from '../engine.js';
import {
  type BestEpoch,
  decodeCheckpoint,
  digestWeights,
  type EpochInFlight,
  encodeCheckpoint,
} from './checkpoint.js';
import { followPatience, type PatienceState, startPatience } from './early-stopping.js';
import { followPlateau, type PlateauState, startPlateau } from './learning-rate.js';

export interface Progress {
  /** Epochs done. */
  epoch: number;
  /** The time that those epochs took. */
  durationMs: number;
  /** What an interruption left of the next one; null: it is to begin. */
  inFlight: EpochInFlight | null;
  best: BestEpoch | null;
  bestWeights: readonly NamedTensor[];
  /** null: the training has no reduceOnPlateau schedule. */
  plateau: PlateauState | null;
  /** null: the training does not stop early. */
  patience: PatienceState | null;
  /** The digest of the weights after `epoch`: a trial that is pruned within an epoch has moved on, by how much is chance. */
  weightsDigest: string;
  /** False once an engine that rounds by machine computed an epoch, whichever engine goes on. */
  readonly bitExact: boolean;
}

/**
 * Marks checkpoints whose monitored validation losses have the penalty in them: one of a program that left it out would
 * be gone on from with a best that nothing reaches any more.
 */
export function progressIdOf(config: TrainConfig, id: string): string {
  return config.layers.some(hasPenalty) ? hashJson({ config: id, validationLoss: 'with the penalty' }) : id;
}

export function startProgress(model: Model, training: TrainingSpec, { bitExact }: Engine): Progress {
  return {
    epoch: 0,
    durationMs: 0,
    inFlight: null,
    best: null,
    bestWeights: [],
    plateau:
      training.learningRateSchedule?.type === 'reduceOnPlateau' ? startPlateau(training.learningRate) : null,
    patience: training.earlyStopping === undefined ? null : startPatience,
    weightsDigest: digestWeights(model.weights()),
    bitExact,
  };
}

/**
 * Loads the model as well. Of its parent's state a trial takes weights and optimiser alone: its best epoch and its time are its own.
 * Throws CHECKPOINT_CORRUPT when the bytes fit neither the trial `id`, nor its `line`, nor a parent of `parentEpoch` epochs.
 */
export function restoreProgress(
  model: Model,
  training: TrainingSpec,
  engine: Engine,
  checkpoint: Uint8Array,
  id: string,
  line: string | null,
  parentEpoch: number | null = null,
): Progress {
  const saved = decodeCheckpoint(checkpoint, id, line, parentEpoch);
  const isOwn = saved.config === id || (line !== null && saved.line === line);
  if (saved.epoch > training.epochs)
    throw new SweepError(
      'CHECKPOINT_CORRUPT',
      `this checkpoint is of epoch ${saved.epoch}, and the training ends after ${training.epochs}`,
      { hint: 'the trial starts anew' },
    );
  const { plateau = null, patience = null, inFlight = null } = saved;
  const start = startProgress(model, training, engine);
  if ((plateau === null) !== (start.plateau === null) || (patience === null) !== (start.patience === null))
    throw new SweepError('CHECKPOINT_CORRUPT', 'this checkpoint lacks the state of its schedule', {
      hint: 'the trial starts anew',
    });
  model.load(saved.weights, saved.optimizer);
  if (!isOwn) {
    const bitExact = engine.bitExact && saved.bitExact !== false;
    return { ...start, epoch: saved.epoch, weightsDigest: digestWeights(saved.weights), bitExact };
  }
  return {
    epoch: saved.epoch,
    durationMs: saved.durationMs,
    inFlight,
    best: saved.best,
    bestWeights: saved.bestWeights.length > 0 || inFlight !== null ? saved.bestWeights : saved.weights,
    plateau,
    patience,
    weightsDigest: inFlight?.weightsDigest ?? digestWeights(saved.weights),
    bitExact: engine.bitExact && saved.bitExact !== false,
  };
}

/** Tells schedule and early stopping what the epoch just done ended with. */
export function followMonitors(
  progress: Progress,
  { learningRateSchedule, earlyStopping }: TrainingSpec,
  metricValue: (metric: MetricName) => number,
): void {
  if (progress.plateau !== null && learningRateSchedule?.type === 'reduceOnPlateau')
    progress.plateau = followPlateau(
      progress.plateau,
      learningRateSchedule,
      metricValue(learningRateSchedule.monitor.metric),
    );
  if (progress.patience !== null && earlyStopping !== undefined)
    progress.patience = followPatience(
      progress.patience,
      earlyStopping,
      metricValue(earlyStopping.monitor.metric),
    );
}

/** `line`: of the end of a training, which longer ones go on from. */
export function saveProgress(
  model: Model,
  progress: Progress,
  id: string,
  line: string | null = null,
): Uint8Array {
  const { epoch, durationMs, inFlight, best, plateau, patience, weightsDigest, bitExact } = progress;
  return encodeCheckpoint({
    config: id,
    epoch,
    durationMs,
    best,
    plateau,
    patience,
    inFlight: inFlight === null ? null : { ...inFlight, weightsDigest },
    bitExact,
    ...(line === null ? {} : { line }),
    weights: model.weights(),
    optimizer: model.optimizerState(),
    bestWeights: best?.epoch === epoch && inFlight === null ? [] : progress.bestWeights,
  });
}
