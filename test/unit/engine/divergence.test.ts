// NaN and infinity are never swallowed: they reach the loss and the predictions through every layer and activation.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import { arraySamples, firstIndices, randomSamples } from '../../support/fakes/array-samples.js';
import { dense, dropout, flatten, gru, lstm, modelOf } from '../../support/fixtures/layer-specs.js';

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

const sigmoid = { recurrentActivation: 'sigmoid' } as const;
const relu = { activation: 'relu' } as const;
const MODELS: readonly (readonly LayerSpec[])[] = [
  ...(['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid'] as const).map((activation) => [
    flatten,
    dense(5, { activation }),
    dense(1),
  ]),
  [gru(5), dense(1)],
  [gru(5, { ...sigmoid, ...relu }), dense(1)],
  [gru(5, { resetAfter: true }), dense(1)],
  [gru(5, { dropout: 0.2, recurrentDropout: 0.2 }), dense(1)],
  [lstm(5), dense(1)],
  [lstm(5, { ...sigmoid, ...relu }), dense(1)],
  [gru(5, { returnSequences: true }), dropout(0.2), lstm(3), dense(1)],
];

for (const layers of MODELS) {
  const name = layers
    .map((layer) => ('activation' in layer ? `${layer.type} ${layer.activation}` : layer.type))
    .join(', ');
  for (const loss of ['mae', 'mse'] as const)
    it(`a NaN in one input of one sample makes the loss NaN: ${name}, ${loss}`, () => {
      const { inputs, targets } = randomSamples(20, 5, 3, 1);
      // The last feature of step 1 of the last sample, which lies in a ragged tile.
      inputs[19 * 15 + 5] = Number.NaN;
      const samples = arraySamples(inputs, targets, 5, 3);
      const model = engine.build(modelOf(layers, 5, 3, { loss }));
      const predictions = new Float32Array(20);
      model.predict(samples, firstIndices(20), predictions);
      assert.ok(predictions.subarray(0, 19).every(Number.isFinite), 'other samples are not touched');
      assert.ok(Number.isNaN(predictions[19]));
      const at = { epoch: 1, step: 0, learningRate: 0.01 };
      assert.ok(Number.isNaN(model.trainBatch(samples, firstIndices(20), at)));
      model.predict(samples, firstIndices(1), predictions);
      assert.ok(Number.isNaN(predictions[0]), 'nor does the step after it look healthy');
    });
}

it('a NaN target makes the loss and the weights NaN', () => {
  for (const loss of ['mae', 'mse'] as const) {
    const { inputs, targets } = randomSamples(4, 5, 3, 1);
    targets[2] = Number.NaN;
    const model = engine.build(modelOf([gru(5), dense(1)], 5, 3, { loss }));
    const samples = arraySamples(inputs, targets, 5, 3);
    assert.ok(
      Number.isNaN(model.trainBatch(samples, firstIndices(4), { epoch: 1, step: 0, learningRate: 0.01 })),
    );
    assert.ok(model.weights().some(({ values }) => values.some(Number.isNaN)));
  }
});

it('rows that fill up a ragged tile change nothing: the last batch trains as its samples alone', () => {
  const samples = randomSamples(40, 5, 3, 2);
  const definition = modelOf([gru(5), dense(1)], 5, 3, { optimizer: { type: 'sgd', momentum: 0 } });
  const gradients = (count: number, before: number) => {
    const model = engine.build(definition);
    // Leaves other samples' values in the rows that the next batch does not fill.
    if (before > 0)
      model.predict(
        samples,
        firstIndices(before).map((i) => 39 - i),
        new Float32Array(before),
      );
    model.trainBatch(samples, firstIndices(count), { epoch: 1, step: 0, learningRate: 0 });
    return model.gradients();
  };
  for (const count of [1, 5, 15, 17]) assert.deepEqual(gradients(count, 32), gradients(count, 0));
});
