// A trained model as a task uses it: engines build it, tasks feed it.
import type { SampleSet } from '../dataset/sample-set.js';

/** Samples at a time: larger batches gain nothing, the wasm engine works in tiles of 16. */
export const PREDICTION_BATCH = 128;

export interface Predictor {
  /** Writes the values of each sample's prediction into `out`. */
  predict(samples: SampleSet, indices: Uint32Array, out: Float32Array): void;
  dispose(): void;
}
