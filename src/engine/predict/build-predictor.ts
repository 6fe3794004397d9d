// An exported model in an engine, ready to predict batches.
import { SweepError } from '../../errors.js';
import { PREDICTION_BATCH, type Predictor } from '../../task/predictor.js';
import { taskOf } from '../../task/registry.js';
import type { Engine } from '../engine.js';
import type { ExportedModel } from '../export/exported-model.js';

/** The caller disposes of it. Throws EXPORT_CORRUPT when layers and weights do not fit. */
export function buildPredictor(engine: Engine, { description, weights }: ExportedModel): Predictor {
  const { layers, timesteps, features, trial, task } = description;
  const units = taskOf(task).unitsOf(task);
  const model = engine.build({
    layers,
    timesteps,
    features,
    // Nothing is trained: loss, optimiser and seed play no part.
    loss: 'mae',
    optimizer: { type: 'sgd', momentum: 0 },
    batchSize: PREDICTION_BATCH,
    seed: 0,
  });
  try {
    model.load(weights);
    if (model.outputUnits === units) return model;
    throw new SweepError(
      'EXPORT_CORRUPT',
      `the model answers with ${model.outputUnits} values, not with ${units}`,
    );
  } catch (cause) {
    model.dispose();
    throw new SweepError(
      'EXPORT_CORRUPT',
      `the model of trial ${trial} cannot be built: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}
