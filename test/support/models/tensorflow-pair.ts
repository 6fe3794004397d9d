// A model of ours and its TensorFlow.js twin on the same random weights, and the optimiser steps of both held together.
import assert from 'node:assert/strict';
import type { ModelDefinition, NamedTensor } from '../../../src/engine/engine.js';
import type { WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { WasmModel } from '../../../src/engine/wasm/wasm-model.js';
import { type ArraySamples, firstIndices, randomValues, samplesFor } from '../fakes/array-samples.js';
import { assertClose, assertTensorsClose } from './closeness.js';
import { kerasOptimizer } from './keras-optimizer.js';
import { buildTensorflowModel, type TensorflowModel, tensorflowSgd } from './tensorflow-model.js';

// Both sides round every operation to float32 (u = 6e-8). Along the longest chain, 9 steps of sums of up to 34 products,
// random errors grow to about u·√34·9 = 3e-6; our tanh (5e-7) and sigmoid (1.2e-7) add 9·6e-7 = 5e-6 at worst.
export const TOLERANCE = 1e-5;
// A step divides a gradient by its own size, so the relative error of small gradients (1e-5 of the largest, which is
// some 1e2 times them) becomes an error of the step: 1e-3 of the steps' movement. A formula that is wrong, such as an
// epsilon inside the root or a bias correction left out, is off by more than 1e-2.
const MOVEMENT_TOLERANCE = 1e-3;
const LEARNING_RATE = 0.01;

export interface TensorflowPair {
  readonly ours: WasmModel;
  readonly theirs: TensorflowModel;
  /** The weights that both start from. */
  readonly weights: readonly NamedTensor[];
}

/** Our model with every weight, biases too, drawn at random, and its twin. */
export function buildPair(
  engine: WasmEngine,
  definition: ModelDefinition,
  twin: (definition: ModelDefinition) => TensorflowModel = buildTensorflowModel,
): TensorflowPair {
  const ours = engine.build(definition);
  const weights = ours.weights().map((tensor, at) => ({
    ...tensor,
    values: randomValues(tensor.values.length, 100 + at).map((value) => value / 3),
  }));
  ours.load(weights);
  const theirs = twin(definition);
  theirs.setWeights(weights);
  return { ours, theirs, weights };
}

/** Predictions of `batch` samples in another order than they lie in, then the loss and the gradients of a step. */
export function assertModelsAgree(engine: WasmEngine, definition: ModelDefinition, batch: number): void {
  const { ours, theirs } = buildPair(engine, definition);
  const samples = samplesFor(definition, batch + 3, 5);
  const indices = firstIndices(batch).map((index) => batch + 2 - index);
  const predictions = new Float32Array(batch);
  ours.predict(samples, indices, predictions);
  assertClose(predictions, theirs.predict(samples, indices), TOLERANCE, 'predictions');

  const step = ours.trainBatch(samples, indices, { epoch: 1, step: 0, learningRate: 0 });
  const expected = theirs.gradients(samples, indices);
  assertClose([step], [expected.loss], TOLERANCE, 'loss');
  assertTensorsClose(ours.gradients(), expected.gradients, TOLERANCE, 'gradient');

  const again = new Float32Array(batch);
  ours.predict(samples, indices, again);
  assert.deepEqual(again, predictions, 'a training step at rate 0 must change no prediction');
  theirs.dispose();
}

/** Trains ours `steps` times on all samples; theirs moves by its own gradients and the formulas of Keras 2. */
export function assertStepsAgree(
  { ours, theirs, weights }: TensorflowPair,
  { optimizer }: ModelDefinition,
  samples: ArraySamples,
  steps: number,
): void {
  const indices = firstIndices(samples.count);
  const move = kerasOptimizer(optimizer, LEARNING_RATE, weights);
  let expected = weights.map(({ values }) => Float64Array.from(values));
  for (let step = 0; step < steps; step++) {
    ours.trainBatch(samples, indices, { epoch: 1, step, learningRate: LEARNING_RATE });
    const { gradients } = theirs.gradients(samples, indices);
    if (optimizer.type === 'sgd' && optimizer.momentum === 0)
      expected = tensorflowSgd(named(weights, expected), gradients, LEARNING_RATE).map((values) =>
        Float64Array.from(values),
      );
    else move(expected, gradients);
    theirs.setWeights(named(weights, expected));
  }
  ours.weights().forEach((tensor, at) => {
    const start = (weights[at] as NamedTensor).values;
    const moved = tensor.values.map((value, i) => value - (start[i] as number));
    const expectedMoved = (expected[at] as Float64Array).map((value, i) => value - (start[i] as number));
    assertClose(moved, expectedMoved, MOVEMENT_TOLERANCE, `movement of ${tensor.name}`);
  });
}

function named(weights: readonly NamedTensor[], values: readonly Float64Array[]): NamedTensor[] {
  return weights.map((tensor, at) => ({ ...tensor, values: Float32Array.from(values[at] as Float64Array) }));
}
