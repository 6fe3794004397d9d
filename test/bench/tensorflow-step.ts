// TensorFlow.js' own training step on the reference problem: the baseline of the recurrent benchmarks.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { SampleSet } from '../../src/dataset/sample-set.js';
import { BATCH, batchIndices, FEATURES, TIMESTEPS } from './jena-shaped.js';

export type TensorflowBackend = 'wasm' | 'cpu';

/** Milliseconds of each of `steps` training steps of `layer(units)` + dense(1), after one that is not counted. */
export async function timeTensorflowSteps(
  backend: TensorflowBackend,
  type: 'gru' | 'lstm',
  units: number,
  samples: SampleSet,
  steps: number,
): Promise<number[]> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(entry)}/`);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} backend here`);
  await tf.ready();
  const layer = {
    units,
    inputShape: [TIMESTEPS, FEATURES] as [number, number],
    // The default, orthogonal, takes seconds there and is no part of a step.
    recurrentInitializer: 'glorotUniform' as const,
  };
  const model = tf.sequential({
    layers: [type === 'gru' ? tf.layers.gru(layer) : tf.layers.lstm(layer), tf.layers.dense({ units: 1 })],
  });
  model.compile({ optimizer: tf.train.rmsprop(0.001), loss: 'meanAbsoluteError' });
  const size = TIMESTEPS * FEATURES;
  const times: number[] = [];
  for (let step = -1; step < steps; step++) {
    const values = new Float32Array(BATCH * size);
    const targets = new Float32Array(BATCH);
    const indices = batchIndices(samples, step + 1);
    samples.gather(indices, 0, BATCH, values, 0, FEATURES, size);
    samples.gatherTargets(indices, 0, BATCH, targets, 0);
    const x = tf.tensor3d(values, [BATCH, TIMESTEPS, FEATURES]);
    const y = tf.tensor2d(targets, [BATCH, 1]);
    const startedMs = performance.now();
    await model.trainOnBatch(x, y);
    if (step >= 0) times.push(performance.now() - startedMs);
    tf.dispose([x, y]);
  }
  model.dispose();
  return times;
}
