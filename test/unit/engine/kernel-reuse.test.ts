// The kernels of a model that was disposed of serve the next one, which is as if on fresh ones: a thread reserves the addresses
// of one memory, however many trials it runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestWeights } from '../../../src/engine/training/checkpoint.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { arraySamples, randomValues } from '../../support/fakes/array-samples.js';
import { dense, flatten, gru, modelOf } from '../../support/fixtures/layer-specs.js';

const SAMPLES = 32;
const large = modelOf([gru(24), dense(1)], 6, 3);
const small = modelOf([flatten, dense(5, { activation: 'relu' }), dense(1)], 6, 3);

/** Kernel instances made while `work` runs. */
async function countInstances(work: (engine: WasmEngine) => void): Promise<number> {
  const { Instance } = WebAssembly;
  let made = 0;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, given) {
      made += 1;
      return Reflect.construct(target, given) as object;
    },
  });
  try {
    work(await createWasmEngine());
  } finally {
    WebAssembly.Instance = Instance;
  }
  return made;
}

function train(engine: WasmEngine, definition: typeof large) {
  const samples = arraySamples(randomValues(SAMPLES * 18, 1), randomValues(SAMPLES, 2), 6, 3);
  const indices = Uint32Array.from({ length: SAMPLES }, (_, index) => index);
  const model = engine.build({ ...definition, batchSize: SAMPLES });
  const losses = [0, 1, 2].map((step) =>
    model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.01 }),
  );
  return { model, outcome: { losses, digest: digestWeights(model.weights()) } };
}

test('models one after the other share kernels, and compute what they do on fresh ones', async () => {
  const fresh = [large, small, large].map(() => createWasmEngine());
  const definitions = [large, small, large];
  const expected = await Promise.all(
    definitions.map(
      async (definition, index) => train((await fresh[index]) as WasmEngine, definition).outcome,
    ),
  );
  const made = await countInstances((engine) => {
    definitions.forEach((definition, index) => {
      const { model, outcome } = train(engine, definition);
      model.dispose();
      assert.deepEqual(outcome, expected[index]);
    });
  });
  assert.equal(made, 1);
});

test('models that live at the same time never share, also after one was disposed of twice', async () => {
  const made = await countInstances((engine) => {
    const first = train(engine, large);
    first.model.dispose();
    first.model.dispose();
    const second = train(engine, large);
    const third = train(engine, small);
    assert.equal(digestWeights(second.model.weights()), second.outcome.digest);
    assert.equal(digestWeights(third.model.weights()), third.outcome.digest);
  });
  assert.equal(made, 2);
});
