// How much arithmetic a trial is, roughly: the weight by which trials of different size enter the ETA. Pure.
// Counts multiply-adds of the products; a training step is a forward and two backward passes' worth.
import { isShape, type Shape } from '../../model/layer-shape.js';
import { hasWeights, type LayerSpec, rowOf } from '../../model/layer-spec.js';
import {
  epochsOf,
  type SplitName,
  type TaskSpec,
  type TrainConfig,
  type TrialConfig,
  trainingOf,
} from '../../study/trial/trial.js';
import { taskOf } from '../../task/registry.js';

/** Cost of a training step over that of evaluating the same batch. */
const STEP_OVER_EVALUATION = 3;

export interface TrialWork {
  /** Multiply-adds of the whole trial; only ratios between trials mean anything. */
  readonly total: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly evaluationBatchesPerEpoch: number;
}

/** The work of a trial. */
export function estimateWork(config: TrialConfig): TrialWork {
  const trained = trainingOf(config);
  if (trained === null) {
    return { total: 1, epochs: epochsOf(config), stepsPerEpoch: 1, evaluationBatchesPerEpoch: 0 };
  }
  const { training, task: spec, layers, from } = trained;
  const task = taskOf(spec);
  const samplesIn = (split: SplitName): number => Math.max(1, task.count(spec, split));
  const isTrained = layers.some(hasWeights);
  const epochs = isTrained ? training.epochs - (from?.epoch ?? 0) : 1;
  const stepsPerEpoch = isTrained
    ? (training.stepsPerEpoch ?? Math.ceil(samplesIn('train') / training.batchSize))
    : 0;
  const evaluationBatchesPerEpoch = Math.ceil(
    samplesIn('validation') / training.validationStride / training.batchSize,
  );
  const perBatch = training.batchSize * costOfSample(layers, spec);
  return {
    total: epochs * perBatch * (stepsPerEpoch * STEP_OVER_EVALUATION + evaluationBatchesPerEpoch),
    epochs,
    stepsPerEpoch,
    evaluationBatchesPerEpoch,
  };
}

/** The work of one training step, or of one evaluation batch without weights, in the units of `estimateWork`. */
export function costOfStep(config: TrainConfig): number {
  const perBatch = config.training.batchSize * costOfSample(config.layers, config.task);
  return config.layers.some(hasWeights) ? perBatch * STEP_OVER_EVALUATION : perBatch;
}

/** The number of features does not change the ratio much: recurrent products dominate, so it is taken as one unit row. */
const NOMINAL_FEATURES = 16;

function costOfSample(layers: readonly LayerSpec[], spec: TaskSpec): number {
  const task = taskOf(spec);
  let shape: Shape = [task.timesteps(spec), task.features(NOMINAL_FEATURES, spec)];
  let cost = 0;
  for (const [index, layer] of layers.entries()) {
    const row = rowOf(layer);
    cost += row.multiplyAdds(layer, shape);
    const output = row.outputShape(layer, shape, index);
    // A layer that does not take the nominal features is taken to hand them on.
    if (isShape(output)) shape = output;
  }
  return Math.max(1, cost);
}
