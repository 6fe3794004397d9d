// From the same initial weights and batches, the wasm engine and TensorFlow.js lose the same, step by step, on every layer;
// and a trial begun on one goes on with the other.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Engine, ModelDefinition } from '../../src/engine/engine.js';
import { createTfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { ENGINE_MODELS } from '../support/fixtures/engine-models.js';
import { nativeTensorflow } from '../support/models/native-tensorflow.js';
import { learnable, train } from './engine-contract.js';

const STEPS = 50;
/**
 * Of the first loss. Losses of one step differ by the rounding of float32 sums, some 1e-7, and each step moves the weights
 * by up to a relative 1e-7 apart: 50 steps add up to 5e-6 where errors never cancel. A wrong formula, such as an epsilon
 * inside the root, is off by more than 1e-3.
 */
const TOLERANCE = 1e-5;

const native = nativeTensorflow();
const open = (): Promise<Engine> =>
  native.skip === false
    ? createTfjsEngine(native.options)
    : createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] });

describe(`wasm and tfjs (${native.skip === false ? 'native' : 'cpu backend'}) agree`, () => {
  let wasm: Engine;
  let tfjs: Engine;
  before(async () => {
    wasm = await createWasmEngine();
    tfjs = await open();
  });

  for (const [title, definition] of Object.entries(ENGINE_MODELS))
    it(`${title}: the same initial bits, losses within ${TOLERANCE} over ${STEPS} steps`, () => {
      const [ours, theirs] = [wasm.build(definition), tfjs.build(definition)];
      assert.deepEqual(theirs.weights(), ours.weights());
      assert.equal(theirs.parameterCount, ours.parameterCount);
      assert.deepEqual(
        theirs.optimizerState().map(({ name, shape }) => [name, ...shape]),
        ours.optimizerState().map(({ name, shape }) => [name, ...shape]),
      );
      assertAgree(
        train(ours, learnable(definition), 0, STEPS),
        train(theirs, learnable(definition), 0, STEPS),
      );
      ours.dispose();
      theirs.dispose();
    });

  for (const [from, to] of [
    ['wasm', 'tfjs'],
    ['tfjs', 'wasm'],
  ] as const)
    it(`a trial begun on ${from} goes on with ${to}`, () => {
      for (const title of [
        'gru, reset after, sigmoid',
        'gru with both dropouts, penalties',
        'dropout of the input, before and after a flatten',
      ]) {
        const definition = ENGINE_MODELS[title] as ModelDefinition;
        const samples = learnable(definition);
        const engines = { wasm, tfjs };
        const whole = train(engines[from].build(definition), samples, 0, 20);
        const first = engines[from].build(definition);
        const losses = train(first, samples, 0, 10);
        const second = engines[to].build(definition);
        second.load(first.weights(), first.optimizerState());
        losses.push(...train(second, samples, 10, 10));
        assertAgree(whole, losses);
      }
    });
});

function assertAgree(ours: readonly number[], theirs: readonly number[]): void {
  const scale = Math.abs(ours[0] as number);
  const errors = ours.map((loss, step) => Math.abs(loss - (theirs[step] as number)) / scale);
  const worst = errors.reduce((max, error) => Math.max(max, error), 0);
  assert.ok(worst <= TOLERANCE, `losses are off by ${worst} of the first: ${JSON.stringify(errors)}`);
  assert.ok(
    ours.some((loss) => Math.abs(loss - (ours[0] as number)) > 1e-3 * scale),
    'nothing was learnt',
  );
}
