// Dilated convolutions, whose gradients TensorFlow.js refuses: they are those of a longer kernel with zeros between its
// steps, which it can train.
import { before, describe, it } from 'node:test';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { Conv1dLayer } from '../../../src/model/layer-spec.js';
import { firstIndices, randomSamples } from '../../support/fakes/array-samples.js';
import { conv1d, dense, flatten, modelOf } from '../../support/fixtures/layer-specs.js';
import { assertClose, assertTensorsClose } from '../../support/models/closeness.js';
import {
  buildTensorflowModel,
  type TensorflowModel,
  useTensorflow,
} from '../../support/models/tensorflow-model.js';
import { assertStepsAgree, buildPair, TOLERANCE } from '../../support/models/tensorflow-pair.js';

const SAMPLES = 19;
const FEATURES = 3;
const FILTERS = 5;

let engine: WasmEngine;
before(async () => {
  await useTensorflow('cpu');
  engine = await createWasmEngine();
});

/** `[K, F, filters]` to `[(K − 1)·dilation + 1, F, filters]`, zeros in between. */
function spread(kernel: Float32Array, { kernelSize, dilationRate }: Conv1dLayer): Float32Array {
  const step = FEATURES * FILTERS;
  const wide = new Float32Array(((kernelSize - 1) * dilationRate + 1) * step);
  for (let k = 0; k < kernelSize; k++)
    wide.set(kernel.subarray(k * step, (k + 1) * step), k * dilationRate * step);
  return wide;
}

/** The steps of a long kernel that are not zero by construction. */
function gatherSteps(wide: Float32Array, { kernelSize, dilationRate }: Conv1dLayer): Float32Array {
  const step = FEATURES * FILTERS;
  const kernel = new Float32Array(kernelSize * step);
  for (let k = 0; k < kernelSize; k++)
    kernel.set(wide.subarray(k * dilationRate * step, (k * dilationRate + 1) * step), k * step);
  return kernel;
}

/** The twin of a model whose first layer is `layer`; it takes weights and gives gradients in the shapes of ours. */
function spreadTwin(layer: Conv1dLayer): (definition: ModelDefinition) => TensorflowModel {
  return (definition) => {
    const kernelSize = (layer.kernelSize - 1) * layer.dilationRate + 1;
    const layers = [{ ...layer, kernelSize, dilationRate: 1 }, ...definition.layers.slice(1)];
    const twin = buildTensorflowModel({ ...definition, layers });
    return {
      ...twin,
      setWeights: (weights) =>
        twin.setWeights(
          weights.map((tensor, at) =>
            at === 0
              ? { shape: [kernelSize, FEATURES, FILTERS], values: spread(tensor.values, layer) }
              : tensor,
          ),
        ),
      gradients: (samples, indices) => {
        const { loss, gradients } = twin.gradients(samples, indices);
        return {
          loss,
          gradients: gradients.map((gradient, at) => (at === 0 ? gatherSteps(gradient, layer) : gradient)),
        };
      },
    };
  };
}

describe('dilated convolutions agree with TensorFlow.js', () => {
  for (const padding of ['valid', 'same', 'causal'] as const)
    for (const dilationRate of [2, 3]) {
      const layer = conv1d(FILTERS, 3, { padding, dilationRate, activation: 'tanh', kernelL2: 0.01 });
      const definition = modelOf([layer, flatten, dense(1)], 9, FEATURES, {
        loss: 'mse',
        optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-2 },
      });
      const samples = randomSamples(SAMPLES, 9, FEATURES, 5);
      const indices = firstIndices(SAMPLES);

      it(`${padding}, every ${dilationRate} steps: predictions of its own layer`, () => {
        const { ours, theirs } = buildPair(engine, definition);
        const predictions = new Float32Array(SAMPLES);
        ours.predict(samples, indices, predictions);
        assertClose(predictions, theirs.predict(samples, indices), TOLERANCE, 'predictions');
        theirs.dispose();
      });

      it(`${padding}, every ${dilationRate} steps: loss, gradients and three steps`, () => {
        const pair = buildPair(engine, definition, spreadTwin(layer));
        const loss = pair.ours.trainBatch(samples, indices, { epoch: 1, step: 0, learningRate: 0 });
        const expected = pair.theirs.gradients(samples, indices);
        assertClose([loss], [expected.loss], TOLERANCE, 'loss');
        assertTensorsClose(pair.ours.gradients(), expected.gradients, TOLERANCE, 'gradient');
        pair.theirs.dispose();

        const fresh = buildPair(engine, definition, spreadTwin(layer));
        assertStepsAgree(fresh, definition, samples, 3);
        fresh.theirs.dispose();
      });
    }
});
