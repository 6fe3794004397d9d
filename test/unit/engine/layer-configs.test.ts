// Models described as LayersModels of TensorFlow.js predict there what they predict here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import {
  describeLayersModel,
  findInexpressible,
  fixedWeights,
  layersModelWeightName,
} from '../../../src/engine/export/layer-configs.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { firstIndices, randomValues, samplesFor } from '../../support/fakes/array-samples.js';
import { ENGINE_MODELS } from '../../support/fixtures/engine-models.js';
import { dense, persistence } from '../../support/fixtures/layer-specs.js';
import { assertClose } from '../../support/models/closeness.js';

const SAMPLES = 6;
/** As test/support/models/tensorflow-pair.ts. */
const TOLERANCE = 1e-5;
const engine = await createWasmEngine();

const expressible = Object.entries(ENGINE_MODELS).filter(
  ([, { layers }]) => findInexpressible(layers) === null,
);

for (const [title, definition] of expressible)
  test(`${title}: loaded by TensorFlow.js, it predicts the same`, async () => {
    const { layers, timesteps, features } = definition;
    const model = engine.build(definition);
    // Biases too: at their initial 0 a wrong place would not show.
    model.load(
      model.weights().map((tensor, at) => ({
        ...tensor,
        values: randomValues(tensor.values.length, 50 + at).map((value) => value / 3),
      })),
    );
    const weights = [
      ...model.weights().map((tensor) => ({ ...tensor, name: layersModelWeightName(layers, tensor.name) })),
      ...fixedWeights(layers, timesteps, features),
    ];
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: describeLayersModel(layers, timesteps, features),
        weightSpecs: weights.map(({ name, shape }) => ({
          name,
          shape: [...shape],
          dtype: 'float32',
        })),
        weightData: Float32Array.from(weights.flatMap(({ values }) => [...values])).buffer,
      }),
    );
    const samples = samplesFor(definition, SAMPLES, 3);
    const predictions = new Float32Array(SAMPLES * model.outputUnits);
    model.predict(samples, firstIndices(SAMPLES), predictions);
    const shape = layers[0]?.type === 'embedding' ? [SAMPLES, timesteps] : [SAMPLES, timesteps, features];
    const theirs = tf.tidy(() => (loaded.predict(tf.tensor(samples.inputs, shape)) as tf.Tensor).dataSync());
    assertClose(predictions, theirs as Float32Array, TOLERANCE, 'predictions');
    loaded.dispose();
  });

test('what TensorFlow.js’ layers cannot express is named', () => {
  const named = Object.fromEntries(
    Object.entries(ENGINE_MODELS).flatMap(([title, { layers }]) => {
      const why = findInexpressible(layers);
      return why === null ? [] : [[title, why]];
    }),
  );
  assert.deepEqual(named, {
    'gru, reset after, sigmoid': 'layer 0 (gru): TensorFlow.js has no GRU with reset after',
    'gru reset after with both dropouts, backwards':
      'layer 0 (gru): TensorFlow.js has no GRU with reset after',
  });
  assert.equal(
    findInexpressible([dense(2), persistence(1)]),
    'layer 1 (persistence): TensorFlow.js has no layer that passes on one column of another layer',
  );
});
