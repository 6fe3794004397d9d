// What a training ends in: its result, beside common sense on the same validation samples, and its best model. Pure.
import type { MappedDataset } from '../../dataset/dataset.js';
import { SweepError } from '../../errors.js';
import type { OutputErrors } from '../../study/trial/output-errors.js';
import type { TrainConfig, TrialResult } from '../../study/trial/trial.js';
import { validationBaseline } from '../../task/open-split.js';
import { taskOf } from '../../task/registry.js';
import type { Task } from '../../task/task.js';
import type { Engine, Model } from '../engine.js';
import { encodeCheckpoint } from './checkpoint.js';
import type { Reached } from './diverged-trial.js';
import type { Progress } from './trial-progress.js';

/** A training always has a model to show. */
export interface TrainedModel extends Reached {
  readonly model: Uint8Array;
}

type BaselineFields = ReturnType<Task['baselineFields']> & ReturnType<Task['outputFields']>;

/** Common sense on the same validation samples, and beside it what a prediction has more than one of. */
export function baselineOf(
  dataset: MappedDataset,
  { task, training }: TrainConfig,
  outputs: OutputErrors | undefined,
): BaselineFields {
  const { baselineFields, outputFields } = taskOf(task);
  const baseline = validationBaseline(dataset, task, training.validationStride);
  return { ...baselineFields(task, baseline), ...outputFields(task, outputs, baseline) };
}

/** The result of the epochs done, and the model of the best of them. Throws INTERNAL where there is none. */
export function finish(
  model: Model,
  progress: Progress,
  pruned: boolean,
  id: string,
  baseline: BaselineFields,
  engine: Engine,
): TrainedModel {
  const { best, bestWeights, epoch, durationMs, weightsDigest } = progress;
  if (best === null) throw new SweepError('INTERNAL', 'a trial of no epochs has no result');
  const result: TrialResult = {
    state: pruned ? 'PRUNED' : 'COMPLETE',
    objective: best.objective,
    objectiveInterval: best.interval,
    ...(best.intervalReason === undefined ? {} : { objectiveIntervalReason: best.intervalReason }),
    bestEpoch: best.epoch,
    epochs: epoch,
    metrics: best.metrics,
    ...baseline,
    parameters: model.parameterCount,
    weightsDigest,
    modelDigest: null,
    durationMs,
    engine: engine.name,
    ...(progress.bitExact ? {} : { bitExact: false }),
  };
  const modelBytes = encodeCheckpoint({
    config: id,
    epoch: best.epoch,
    // Not the time it took: the same trial gives the same bytes, so that a second attempt stores no second model.
    durationMs: 0,
    best,
    weights: bestWeights,
    optimizer: [],
    bestWeights: [],
  });
  return { result, model: modelBytes };
}
