// One trial from start to result on any engine: epochs, evaluation, checkpoints, the stop flag. Pure but for its hooks.
import type { MappedDataset } from '../../dataset/dataset.js';
import type { SampleSet } from '../../dataset/sample-set.js';
import { SweepError } from '../../errors.js';
import { keyOfSeed } from '../../kernels/random.js';
import type { EarlyStopping } from '../../model/training-control.js';
import { hashJson } from '../../study/canonical-json.js';
import { lineOf } from '../../study/trial/final-state.js';
import { orphaned } from '../../study/trial/segment.js';
import type { EpochReport, Metrics, Objective, TrainConfig } from '../../study/trial/trial.js';
import type { Evaluation } from '../../task/evaluation.js';
import { openSplit } from '../../task/open-split.js';
import { taskOf } from '../../task/registry.js';
import type { Engine, Model } from '../engine.js';
import { packErrors } from './block-errors.js';
import { type BestEpoch, digestWeights, type EpochInFlight } from './checkpoint.js';
import { DivergedTrial } from './diverged-trial.js';
import { isOutOfPatience } from './early-stopping.js';
import { evaluateInBatches, judgedBy } from './evaluation.js';
import { isImprovement } from './improvement.js';
import { learningRateAt } from './learning-rate.js';
import { certaintyOf } from './objective-interval.js';
import { createSampleOrder, type SampleOrder } from './sample-order.js';
import { trainedDefinition } from './trained-definition.js';
import { checkFinite, diverged, objectiveValue, trainedMetric } from './trained-metric.js';
import { baselineOf, finish, type TrainedModel } from './trained-result.js';
import {
  followMonitors,
  type Progress,
  progressIdOf,
  restoreProgress,
  saveProgress,
  startProgress,
} from './trial-progress.js';

/** Why a running trial should end early: `prune` ends it with the result so far, `interrupt` gives it back. */
export type StopRequest = 'none' | 'prune' | 'interrupt';

export interface TrainingHooks {
  onReport(report: EpochReport): void;
  /**
   * After each epoch, and when an interrupt comes within one (see checkpoint.ts for the bytes). `epoch`: epochs done;
   * `step`: steps done of the next one.
   */
  onCheckpoint(epoch: number, bytes: Uint8Array, step: number): void;
  /** Asked before every training step and evaluation batch. */
  stopRequest(): StopRequest;
  /** After every training step and evaluation batch: proof of life for time limits and deadlines. */
  onProgress(): void;
}

export type TrainingOutcome =
  | ({ readonly type: 'finished'; readonly state?: Uint8Array } & TrainedModel)
  | ({ readonly type: 'paused'; readonly epoch: number; readonly state: Uint8Array } & TrainedModel)
  | { readonly type: 'interrupted'; readonly epoch: number };

export interface TrialTrainingOptions {
  readonly engine: Engine;
  readonly config: TrainConfig;
  readonly objective: Objective;
  readonly dataset: MappedDataset;
  /** Checkpoint bytes to go on from, its own, the end of a shorter training of its line or of its parent; null: from the start. */
  readonly checkpoint: Uint8Array | null;
  /** Epochs after which it pauses, unless it has ended; absent: it trains to its end. */
  readonly until?: number;
  readonly hooks: TrainingHooks;
  /** Milliseconds, monotonic: only for durations in reports. */
  readonly now: () => number;
}

/** What an epoch ended in: a report, or a request that cut it short, after `step` of its steps. */
type EpochEnd =
  | { readonly type: 'done'; readonly evaluation: Evaluation; readonly trainLoss: number | null }
  | {
      readonly type: 'stopped';
      readonly request: StopRequest;
      readonly step: number;
      readonly lossSum: number;
    };

/**
 * Trains one trial; a model without weights is evaluated once instead. Deterministic in `config` and the engine: a trial
 * that is interrupted after any step and resumed ends in the same weights.
 * Throws BLOB_NOT_FOUND when a trial with a parent has no checkpoint,
 * TRIAL_DIVERGED when a loss or metric is not finite (a DivergedTrial after a whole epoch), CHECKPOINT_CORRUPT when `checkpoint` does not fit.
 */
