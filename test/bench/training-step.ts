// One training step of ours as a task to be timed.
import assert from 'node:assert/strict';
import type { SampleSet } from '../../src/dataset/sample-set.js';
import type { Model } from '../../src/engine/engine.js';
import { BATCH, batchIndices } from './jena-shaped.js';

/** Batches to take turns with, made before anything is timed. */
const BATCHES = 64;

export function trainingStep(model: Model, samples: SampleSet, batch = BATCH): () => void {
  let step = 0;
  const batches = Array.from({ length: BATCHES }, (_, at) => batchIndices(samples, at, batch));
  return () => {
    const indices = batches[step % BATCHES] as Uint32Array;
    const loss = model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.001 });
    assert.ok(Number.isFinite(loss));
    step++;
  };
}
