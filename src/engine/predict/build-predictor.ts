// An exported model in an engine, ready to predict batches.
import { SweepError } from '../../errors.js';
import type { Engine, Model } from '../engine.js';
import type { ExportedModel } from '../export/exported-model.js';

/** Larger batches gain nothing: the wasm engine works in tiles of 16. */
export const PREDICTION_BATCH = 128;

/** The caller disposes of it. Throws EXPORT_CORRUPT when layers and weights do not fit. */
export function buildPredictor(engine: Engine, { description, weights }: ExportedModel): Model {
  const { layers, timesteps, features, trial } = description;
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
    if (model.outputUnits === 1) return model;
    throw new SweepError(
      'EXPORT_CORRUPT',
      `the model answers with ${model.outputUnits} values, not with one`,
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