export function trainTrial(options: TrialTrainingOptions): TrainingOutcome {
  const { engine, config, dataset, objective, hooks, now } = options;
  const { task, training, from } = config;
  const metric = trainedMetric(objective.metric);
  const train = openSplit(dataset, task, 'train');
  const validation = openSplit(dataset, task, 'validation', training.validationStride);
  const id = hashJson(config);
  const progressId = progressIdOf(config, id);
  const line = lineOf(config, objective);
  const model = engine.build(trainedDefinition(config, train));
  let begun: Progress | null = null;
  const reached = (done: Progress, pruned: boolean): TrainedModel =>
    finish(model, done, pruned, id, baselineOf(dataset, config, done.best?.outputs), engine);
  try {
    const { checkpoint } = options;
    if (checkpoint === null && from !== undefined) throw orphaned(from);
    const progress =
      checkpoint === null
        ? startProgress(model, training, engine)
        : restoreProgress(model, training, engine, checkpoint, progressId, line, from?.epoch ?? null);
    begun = progress;
    const isTrained = model.parameterCount > 0;
    const epochs = isTrained ? training.epochs : 1;
    const order = createSampleOrder(
      keyOfSeed(config.seed),
      train.count,
      training.batchSize,
      training.stepsPerEpoch,
    );
    let pruned = false;
    const { earlyStopping } = training;
    const { until = epochs } = options;
    while (progress.epoch < epochs && !isOutOfPatience(progress.patience, earlyStopping)) {
      if (progress.epoch >= until && progress.inFlight === null) {
        const state = saveProgress(model, progress, progressId);
        return { type: 'paused', epoch: progress.epoch, ...reached(progress, true), state };
      }
      const startedMs = now();
      const epoch = progress.epoch + 1;
      const before = progress.inFlight ?? NOTHING_DONE;
      const spentMs = (): number => before.durationMs + now() - startedMs;
      // A trial is pruned with what it has: before its first report there is nothing, so it runs one epoch.
      const stopRequest = (): StopRequest => {
        const request = hooks.stopRequest();
        return request === 'prune' && progress.best === null ? 'none' : request;
      };
      const end = runEpoch(
        model,
        train,
        validation,
        isTrained ? order : null,
        progress,
        options,
        stopRequest,
      );
      if (end.type === 'stopped') {
        if (end.request === 'interrupt') {
          const { step, lossSum } = end;
          if (step > before.step) {
            progress.inFlight = { step, lossSum, durationMs: spentMs() };
            hooks.onCheckpoint(progress.epoch, saveProgress(model, progress, progressId), step);
          }
          return { type: 'interrupted', epoch: progress.epoch };
        }
        pruned = true;
        break;
      }
      const metrics: Metrics = {
        ...(end.trainLoss === null ? {} : { trainLoss: end.trainLoss }),
        ...taskOf(task).metricsOf(end.evaluation, training.loss),
      };
      checkFinite(metrics, epoch);
      const value = objectiveValue(metrics, metric);
      progress.epoch = epoch;
      progress.inFlight = null;
      progress.weightsDigest = digestWeights(model.weights());
      if (isBestSoFar(value, progress.best, objective, earlyStopping)) {
        const certainty = certaintyOf(end.evaluation, metric, config);
        const errors = packErrors(end.evaluation, metric, config);
        const { outputs } = end.evaluation;
        progress.best = {
          epoch,
          objective: value,
          ...certainty,
          metrics,
          ...(errors === null ? {} : { errors }),
          ...(outputs === undefined ? {} : { outputs }),
        };
        progress.bestWeights = model.weights();
      }
      followMonitors(progress, training, (metric) => objectiveValue(metrics, metric));
      const durationMs = spentMs();
      progress.durationMs += durationMs;
      hooks.onReport({ epoch, metrics, durationMs });
      hooks.onCheckpoint(epoch, saveProgress(model, progress, progressId), 0);
    }
    const end = reached(progress, pruned);
    if (pruned || line === null) return { type: 'finished', ...end };
    return { type: 'finished', ...end, state: saveProgress(model, progress, progressId, line) };
  } catch (thrown) {
    const isDivergence = thrown instanceof SweepError && thrown.code === 'TRIAL_DIVERGED';
    if (!isDivergence || begun === null || begun.best === null) throw thrown;
    throw new DivergedTrial(reached(begun, true), thrown);
  } finally {
    model.dispose();
  }
}

const NOTHING_DONE: EpochInFlight = { step: 0, lossSum: 0, durationMs: 0 };

function runEpoch(
  model: Model,
  train: SampleSet,
  validation: SampleSet,
  /** null: nothing to train. */
  order: SampleOrder | null,
  { epoch: epochsDone, plateau, inFlight }: Progress,
  { hooks, config }: TrialTrainingOptions,
  stopRequest: () => StopRequest,
): EpochEnd {
  const epoch = epochsDone + 1;
  const { batchSize } = config.training;
  let { step, lossSum } = inFlight ?? NOTHING_DONE;
  for (; order !== null && step < order.stepsPerEpoch; step++) {
    const request = stopRequest();
    if (request !== 'none') return { type: 'stopped', request, step, lossSum };
    const stepOfTrial = epochsDone * order.stepsPerEpoch + step;
    const learningRate = learningRateAt(config.training, plateau, stepOfTrial, order.stepsPerEpoch);
    const batch = order.batch(epoch, step);
    const loss = model.trainBatch(train, batch, { epoch, step, learningRate });
    if (!Number.isFinite(loss))
      throw diverged(`the training loss is ${loss} in epoch ${epoch}, step ${step + 1}`);
    // 1 but for a smaller last batch, so that every sample counts alike.
    lossSum += loss * (batch.length / batchSize);
    hooks.onProgress();
  }
  const evaluation = evaluateInBatches(model, validation, { ...judgedBy(config), keepsPredictions: false });
  for (;;) {
    const request = stopRequest();
    if (request !== 'none') return { type: 'stopped', request, step, lossSum };
    const next = evaluation.next();
    if (next.done) {
      const trainLoss = order === null ? null : lossSum / (order.samplesPerEpoch / batchSize);
      return { type: 'done', evaluation: next.value, trainLoss };
    }
    hooks.onProgress();
  }
}

/**
 * Whether the epoch just done stands for the trial. With early stopping it must be ahead by its `minDelta`, so that the
 * model is the one that Keras' EarlyStopping(restore_best_weights=True) leaves.
 */
function isBestSoFar(
  value: number,
  best: BestEpoch | null,
  { epoch, direction }: Objective,
  earlyStopping: EarlyStopping | undefined,
): boolean {
  return (
    epoch === 'last' ||
    isImprovement(value, best === null ? null : best.objective, direction, earlyStopping?.minDelta)
  );
}
