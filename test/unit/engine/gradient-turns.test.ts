// Gradients on their way back through layers of like shape: two arrays serve all of them, and the bits are those of one each.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { LayerOutput } from '../../../src/engine/layer-inputs.js';
import { digestWeights } from '../../../src/engine/training/checkpoint.js';
import { GradientTurns } from '../../../src/engine/wasm/gradient-turns.js';
import { TILE_ROWS } from '../../../src/engine/wasm/layer.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { Arena } from '../../../src/kernels/arena.js';
import { compileKernels, instantiateKernels } from '../../../src/kernels/load-kernels.js';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import { arraySamples, randomValues } from '../../support/fakes/array-samples.js';
import {
  attention,
  averagePool,
  conv1d,
  dense,
  dropout,
  flatten,
  lastStep,
  layerNormalization,
  modelOf,
  residual,
} from '../../support/fixtures/layer-specs.js';

const [STEPS, FEATURES] = [6, 8];
const engine = await createWasmEngine();
const conv = conv1d(FEATURES, 3, { padding: 'causal', activation: 'tanh' });
const layerWithoutMask = dense(FEATURES, { activation: 'tanh' });
const relu = { activation: 'relu' } as const;

function train(layers: readonly LayerSpec[], steps = STEPS): string {
  const samples = arraySamples(randomValues(20 * steps * FEATURES, 1), randomValues(20, 2), steps, FEATURES);
  const model = engine.build(modelOf(layers, steps, FEATURES, { batchSize: 20 }));
  const indices = Uint32Array.from({ length: 20 }, (_, index) => index);
  for (let step = 0; step < 3; step++)
    model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.01 });
  const digest = digestWeights(model.weights());
  model.dispose();
  return digest;
}

test('arrays of one shape are taken in turn, those of others and those inside another layer are others', async () => {
  const turns = new GradientTurns(new Arena(instantiateKernels(await compileKernels())), TILE_ROWS);
  const shape = { steps: STEPS, features: FEATURES, isSequence: true };
  const [first, second, third] = [turns.take(shape, 32), turns.take(shape, 32), turns.take(shape, 32)];
  assert.equal(third, first);
  const others = [turns.take({ ...shape, features: 7 }, 32), turns.take({ ...shape, steps: 5 }, 32)];
  const inside = [turns.inside.take(shape, 32), turns.inside.take(shape, 32)];
  assert.equal(new Set([first, second, ...others, ...inside]).size, 6);
});

function allocateAlways(this: object, { steps }: LayerOutput, stride: number): number {
  const { arena, rows } = this as { arena: Arena; rows: number };
  return arena.allocate(steps * rows * stride);
}

test('layers of like shape learn what they would with an array each', () => {
  const models: readonly [readonly LayerSpec[], number?][] = [
    [[conv, dropout(0.2), conv, layerNormalization, conv, dense(FEATURES), lastStep, dense(1)]],
    [
      [
        residual([conv, conv], relu),
        residual([conv, layerNormalization, conv]),
        attention(FEATURES),
        dense(1),
      ],
    ],
    [
      [
        residual([conv, dense(16)], relu),
        residual([dense(16), dense(16)]),
        conv1d(16, 2),
        lastStep,
        dense(1),
      ],
    ],
    [
      [conv, lastStep, dense(FEATURES), dropout(0.1), dense(FEATURES), residual([dense(FEATURES)]), dense(1)],
      1,
    ],
  ];
  for (const [layers, steps] of models) {
    const inTurn = train(layers, steps);
    const own = mock.method(GradientTurns.prototype, 'take', allocateAlways);
    assert.equal(train(layers, steps), inTurn);
    assert.ok(own.mock.callCount() > 1);
    own.mock.restore();
  }
});

test('a further layer of like shape keeps its values, and no gradients of its own', () => {
  const bytesOf = (layers: readonly LayerSpec[]) =>
    engine.build(modelOf(layers, STEPS, FEATURES)).memoryBytes;
  const layers = (count: number) => [...Array<LayerSpec>(count).fill(layerWithoutMask), lastStep, dense(1)];
  const values = 4 * STEPS * TILE_ROWS * FEATURES;
  // With their gradients, slots and transposed kernel the weights take less than half of that.
  const further = (bytesOf(layers(9)) - bytesOf(layers(3))) / 6;
  assert.ok(further > values && further < 2 * values, `${further} bytes, ${values} of them values`);
});

test('what stands before the first weights keeps no gradients', () => {
  const trend = residual([averagePool(3, { strides: 1, padding: 'same' })], { merge: 'concat' });
  const before = engine.build(modelOf([trend, flatten, dense(1)], STEPS, FEATURES)).memoryBytes;
  const after = engine.build(
    modelOf([dense(FEATURES), trend, flatten, dense(1)], STEPS, FEATURES),
  ).memoryBytes;
  const values = 4 * STEPS * TILE_ROWS * FEATURES;
  // Behind weights: the gradients of the pool's values, of both beside each other, flat, and of what they were made of.
  assert.ok(after - before > 6 * values, `${after - before} bytes more`);
});
