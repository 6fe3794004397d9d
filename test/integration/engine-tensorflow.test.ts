// The wasm engine against TensorFlow.js layers on the same weights: predictions, gradients, ten optimiser steps.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ModelDefinition, NamedTensor } from '../../src/engine/engine.js';
import { createWasmEngine, type WasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import type { OptimizerSpec } from '../../src/study/layer-spec.js';
import { firstIndices, randomSamples, randomValues, samplesFor } from '../support/array-samples.js';
import { assertClose, assertTensorsClose } from '../support/closeness.js';
import { kerasOptimizer } from '../support/keras-optimizer.js';
import {
  averagePool,
  bidirectional,
  conv1d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAverage,
  globalMax,
  gru,
  layerNormalization,
  lstm,
  maxPool,
  modelOf,
} from '../support/layer-specs.js';
import { buildTensorflowModel, tensorflowSgd, useTensorflow } from '../support/tensorflow-model.js';

// Both sides round every operation to float32 (u = 6e-8). Along the longest chain, 9 steps of sums of up to 34 products,
// random errors grow to about u·√34·9 = 3e-6; our tanh (5e-7) and sigmoid (1.2e-7) add 9·6e-7 = 5e-6 at worst.
const TOLERANCE = 1e-5;

const MODELS: readonly (readonly [string, ModelDefinition, number])[] = [
  ['dense on a flattened window', modelOf([flatten, dense(1)], 7, 3), 16],
  [
    'flatten, dense 13 relu, dense',
    modelOf([flatten, dense(13, { activation: 'relu' }), dense(1)], 9, 14),
    37,
  ],
  [
    'flatten, dense 20 tanh, dense',
    modelOf([flatten, dense(20, { activation: 'tanh' }), dense(1)], 7, 1),
    15,
  ],
  [
    'flatten, dense 5 sigmoid, dense',
    modelOf([flatten, dense(5, { activation: 'sigmoid' }), dense(1)], 7, 3),
    1,
  ],
  [
    'flatten, dense 8 hard sigmoid',
    modelOf([flatten, dense(8, { activation: 'hardSigmoid' }), dense(1)], 7, 3),
    37,
  ],
  [
    'dense on each step, then flatten',
    modelOf([dense(5, { activation: 'tanh' }), flatten, dense(1)], 7, 14),
    15,
  ],
  [
    'dense with an L2 penalty',
    modelOf([flatten, dense(8, { kernelL2: 0.01 }), dense(1)], 7, 3, { loss: 'mse' }),
    16,
  ],
  ['gru 5', modelOf([gru(5), dense(1)], 7, 3), 1],
  ['gru 8', modelOf([gru(8), dense(1)], 9, 1), 15],
  ['gru 13', modelOf([gru(13), dense(1)], 7, 14), 16],
  ['gru 20', modelOf([gru(20), dense(1)], 9, 14), 37],
  ['gru 128, whose rows lie an odd number of panels apart', modelOf([gru(128), dense(1)], 3, 3), 16],
  ['gru 13 sigmoid', modelOf([gru(13, { recurrentActivation: 'sigmoid' }), dense(1)], 9, 3), 37],
  ['gru 8 relu', modelOf([gru(8, { activation: 'relu' }), dense(1)], 7, 3), 16],
  [
    'gru 5 relu sigmoid',
    modelOf([gru(5, { activation: 'relu', recurrentActivation: 'sigmoid' }), dense(1)], 7, 14),
    15,
  ],
  ['gru 13 backwards', modelOf([gru(13, { goBackwards: true }), dense(1)], 9, 14), 37],
  ['gru 5 of one step', modelOf([gru(5), dense(1)], 1, 3), 16],
  ['gru with L2 penalties', modelOf([gru(8, { kernelL2: 0.01, recurrentL2: 0.02 }), dense(1)], 7, 3), 16],
  ['gru 13 over gru 5', modelOf([gru(13, { returnSequences: true }), gru(5), dense(1)], 9, 3), 37],
  [
    'gru 5 backwards over gru 8 backwards',
    modelOf(
      [gru(5, { returnSequences: true, goBackwards: true }), gru(8, { goBackwards: true }), dense(1)],
      7,
      14,
    ),
    15,
  ],
  ['gru sequence flattened', modelOf([gru(5, { returnSequences: true }), flatten, dense(1)], 7, 3), 37],
  ['gru over dense on each step', modelOf([dense(13, { activation: 'relu' }), gru(5), dense(1)], 7, 14), 16],
  ['lstm 5', modelOf([lstm(5), dense(1)], 7, 1), 1],
  ['lstm 8', modelOf([lstm(8), dense(1)], 9, 3), 15],
  ['lstm 13', modelOf([lstm(13), dense(1)], 7, 14), 16],
  ['lstm 20', modelOf([lstm(20), dense(1)], 9, 14), 37],
  [
    'lstm 128, stacked on itself',
    modelOf([lstm(128, { returnSequences: true }), lstm(128), dense(1)], 3, 3),
    15,
  ],
  ['lstm 13 sigmoid', modelOf([lstm(13, { recurrentActivation: 'sigmoid' }), dense(1)], 9, 3), 37],
  ['lstm 8 relu', modelOf([lstm(8, { activation: 'relu' }), dense(1)], 7, 3), 16],
  [
    'lstm 5 relu sigmoid',
    modelOf([lstm(5, { activation: 'relu', recurrentActivation: 'sigmoid' }), dense(1)], 7, 14),
    15,
  ],
  [
    'lstm 20 backwards',
    modelOf([lstm(20, { goBackwards: true, unitForgetBias: false }), dense(1)], 9, 14),
    37,
  ],
  [
    'lstm 13 over lstm 20 over gru 5',
    modelOf(
      [lstm(13, { returnSequences: true }), lstm(20, { returnSequences: true }), gru(5), dense(1)],
      7,
      3,
    ),
    16,
  ],
  [
    'lstm backwards over lstm sigmoid',
    modelOf(
      [
        lstm(5, { returnSequences: true, goBackwards: true }),
        lstm(8, { recurrentActivation: 'sigmoid' }),
        dense(1),
      ],
      9,
      1,
    ),
    37,
  ],
  ['bidirectional gru 5, concatenated', modelOf([bidirectional(gru(5)), dense(1)], 9, 3), 37],
  ['bidirectional lstm 13, summed', modelOf([bidirectional(lstm(13), 'sum'), dense(1)], 7, 3), 16],
  [
    'bidirectional lstm 5 sequences, multiplied, flattened',
    modelOf([bidirectional(lstm(5, { returnSequences: true }), 'mul'), flatten, dense(1)], 7, 1),
    15,
  ],
  [
    'bidirectional of a backwards gru, averaged, with L2 penalties',
    modelOf(
      [
        bidirectional(
          gru(5, { returnSequences: true, goBackwards: true, kernelL2: 0.01, recurrentL2: 0.02 }),
          'ave',
        ),
        gru(5),
        dense(1),
      ],
      7,
      3,
    ),
    37,
  ],
  [
    'bidirectional lstm over bidirectional gru over dense',
    modelOf(
      [dense(8), bidirectional(gru(13, { returnSequences: true })), bidirectional(lstm(5)), dense(1)],
      7,
      3,
    ),
    16,
  ],
  [
    'conv1d 5 of 3 relu, flattened',
    modelOf([conv1d(5, 3, { activation: 'relu' }), flatten, dense(1)], 9, 3),
    37,
  ],
  [
    'conv1d 13 of 4, same, over dense, with an L2 penalty',
    modelOf([dense(9), conv1d(13, 4, { padding: 'same', kernelL2: 0.01 }), flatten, dense(1)], 7, 14),
    16,
  ],
  [
    'conv1d 20 of 5, same, strides 3',
    modelOf([dense(3), conv1d(20, 5, { padding: 'same', strides: 3 }), flatten, dense(1)], 16, 1),
    15,
  ],
  [
    'conv1d 8 of 3, causal, sigmoid',
    modelOf([dense(3), conv1d(8, 3, { padding: 'causal', activation: 'sigmoid' }), flatten, dense(1)], 7, 3),
    1,
  ],
  [
    'conv1d over conv1d with strides, gru on top',
    modelOf(
      [
        conv1d(13, 5, { activation: 'relu' }),
        conv1d(8, 2, { strides: 2, activation: 'tanh' }),
        gru(5),
        dense(1),
      ],
      21,
      3,
    ),
    37,
  ],
  ['max pool 3, over dense', modelOf([dense(5), maxPool(3), flatten, dense(1)], 9, 3), 37],
  [
    'max pool 3, overlapping, same, over conv1d relu',
    modelOf(
      [conv1d(13, 2, { activation: 'relu' }), maxPool(3, { strides: 2, padding: 'same' }), gru(5), dense(1)],
      9,
      3,
    ),
    16,
  ],
  ['average pool 2, over dense', modelOf([dense(8), averagePool(2), flatten, dense(1)], 9, 3), 15],
  [
    'average pool 3, overlapping',
    modelOf([dense(8), averagePool(3, { strides: 1 }), flatten, dense(1)], 9, 1),
    1,
  ],
  ['global max pool over dense', modelOf([dense(13, { activation: 'tanh' }), globalMax, dense(1)], 9, 3), 37],
  [
    'global average pool over conv1d',
    modelOf([conv1d(13, 3, { activation: 'relu' }), globalAverage, dense(1)], 9, 14),
    16,
  ],
  ['pools of the input itself', modelOf([maxPool(2), averagePool(2), flatten, dense(1)], 9, 3), 15],
  ['embedding of 20 in 5, lstm', modelOf([embedding(20, 5), lstm(5), dense(1)], 9, 1), 37],
  [
    'embedding of 300 in 13, conv1d, global max pool',
    modelOf([embedding(300, 13), conv1d(8, 3, { activation: 'relu' }), globalMax, dense(1)], 9, 1),
    16,
  ],
  ['embedding of 5 in 8, flattened', modelOf([embedding(5, 8), flatten, dense(1)], 7, 1), 1],
  [
    'layer normalisation of 13 after each of two gru',
    modelOf(
      [gru(13, { returnSequences: true }), layerNormalization, gru(8), layerNormalization, dense(1)],
      7,
      3,
    ),
    37,
  ],
  [
    'layer normalisation of the input',
    modelOf([layerNormalization, flatten, dense(5, { activation: 'tanh' }), dense(1)], 7, 14),
    15,
  ],
  [
    'dropout of rate 0 in between',
    modelOf([gru(8, { returnSequences: true }), dropout(0), lstm(5), dense(1)], 7, 3),
    15,
  ],
];

let engine: WasmEngine;
before(async () => {
  await useTensorflow('cpu');
  engine = await createWasmEngine();
});

/** Our model with every weight, biases too, drawn at random, and its twin. */
function buildPair(definition: ModelDefinition) {
  const ours = engine.build(definition);
  const weights = ours.weights().map((tensor, at) => ({
    ...tensor,
    values: randomValues(tensor.values.length, 100 + at).map((value) => value / 3),
  }));
  ours.load(weights);
  const theirs = buildTensorflowModel(definition);
  theirs.setWeights(weights);
  return { ours, theirs, weights };
}

for (const loss of ['mae', 'mse'] as const)
  describe(`the wasm engine agrees with TensorFlow.js, ${loss}`, () => {
    for (const [name, definition, batch] of MODELS)
      it(`${name}, batch ${batch}: predictions, loss and gradients`, () => {
        const { ours, theirs } = buildPair({ ...definition, loss });
        const samples = samplesFor(definition, batch + 3, 5);
        const indices = firstIndices(batch).map((index) => batch + 2 - index);
        const predictions = new Float32Array(batch);
        ours.predict(samples, indices, predictions);
        assertClose(predictions, theirs.predict(samples, indices), TOLERANCE, 'predictions');

        const step = ours.trainBatch(samples, indices, { epoch: 1, step: 0, learningRate: 0 });
        const expected = theirs.gradients(samples, indices);
        assertClose([step], [expected.loss], TOLERANCE, 'loss');
        assertTensorsClose(ours.gradients(), expected.gradients, TOLERANCE, 'gradient');

        const again = new Float32Array(batch);
        ours.predict(samples, indices, again);
        assert.deepEqual(again, predictions, 'a training step at rate 0 must change no prediction');
        theirs.dispose();
      });
  });

describe('ten optimiser steps end where Keras would', () => {
  const layers = [gru(8, { returnSequences: true }), lstm(5), dense(1)];
  const LEARNING_RATE = 0.01;
  const EPOCH_STEPS = 10;
  // A step divides a gradient by its own size, so the relative error of small gradients (1e-5 of the largest, which is
  // some 1e2 times them) becomes an error of the step: 1e-3 of the ten steps' movement. A formula that is wrong, such as
  // an epsilon inside the root or a bias correction left out, is off by more than 1e-2.
  const MOVEMENT_TOLERANCE = 1e-3;
  const optimizers: readonly OptimizerSpec[] = [
    { type: 'sgd', momentum: 0 },
    { type: 'sgd', momentum: 0.9 },
    { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    { type: 'rmsprop', rho: 0.8, epsilon: 1e-2 },
    { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    { type: 'adam', beta1: 0.8, beta2: 0.9, epsilon: 1e-2 },
  ];
  for (const optimizer of optimizers)
    it(JSON.stringify(optimizer), () => {
      const definition = modelOf(layers, 7, 3, { loss: 'mse', optimizer });
      const { ours, theirs, weights } = buildPair(definition);
      const samples = randomSamples(37, 7, 3, 11);
      const indices = firstIndices(37);
      const move = kerasOptimizer(optimizer, LEARNING_RATE, weights);
      let expected = weights.map(({ values }) => Float64Array.from(values));
      for (let step = 0; step < EPOCH_STEPS; step++) {
        ours.trainBatch(samples, indices, { epoch: 1, step, learningRate: LEARNING_RATE });
        const { gradients } = theirs.gradients(samples, indices);
        if (optimizer.type === 'sgd' && optimizer.momentum === 0)
          expected = tensorflowSgd(named(weights, expected), gradients, LEARNING_RATE).map((values) =>
            Float64Array.from(values),
          );
        else move(expected, gradients);
        theirs.setWeights(named(weights, expected));
      }
      ours.weights().forEach((tensor, at) => {
        const start = (weights[at] as NamedTensor).values;
        const moved = tensor.values.map((value, i) => value - (start[i] as number));
        const expectedMoved = (expected[at] as Float64Array).map((value, i) => value - (start[i] as number));
        assertClose(moved, expectedMoved, MOVEMENT_TOLERANCE, `movement of ${tensor.name}`);
      });
      theirs.dispose();
    });
});

describe('the other losses agree with TensorFlow.js', () => {
  for (const loss of ['huber', 'binaryCrossentropy'] as const)
    it(`${loss}: loss and gradients`, () => {
      const { ours, theirs } = buildPair(
        modelOf([gru(8), dense(1, { activation: 'sigmoid' })], 7, 3, { loss }),
      );
      const samples = randomSamples(37, 7, 3, 5);
      samples.targets.forEach((target, i) => {
        samples.targets[i] = loss === 'huber' ? 2 * target : Number(target > 0);
      });
      const indices = firstIndices(37);
      const value = ours.trainBatch(samples, indices, { epoch: 1, step: 0, learningRate: 0 });
      const expected = theirs.gradients(samples, indices);
      assertClose([value], [expected.loss], TOLERANCE, 'loss');
      assertTensorsClose(ours.gradients(), expected.gradients, TOLERANCE, 'gradient');
      theirs.dispose();
    });
});

describe('dilated convolutions, whose gradients TensorFlow.js refuses, predict what it predicts', () => {
  for (const padding of ['valid', 'same', 'causal'] as const)
    it(padding, () => {
      const layers = [conv1d(5, 3, { padding, dilationRate: 3 }), flatten, dense(1)];
      const { ours, theirs } = buildPair(modelOf(layers, 9, 3));
      const samples = randomSamples(19, 9, 3, 5);
      const predictions = new Float32Array(19);
      ours.predict(samples, firstIndices(19), predictions);
      assertClose(predictions, theirs.predict(samples, firstIndices(19)), TOLERANCE, 'predictions');
      theirs.dispose();
    });
});

describe('three optimiser steps of each kind of layer end where Keras would', () => {
  const LEARNING_RATE = 0.01;
  // As above; three steps.
  const MOVEMENT_TOLERANCE = 1e-3;
  const stacks: readonly (readonly [string, ModelDefinition['layers']])[] = [
    [
      'conv1d',
      [
        conv1d(9, 3, { activation: 'tanh', padding: 'same' }),
        conv1d(5, 2, { strides: 2 }),
        flatten,
        dense(1),
      ],
    ],
    ['embedding', [embedding(50, 5), gru(3), dense(1)]],
    ['layer normalisation', [dense(9), layerNormalization, gru(3), layerNormalization, dense(1)]],
    ['pools', [conv1d(9, 3), maxPool(2), conv1d(5, 2), averagePool(2, { strides: 1 }), globalMax, dense(1)]],
    ['global average', [dense(9, { activation: 'tanh' }), globalAverage, dense(1)]],
    [
      'bidirectional',
      [bidirectional(lstm(5, { returnSequences: true }), 'ave'), bidirectional(gru(3)), dense(1)],
    ],
  ];
  for (const [name, layers] of stacks)
    it(name, () => {
      const optimizer: OptimizerSpec = { type: 'rmsprop', rho: 0.9, epsilon: 1e-2 };
      const features = layers[0]?.type === 'embedding' ? 1 : 3;
      const definition = modelOf(layers, 9, features, { loss: 'mse', optimizer });
      const { ours, theirs, weights } = buildPair(definition);
      const samples = samplesFor(definition, 37, 11);
      const indices = firstIndices(37);
      const move = kerasOptimizer(optimizer, LEARNING_RATE, weights);
      const expected = weights.map(({ values }) => Float64Array.from(values));
      for (let step = 0; step < 3; step++) {
        ours.trainBatch(samples, indices, { epoch: 1, step, learningRate: LEARNING_RATE });
        move(expected, theirs.gradients(samples, indices).gradients);
        theirs.setWeights(named(weights, expected));
      }
      ours.weights().forEach((tensor, at) => {
        const start = (weights[at] as NamedTensor).values;
        const moved = tensor.values.map((value, i) => value - (start[i] as number));
        const expectedMoved = (expected[at] as Float64Array).map((value, i) => value - (start[i] as number));
        assertClose(moved, expectedMoved, MOVEMENT_TOLERANCE, `movement of ${tensor.name}`);
      });
      theirs.dispose();
    });
});

function named(weights: readonly NamedTensor[], values: readonly Float64Array[]): NamedTensor[] {
  return weights.map((tensor, at) => ({ ...tensor, values: Float32Array.from(values[at] as Float64Array) }));
}
