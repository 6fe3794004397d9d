// A gradient that is carried back through many steps all but vanishes. What reaches the first step is then nought, never a
// subnormal number, which would make every product of the steps between ten to a hundred times as slow.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NamedTensor } from '../../../src/engine/engine.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';

import { availableInstructionSets, openNativeLibrary } from '../../../src/kernels/native/native-library.js';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import { arraySamples, firstIndices } from '../../support/fakes/array-samples.js';
import { dense, gru, lstm, modelOf } from '../../support/fixtures/layer-specs.js';

const [FEATURES, UNITS, SAMPLES] = [3, 8, 4];
/** From where gradients are small to where they have underflown. */
const LENGTHS = Array.from({ length: 30 }, (_, at) => 60 + 10 * at);
const SMALLEST_NORMAL = 2 ** -126;
const CELLS: Readonly<Record<string, LayerSpec>> = {
  'gru, reset before': gru(UNITS),
  'gru, reset after': gru(UNITS, { resetAfter: true, recurrentActivation: 'sigmoid' }),
  lstm: lstm(UNITS, { unitForgetBias: false }),
};

/** Feature 0 is seen at the first step alone: its weights, 0 before, move by what the gradient brings there. */
function firstStepAlone(timesteps: number): Float32Array {
  const inputs = new Float32Array(SAMPLES * timesteps * FEATURES);
  for (let sample = 0; sample < SAMPLES; sample++)
    for (let step = 0; step < timesteps; step++)
      for (let feature = 0; feature < FEATURES; feature++)
        inputs[(sample * timesteps + step) * FEATURES + feature] =
          feature === 0 ? Number(step === 0) : Math.sin(sample + 7 * step + 3 * feature);
  return inputs;
}

for (const native of [null, ...availableInstructionSets().map(openNativeLibrary)])
  describe(`vanishing gradients on ${native?.instructionSet.name ?? 'WebAssembly'} kernels`, () => {
    for (const [name, cell] of Object.entries(CELLS))
      it(`${name}: nothing subnormal is left at the first step`, async () => {
        const engine = await createWasmEngine(native);
        let moved = 0;
        for (const timesteps of LENGTHS) {
          const row = stepOfFirstFeature(engine, cell, timesteps);
          const subnormal = row.filter((value) => value !== 0 && Math.abs(value) < SMALLEST_NORMAL);
          assert.deepEqual([...subnormal], [], `${timesteps} steps`);
          moved += row.filter((value) => value !== 0).length;
        }
        assert.ok(moved > 0, 'gradients of the shorter sequences arrive');
      });
  });

/** What one step of gradient descent with rate 1 makes of the first feature's weights. */
function stepOfFirstFeature(engine: WasmEngine, cell: LayerSpec, timesteps: number): Float32Array {
  const optimizer = { type: 'sgd', momentum: 0 } as const;
  const model = engine.build(modelOf([cell, dense(1)], timesteps, FEATURES, { optimizer }));
  const isKernel = ({ name }: NamedTensor): boolean => name.startsWith('0.') && name.endsWith('/kernel');
  const columns = model.weights().find(isKernel)?.shape[1] ?? 0;
  const withoutFirst = (values: Float32Array) => values.map((value, at) => (at < columns ? 0 : value));
  model.load(
    model
      .weights()
      .map((weight) => (isKernel(weight) ? { ...weight, values: withoutFirst(weight.values) } : weight)),
  );
  const targets = new Float32Array(SAMPLES).fill(3);
  const samples = arraySamples(firstStepAlone(timesteps), targets, timesteps, FEATURES);
  model.trainBatch(samples, firstIndices(SAMPLES), { epoch: 1, step: 0, learningRate: 1 });
  const row = model.weights().find(isKernel)?.values.subarray(0, columns);
  model.dispose();
  assert.ok(row);
  return row;
}
