// Models described as LayersModels of TensorFlow.js predict there what they predict here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findInexpressible } from '../../../src/engine/export/layer-configs.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { firstIndices, randomValues, samplesFor } from '../../support/fakes/array-samples.js';
import { ENGINE_MODELS } from '../../support/fixtures/engine-models.js';
import { dense, persistence } from '../../support/fixtures/layer-specs.js';
import { assertClose } from '../../support/models/closeness.js';
import { loadAsLayersModel, predictByLayersModel } from '../../support/models/loaded-layers-model.js';

const SAMPLES = 6;
/** As test/support/models/tensorflow-pair.ts. */
const TOLERANCE = 1e-5;
const engine = await createWasmEngine();

const expressible = Object.entries(ENGINE_MODELS).filter(
  ([, { layers }]) => findInexpressible(layers) === null,
);

for (const [title, definition] of expressible)
  test(`${title}: loaded by TensorFlow.js, it predicts the same`, async () => {
    const model = engine.build(definition);
    // Biases too: at their initial 0 a wrong place would not show.
    model.load(
      model.weights().map((tensor, at) => ({
        ...tensor,
        values: randomValues(tensor.values.length, 50 + at).map((value) => value / 3),
      })),
    );
    const loaded = await loadAsLayersModel(definition, model.weights());
    const samples = samplesFor(definition, SAMPLES, 3);
    const predictions = new Float32Array(SAMPLES * model.outputUnits);
    model.predict(samples, firstIndices(SAMPLES), predictions);
    assertClose(predictions, predictByLayersModel(loaded, definition, samples), TOLERANCE, 'predictions');
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
