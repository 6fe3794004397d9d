// Gradient clipping: all gradients of a model are scaled down together, as Keras 2's clipnorm does.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { firstIndices, samplesFor } from '../../support/fakes/array-samples.js';
import { dense, embedding, gru, modelOf } from '../../support/fixtures/layer-specs.js';
import { assertClose } from '../../support/models/closeness.js';
import { kerasOptimizer } from '../../support/models/keras-optimizer.js';

const RATE = 0.1;
const optimizer = { type: 'sgd', momentum: 0.9 } as const;
const MODELS = {
  'dense weights with penalties': modelOf([gru(5, { kernelL2: 0.1 }), dense(1)], 6, 3, {
    loss: 'mse',
    optimizer,
  }),
  'an embedding, whose other rows do not count': modelOf([embedding(40, 3), gru(3), dense(1)], 4, 1, {
    loss: 'mse',
    optimizer,
  }),
};

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

for (const [name, definition] of Object.entries(MODELS)) {
  const samples = samplesFor(definition, 24, 3);
  /** Eight samples a step, others each time. */
  const train = (clipNorm: number | undefined, steps: number) => {
    const model = engine.build({ ...definition, clipNorm });
    for (let step = 0; step < steps; step++) {
      const indices = firstIndices(8).map((index) => index + 8 * step);
      model.trainBatch(samples, indices, { epoch: 1, step, learningRate: RATE });
    }
    return model;
  };
  const normOf = (tensors: readonly { readonly values: ArrayLike<number> }[]) =>
    Math.sqrt(
      tensors.flatMap(({ values }) => Array.from(values)).reduce((sum, value) => sum + value ** 2, 0),
    );

  it(`${name}: scaled to the norm, in the same direction`, () => {
    const free = train(undefined, 1).gradients();
    const norm = normOf(free);
    const clipped = train(norm / 4, 1).gradients();
    clipped.forEach((tensor, at) => {
      const expected = free[at]?.values.map((value) => value / 4) ?? [];
      assertClose(tensor.values, expected, 1e-6, tensor.name);
    });
    assertClose([normOf(clipped)], [norm / 4], 1e-6, 'norm');
  });

  it(`${name}: gradients below the norm keep every bit`, () => {
    const norm = normOf(train(undefined, 1).gradients());
    assert.deepEqual(train(1.01 * norm, 1).weights(), train(undefined, 1).weights());
  });

  it(`${name}: three steps end where Keras would`, () => {
    const clipNorm = normOf(train(undefined, 1).gradients()) / 4;
    const model = engine.build(definition);
    const expected = model.weights().map(({ values }) => Float64Array.from(values));
    const move = kerasOptimizer(optimizer, RATE, model.weights());
    for (let step = 0; step < 3; step++) {
      // Its own gradients where the clipped steps have led, scaled here.
      const probe = engine.build(definition);
      probe.load(
        probe
          .weights()
          .map((tensor, at) => ({ ...tensor, values: Float32Array.from(expected[at] as Float64Array) })),
      );
      const indices = firstIndices(8).map((index) => index + 8 * step);
      probe.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0 });
      const gradients = probe.gradients();
      const scale = Math.min(1, clipNorm / normOf(gradients));
      move(
        expected,
        gradients.map(({ values }) => Float64Array.from(values, (value) => value * scale)),
      );
    }
    train(clipNorm, 3)
      .weights()
      .forEach((tensor, at) => {
        assertClose(tensor.values, expected[at] as Float64Array, 1e-5, tensor.name);
      });
  });
}
