// TensorFlow.js' own training step of a model: the baseline of the benchmarks.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { SampleSet } from '../../src/dataset/sample-set.js';
import type { ModelDefinition } from '../../src/engine/engine.js';
import { buildTensorflowLayers, meanLoss } from '../support/models/tensorflow-model.js';
import { batchIndices } from './jena-shaped.js';

export type TensorflowBackend = 'wasm' | 'cpu';

/** Milliseconds of each of `steps` training steps of `batch` samples, after `warmUp` that are not counted. */
export async function timeTensorflowSteps(
  backend: TensorflowBackend,
  definition: ModelDefinition,
  samples: SampleSet,
  batch: number,
  steps: number,
  warmUp = 1,
): Promise<number[]> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(entry)}/`);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} backend here`);
  await tf.ready();
  const { timesteps, features, loss } = definition;
  const model = buildTensorflowLayers(definition);
  model.compile({
    optimizer: tf.train.rmsprop(0.001),
    loss: (targets, predictions) => meanLoss(loss, targets, predictions),
  });
  const size = timesteps * features;
  const { targetUnits = 1 } = samples;
  const times: number[] = [];
  for (let step = -warmUp; step < steps; step++) {
    const values = new Float32Array(batch * size);
    const targets = new Float32Array(batch * targetUnits);
    const indices = batchIndices(samples, step + warmUp, batch);
    samples.gather(indices, 0, batch, values, 0, features, size);
    samples.gatherTargets(indices, 0, batch, targets, 0);
    const x = tf.tensor3d(values, [batch, timesteps, features]);
    const y = tf.tensor2d(targets, [batch, targetUnits]);
    const startedMs = performance.now();
    await model.trainOnBatch(x, y);
    if (step >= 0) times.push(performance.now() - startedMs);
    tf.dispose([x, y]);
  }
  model.dispose();
  return times;
}

/** The wasm backend where it has all kernels that training this model takes, else the cpu backend. */
export async function pickBackend(
  definition: ModelDefinition,
  samples: SampleSet,
): Promise<TensorflowBackend> {
  try {
    await timeTensorflowSteps('wasm', definition, samples, 1, 1, 0);
    return 'wasm';
  } catch (error) {
    if (!(error instanceof Error) || !/not registered|not yet supported/.test(error.message)) throw error;
    return 'cpu';
  }
}
