// The wasm engine against TensorFlow.js layers on the same weights: predictions, losses and gradients. Recurrent layers,
// optimiser steps and dilated convolutions are in files of their own.
import { before, describe, it } from 'node:test';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { firstIndices, randomSamples } from '../../support/fakes/array-samples.js';
import {
  attention,
  averagePool,
  conv1d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAverage,
  globalMax,
  gru,
  lastStep,
  layerNormalization,
  lstm,
  maxPool,
  modelOf,
  residual,
} from '../../support/fixtures/layer-specs.js';
import { assertClose, assertTensorsClose } from '../../support/models/closeness.js';
import { useTensorflow } from '../../support/models/tensorflow-model.js';
import { assertModelsAgree, buildPair, TOLERANCE } from '../../support/models/tensorflow-pair.js';

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
  [
    'conv1d 8 of 3, causal, strides 2',
    modelOf([conv1d(8, 3, { padding: 'causal', strides: 2 }), flatten, dense(1)], 9, 3),
    15,
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
  [
    'average pool 3, overlapping, same, which counts no padding',
    modelOf([dense(8), averagePool(3, { strides: 2, padding: 'same' }), flatten, dense(1)], 8, 3),
    37,
  ],
  [
    'average pool 4, same, over conv1d relu',
    modelOf(
      [conv1d(5, 2, { activation: 'relu' }), averagePool(4, { padding: 'same' }), gru(5), dense(1)],
      7,
      3,
    ),
    15,
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
    'residual convolutions, projected, relu, last step',
    modelOf(
      [
        residual(
          [conv1d(13, 3, { padding: 'causal', activation: 'relu' }), conv1d(5, 2, { padding: 'causal' })],
          {
            activation: 'relu',
          },
        ),
        residual([conv1d(5, 3, { padding: 'same', activation: 'tanh', kernelL2: 0.01 })]),
        lastStep,
        dense(1),
      ],
      9,
      3,
    ),
    37,
  ],
  [
    'dense connections, attention over them',
    modelOf(
      [
        residual([dense(5, { activation: 'tanh' })], { merge: 'concat' }),
        residual([gru(8, { returnSequences: true })], { merge: 'concat', activation: 'tanh' }),
        attention(13, 0.01),
        residual([dense(4, { activation: 'sigmoid' }), dense(9)]),
        dense(1),
      ],
      7,
      3,
    ),
    15,
  ],
  ['attention over the data', modelOf([attention(8), dense(1)], 9, 14), 16],
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

for (const loss of ['mae', 'mse'] as const)
  describe(`the wasm engine agrees with TensorFlow.js, ${loss}`, () => {
    for (const [name, definition, batch] of MODELS)
      it(`${name}, batch ${batch}: predictions, loss and gradients`, () =>
        assertModelsAgree(engine, { ...definition, loss }, batch));
  });

describe('the other losses agree with TensorFlow.js', () => {
  for (const loss of ['huber', 'binaryCrossentropy'] as const)
    it(`${loss}: loss and gradients`, () => {
      const { ours, theirs } = buildPair(
        engine,
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
