// A model judged on one split: every sample once, in order. Knows no split by name: the caller opens it.
import type { SampleSet } from '../../dataset/sample-set.js';
import type { Loss } from '../../model/loss.js';
import type { Evaluation } from '../../task/evaluation.js';
import type { Model } from '../engine.js';
import { lossOf } from '../loss-functions.js';

/** Larger batches gain nothing: the wasm engine works in tiles of 16. */
const BATCH = 128;
/** A prediction above it says 1. */
const THRESHOLD = 0.5;

/** The evaluation one batch at a time, so that the caller can stop or let others run in between. */
export function* evaluateInBatches(
  model: Model,
  samples: SampleSet,
  loss: Loss = 'mae',
): Generator<{ done: number }, Evaluation, void> {
  const absoluteErrors = new Float32Array(samples.count);
  const losses = new Float64Array(samples.count);
  const answers = new Float32Array(samples.count);
  const hits = new Float32Array(samples.count);
  const indices = new Uint32Array(BATCH);
  const predictions = new Float32Array(BATCH * model.outputUnits);
  const targets = new Float32Array(BATCH);
  let absolute = 0;
  let square = 0;
  let lossSum = 0;
  for (let start = 0; start < samples.count; start += BATCH) {
    const size = Math.min(BATCH, samples.count - start);
    for (let row = 0; row < size; row++) indices[row] = start + row;
    model.predict(samples, indices.subarray(0, size), predictions);
    samples.gatherTargets(indices, 0, size, targets, 0);
    samples.restore?.(indices, 0, size, predictions, 0);
    samples.restore?.(indices, 0, size, targets, 0);
    for (let row = 0; row < size; row++) {
      const prediction = predictions[row * model.outputUnits] as number;
      const target = targets[row] as number;
      const error = Math.abs(prediction - target);
      const sampleLoss = lossOf(loss, prediction, target);
      lossSum += sampleLoss;
      losses[start + row] = sampleLoss;
      absoluteErrors[start + row] = error;
      answers[start + row] = prediction;
      hits[start + row] = prediction > THRESHOLD === target > THRESHOLD ? 1 : 0;
      absolute += error;
      square += error * error;
    }
    yield { done: start + size };
  }
  const mean = (sum: number): number => sum / samples.count;
  return {
    mae: mean(absolute),
    mse: mean(square),
    loss: mean(lossSum),
    penalty: model.penalty(),
    losses,
    absoluteErrors,
    predictions: answers,
    hits,
  };
}
