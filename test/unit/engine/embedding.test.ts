// An embedding's rows are stepped when they occur; the steps they miss are replayed. Held against the plain way: the
// optimiser in double precision over the whole table, every step.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { LONGEST_DELAY, RowTable } from '../../../src/engine/wasm/layers/row-table.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { OptimizerSpec } from '../../../src/model/optimizer.js';
import { arraySamples, firstIndices, randomValues } from '../../support/fakes/array-samples.js';
import { dense, embedding, flatten, modelOf } from '../../support/fixtures/layer-specs.js';
import { assertClose } from '../../support/models/closeness.js';
import { kerasOptimizer } from '../../support/models/keras-optimizer.js';

const OPTIMIZERS: readonly OptimizerSpec[] = [
  { type: 'sgd', momentum: 0 },
  { type: 'sgd', momentum: 0.9 },
  { type: 'rmsprop', rho: 0.9, epsilon: 1e-2 },
  { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-2 },
];
/** Two ids a sample; batch s uses ids that no other batch uses, and id 0. */
const BATCHES = 6;
const IDS = Array.from({ length: BATCHES }, (_, s) => [0, 2 * s + 1, 2 * s + 2, 0]).flat();
const samples = arraySamples(Float32Array.from(IDS), randomValues(2 * BATCHES, 5), 2, 1);
const layers = [embedding(2 * BATCHES + 3, 3), flatten, dense(1)];
const batchOf = (step: number) => Uint32Array.of(2 * (step % BATCHES), 2 * (step % BATCHES) + 1);
const STEPS = 2 * BATCHES;
const rateOf = (step: number) => 0.01 * (1 + (step % 3));

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

for (const optimizer of OPTIMIZERS) {
  const definition = modelOf(layers, 2, 1, { loss: 'mse', optimizer });

  it(`${JSON.stringify(optimizer)}: rows that do not occur move as in Keras`, () => {
    const model = engine.build(definition);
    const start = model.weights();
    const expected = start.map(({ values }) => Float64Array.from(values));
    const move = kerasOptimizer(optimizer, 0.01, start);
    for (let step = 0; step < STEPS; step++) {
      model.trainBatch(samples, batchOf(step), { epoch: 1, step, learningRate: 0.01 });
      move(
        expected,
        model.gradients().map(({ values }) => values),
      );
    }
    model.weights().forEach(({ name, values }, at) => {
      const from = start[at]?.values as Float32Array;
      const moved = values.map((value, i) => value - (from[i] as number));
      const expectedMoved = (expected[at] as Float64Array).map((value, i) => value - (from[i] as number));
      assertClose(moved, expectedMoved, 1e-4, name);
    });
  });

  it(`${JSON.stringify(optimizer)}: reading, predicting and resuming midway change no bit`, () => {
    const train = (model: ReturnType<WasmEngine['build']>, from: number, to: number, between: () => void) => {
      for (let step = from; step < to; step++) {
        model.trainBatch(samples, batchOf(step), { epoch: 1, step, learningRate: rateOf(step) });
        between();
      }
    };
    const plain = engine.build(definition);
    train(plain, 0, STEPS, () => {});

    const watched = engine.build(definition);
    const predictions = new Float32Array(samples.count);
    train(watched, 0, 5, () => {
      watched.weights();
      watched.predict(samples, firstIndices(samples.count), predictions);
    });
    const resumed = engine.build({ ...definition, seed: 99 });
    resumed.load(watched.weights(), watched.optimizerState());
    train(resumed, 5, STEPS, () => {});
    assert.deepEqual(resumed.weights(), plain.weights());
    assert.deepEqual(resumed.optimizerState(), plain.optimizerState());
  });
}

it('only rows of the last batch have a gradient', () => {
  const model = engine.build(modelOf(layers, 2, 1));
  for (const step of [0, 3]) model.trainBatch(samples, batchOf(step), { epoch: 1, step, learningRate: 0 });
  const { values } = model.gradients()[0] ?? assert.fail();
  const rows = Array.from({ length: values.length / 3 }, (_, row) => row);
  assert.deepEqual(
    rows.filter((row) => values.subarray(3 * row, 3 * row + 3).some((value) => value !== 0)),
    [0, 7, 8],
  );
});

it('the rows of a batch are runs of neighbours, each row in one', () => {
  const table = new RowTable(12, 32);
  assert.deepEqual([...table.usedRuns()], []);
  const batches: [rows: number[], runs: number[][]][] = [
    [
      [11, 3, 0, 4, 3, 1, 9],
      [
        [0, 2],
        [3, 2],
        [9, 1],
        [11, 1],
      ],
    ],
    [[2], [[2, 1]]],
    [[...Array(12).keys()], [[0, 12]]],
    [[], []],
  ];
  for (const [rows, runs] of batches) {
    table.beginBatch();
    for (const row of rows) table.use(row);
    assert.deepEqual([...table.usedRuns()], runs);
    table.endStep();
  }
});

it('a step touches the rows that occur, and no row waits longer than the remembered rates reach', () => {
  const table = new RowTable(1000, 32);
  const replayed: number[][] = [];
  table.replay = (...call) => replayed.push(call);
  for (let step = 0; step < LONGEST_DELAY; step++) {
    table.beginBatch();
    table.use(7);
    table.use(7);
    assert.deepEqual([...table.usedRows], [7]);
    assert.equal(replayed.length, 0);
    table.endStep();
  }
  assert.equal(table.nextStep, 0);
  assert.equal(replayed.length, 999);
  for (const [row, first, count] of replayed) {
    assert.notEqual(row, 7);
    assert.deepEqual([first, count], [0, LONGEST_DELAY]);
  }
});

it('an id outside the table, and an embedding that is not first, are refused', () => {
  const definition = modelOf([embedding(3, 2), flatten, dense(1)], 2, 1);
  for (const id of [3, -1, 0.5, Number.NaN]) {
    const bad = arraySamples(Float32Array.of(0, id), Float32Array.of(1), 2, 1);
    const model = engine.build(definition);
    assert.throws(() => model.predict(bad, firstIndices(1), new Float32Array(1)), {
      code: 'MODEL_SHAPE',
      message: new RegExp(`token id ${id} `),
    });
  }
  const late = modelOf([dense(1), embedding(3, 2), flatten, dense(1)], 2, 1);
  assert.throws(() => engine.build(late), { code: 'MODEL_SHAPE', path: 'model.layers[1]' });
});
