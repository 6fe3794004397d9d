// Weights of the wasm engine: Keras layout in and out, initial values, what does not fit is refused.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { NamedTensor } from '../../../src/engine/engine.js';
import { glorotUniform, initialStream, orthogonal } from '../../../src/engine/initializers.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { type ErrorCode, SweepError } from '../../../src/errors.js';
import { keyOfSeed } from '../../../src/kernels/random.js';
import type { OptimizerSpec } from '../../../src/model/optimizer.js';
import { firstIndices, randomSamples, randomValues } from '../../support/fakes/array-samples.js';
import { dense, flatten, gru, lstm, modelOf } from '../../support/fixtures/layer-specs.js';

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

const refused = (code: ErrorCode) => (error: unknown) => error instanceof SweepError && error.code === code;
const named = (weights: readonly NamedTensor[]) => weights.map(({ name, shape }) => [name, ...shape]);

describe('weights', () => {
  it('have Keras names, shapes and order', () => {
    const layers = [gru(5, { returnSequences: true, resetAfter: true }), lstm(9), dense(2)];
    assert.deepEqual(named(engine.build(modelOf(layers, 4, 3)).weights()), [
      ['0.gru/kernel', 3, 15],
      ['0.gru/recurrentKernel', 5, 15],
      ['0.gru/bias', 15],
      ['0.gru/recurrentBias', 15],
      ['1.lstm/kernel', 5, 36],
      ['1.lstm/recurrentKernel', 9, 36],
      ['1.lstm/bias', 36],
      ['2.dense/kernel', 9, 2],
      ['2.dense/bias', 2],
    ]);
  });

  it('come back as they were loaded, at every number of units', () => {
    for (let units = 1; units <= 33; units++) {
      const model = engine.build(modelOf([gru(units), dense(units), dense(1)], 2, 3));
      const weights = model.weights().map((tensor, at) => ({
        ...tensor,
        values: randomValues(tensor.values.length, units + at),
      }));
      model.load(weights);
      assert.deepEqual(model.weights(), weights);
      assert.equal(
        model.parameterCount,
        weights.reduce((sum, { values }) => sum + values.length, 0),
      );
    }
  });

  it('and optimiser state of one model make another go on alike', () => {
    const optimizers: OptimizerSpec[] = [
      { type: 'sgd', momentum: 0.9 },
      { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
      { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    ];
    const samples = randomSamples(20, 4, 3, 1);
    for (const optimizer of optimizers) {
      const definition = modelOf([lstm(5, { dropout: 0.2 }), dense(1)], 4, 3, { optimizer });
      const [one, other] = [engine.build(definition), engine.build({ ...definition, seed: 7 })];
      const train = (model: typeof one, step: number) =>
        model.trainBatch(samples, firstIndices(20), { epoch: 1, step, learningRate: 0.01 });
      for (let step = 0; step < 3; step++) train(one, step);
      other.load(one.weights(), one.optimizerState());
      assert.equal(train(other, 3), train(one, 3));
      assert.deepEqual(other.weights(), one.weights());
      assert.deepEqual(other.optimizerState(), one.optimizerState());
    }
  });

  it('of another model are refused', () => {
    const model = engine.build(modelOf([gru(5), dense(1)], 4, 3));
    const load =
      (layers: Parameters<typeof modelOf>[0], features = 3) =>
      () =>
        model.load(engine.build(modelOf(layers, 4, features)).weights());
    assert.throws(load([gru(6), dense(1)]), refused('CHECKPOINT_CORRUPT'));
    assert.throws(load([gru(5), dense(1)], 2), refused('CHECKPOINT_CORRUPT'));
    assert.throws(load([gru(5, { resetAfter: true }), dense(1)]), refused('CHECKPOINT_CORRUPT'));
    assert.throws(load([lstm(5), dense(1)]), refused('CHECKPOINT_CORRUPT'));
    const adam = { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
    const other = engine.build(modelOf([gru(5), dense(1)], 4, 3, { optimizer: adam }));
    assert.throws(() => model.load(other.weights(), other.optimizerState()), refused('CHECKPOINT_CORRUPT'));
  });
});

describe('a model that cannot be', () => {
  const build =
    (...layers: Parameters<typeof modelOf>[0]) =>
    () =>
      engine.build(modelOf(layers, 4, 3));
  it('a recurrent layer over a single vector', () => {
    assert.throws(build(gru(5), gru(5), dense(1)), refused('MODEL_SHAPE'));
    assert.throws(build(flatten, lstm(5), dense(1)), refused('MODEL_SHAPE'));
  });
  it('one that ends in a sequence', () => {
    assert.throws(build(dense(1)), refused('MODEL_SHAPE'));
    assert.throws(build(gru(5, { returnSequences: true }), dense(1)), refused('MODEL_SHAPE'));
  });
  it('one of a leading flatten alone', () => {
    assert.throws(build(flatten), refused('MODEL_SHAPE'));
  });
  it('one larger than 32-bit memory', () => {
    assert.throws(build(flatten, dense(2 ** 28), dense(1)), refused('MODEL_SHAPE'));
  });
});

describe('initial weights', () => {
  it('glorot-uniform ones fill ±√(6/(fanIn + fanOut)) evenly', () => {
    const values = glorotUniform(40_000, 100, 50, initialStream(keyOfSeed(1), 0));
    const limit = Math.sqrt(6 / 150);
    assert.ok(values.every((value) => Math.abs(value) <= limit));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    // A uniform variable on ±limit has variance limit²/3; five standard errors.
    assert.ok(Math.abs(mean) < (5 * limit) / Math.sqrt(3 * 40_000), `mean ${mean}`);
    assert.ok(Math.abs(variance / (limit ** 2 / 3) - 1) < 0.03, `variance ${variance}`);
  });

  it('orthogonal ones have orthonormal rows', () => {
    for (const [rows, columns] of [
      [1, 3],
      [5, 15],
      [32, 96],
      [64, 64],
    ] as const) {
      const values = orthogonal(rows, columns, initialStream(keyOfSeed(2), 1));
      for (let a = 0; a < rows; a++)
        for (let b = 0; b <= a; b++) {
          let dot = 0;
          for (let k = 0; k < columns; k++)
            dot += (values[a * columns + k] as number) * (values[b * columns + k] as number);
          assert.ok(Math.abs(dot - (a === b ? 1 : 0)) < 1e-6, `rows ${a} and ${b}: ${dot}`);
        }
    }
  });

  it('biases are 0, but 1 for the forget gate of an LSTM', () => {
    const biasOf = (layer: ReturnType<typeof lstm> | ReturnType<typeof gru>) => [
      ...(engine.build(modelOf([layer, dense(1)], 4, 3)).weights()[2] as NamedTensor).values,
    ];
    assert.deepEqual(biasOf(lstm(2)), [0, 0, 1, 1, 0, 0, 0, 0]);
    assert.deepEqual(biasOf(lstm(2, { unitForgetBias: false })), new Array(8).fill(0));
    assert.deepEqual(biasOf(gru(2)), new Array(6).fill(0));
  });

  it('depend on the seed, on all of its 53 bits, and on the parameter', () => {
    const first = (seed: number) => {
      const model = engine.build(modelOf([dense(8), gru(8), dense(8), dense(8)], 4, 8, { seed }));
      return model.weights().map(({ values }) => values[0] as number);
    };
    assert.deepEqual(first(3), first(3));
    const [one, high, zero] = [first(3), first(2 ** 40 + 3), first(0)];
    assert.equal(new Set([one[0], high[0], zero[0]]).size, 3);
    assert.notEqual(one[5], one[7], 'two kernels of one shape');
  });
});
