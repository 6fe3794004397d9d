// How much arithmetic a trial is, roughly: the weight by which trials of different size enter the ETA. Pure.
// Counts multiply-adds of the products; a training step is a forward and two backward passes' worth.
import { convWindow, hasWeights, type LayerSpec, poolWindow } from '../../model/layer-spec.js';
import { placeWindows } from '../../model/sliding-window.js';
import {
  type RowRange,
  reachOf,
  type TrainConfig,
  type TrialConfig,
  timestepsOf,
} from '../../study/trial.js';

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
  if (config.kind === 'function') {
    return { total: 1, epochs: 1, stepsPerEpoch: 1, evaluationBatchesPerEpoch: 0 };
  }
  const { training, task } = config;
  const { split } = task;
  const reach = task.kind === 'forecast' ? reachOf(task.window) : 0;
  const judgedReach = task.kind === 'forecast' ? (task.commonReach ?? reach) : 0;
  const samplesIn = (rows: RowRange, edge: number): number => Math.max(1, rows.end - rows.start - edge);
  const isTrained = config.layers.some(hasWeights);
  const epochs = isTrained ? training.epochs : 1;
  const stepsPerEpoch = isTrained
    ? (training.stepsPerEpoch ?? Math.ceil(samplesIn(split.train, reach) / training.batchSize))
    : 0;
  const evaluationBatchesPerEpoch = Math.ceil(
    samplesIn(split.validation, judgedReach) / training.validationStride / training.batchSize,
  );
  const perBatch = training.batchSize * costOfSample(config.layers, timestepsOf(task));
  return {
    total: epochs * perBatch * (stepsPerEpoch * STEP_OVER_EVALUATION + evaluationBatchesPerEpoch),
    epochs,
    stepsPerEpoch,
    evaluationBatchesPerEpoch,
  };
}

/** The work of one training step, or of one evaluation batch without weights, in the units of `estimateWork`. */
export function costOfStep(config: TrainConfig): number {
  const perBatch = config.training.batchSize * costOfSample(config.layers, timestepsOf(config.task));
  return config.layers.some(hasWeights) ? perBatch * STEP_OVER_EVALUATION : perBatch;
}

/** The number of features does not change the ratio much: recurrent products dominate, so it is taken as one unit row. */
const NOMINAL_FEATURES = 16;

function costOfSample(layers: readonly LayerSpec[], timesteps: number): number {
  let features = NOMINAL_FEATURES;
  let steps = timesteps;
  let cost = 0;
  for (const layer of layers) {
    switch (layer.type) {
      case 'bidirectional': {
        const { layer: cell, merge } = layer;
        const gates = cell.type === 'gru' ? 3 : 4;
        cost += 2 * steps * gates * cell.units * (features + cell.units);
        features = merge === 'concat' ? 2 * cell.units : cell.units;
        if (!cell.returnSequences) steps = 1;
        break;
      }
      case 'gru':
      case 'lstm': {
        const gates = layer.type === 'gru' ? 3 : 4;
        cost += steps * gates * layer.units * (features + layer.units);
        features = layer.units;
        if (!layer.returnSequences) steps = 1;
        break;
      }
      case 'conv1d':
        steps = Math.max(1, placeWindows(steps, convWindow(layer)).count);
        cost += steps * layer.kernelSize * features * layer.filters;
        features = layer.filters;
        break;
      case 'maxPooling1d':
      case 'averagePooling1d':
      case 'globalMaxPooling1d':
      case 'globalAveragePooling1d':
        steps = Math.max(1, placeWindows(steps, poolWindow(layer, steps)).count);
        break;
      case 'embedding':
        cost += steps * layer.outputDim;
        features = layer.outputDim;
        break;
      case 'flatten':
        features *= steps;
        steps = 1;
        break;
      case 'dense':
        cost += steps * features * layer.units;
        features = layer.units;
        break;
      case 'persistence':
        features = 1;
        steps = 1;
        break;
      case 'dropout':
      case 'layerNormalization':
        break;
    }
  }
  return Math.max(1, cost);
}
