// Gradients of the wasm engine against finite differences of the double-precision scalar twins: every layer, stacks, and
// what TensorFlow.js has no word for (reset after the product, dropout with one mask per gate).
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { Conv1dLayer, PoolingLayer } from '../../../src/model/layer-spec.js';
import { firstIndices, randomSamples, randomValues, samplesFor } from '../../support/fakes/array-samples.js';
import {
  attention,
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
  lastStep,
  layerNormalization,
  lstm,
  maxPool,
  modelOf,
  persistence,
  residual,
} from '../../support/fixtures/layer-specs.js';
import { assertClose, assertTensorsClose } from '../../support/models/closeness.js';
import { ReferenceModel } from '../../support/models/reference-model.js';

// Float32 rounding over at most 9 steps: see test/support/models/tensorflow-pair.ts. Finite differences add 1e-9.
const TOLERANCE = 1e-5;

// Odd batches: signs of an even one can cancel to a bias gradient of exactly 0, which has no relative error.
const both = { dropout: 0.3, recurrentDropout: 0.4 };
const after = { resetAfter: true };
const smooth = { recurrentActivation: 'sigmoid' } as const;
const sequences = { returnSequences: true };
const causal = { padding: 'causal', activation: 'tanh' } as const;

const CONVOLUTIONS: readonly (readonly [string, number, Partial<Conv1dLayer>])[] = [
  ['valid', 3, { activation: 'tanh' }],
  ['same', 4, { padding: 'same' }],
  ['causal', 3, { padding: 'causal', activation: 'sigmoid' }],
  ['as long as the sequence', 7, {}],
  ['longer than the sequence, same', 9, { padding: 'same' }],
  ['strides 2, valid', 2, { strides: 2 }],
  ['strides 3, same', 5, { strides: 3, padding: 'same' }],
  ['strides 3 wider than the window', 1, { strides: 3 }],
  ['strides 2, causal', 3, { strides: 2, padding: 'causal' }],
  ['dilated, valid', 3, { dilationRate: 2 }],
  ['dilated, same', 3, { dilationRate: 4, padding: 'same' }],
  ['dilated, causal', 3, { dilationRate: 2, padding: 'causal' }],
];

const POOLS: readonly (readonly [string, PoolingLayer])[] = [
  ['2', maxPool(2)],
  ['3, same', maxPool(3, { padding: 'same' })],
  ['3, overlapping', maxPool(3, { strides: 1 })],
  ['2 of every 3 steps', maxPool(2, { strides: 3 })],
  ['4, overlapping, same', maxPool(4, { strides: 2, padding: 'same' })],
  ['2', averagePool(2)],
  ['3, same', averagePool(3, { padding: 'same' })],
  ['4, overlapping, same', averagePool(4, { strides: 1, padding: 'same' })],
  ['all', averagePool(7)],
  ['over all', globalMax],
  ['over all', globalAverage],
];

const MODELS: readonly (readonly [string, ModelDefinition, number])[] = [
  ['flatten, dense', modelOf([flatten, dense(5, { activation: 'tanh' }), dense(1)], 4, 3), 5],
  ['dropout, flatten, dense', modelOf([dropout(0.4), flatten, dense(5), dense(1)], 4, 3), 19],
  ['flatten, dropout, dense', modelOf([flatten, dropout(0.4), dense(5), dense(1)], 5, 3), 19],
  ['dense, dropout, dense', modelOf([flatten, dense(9), dropout(0.5), dense(1)], 4, 3), 19],
  ['two outputs', modelOf([flatten, dense(2)], 4, 3), 5],
  ['gru', modelOf([gru(5), dense(1)], 6, 3), 5],
  ['gru with masks', modelOf([gru(5, both), dense(1)], 6, 3), 19],
  ['gru with an input mask alone', modelOf([gru(9, { dropout: 0.5 }), dense(1)], 5, 3), 5],
  ['gru with a state mask alone', modelOf([gru(9, { recurrentDropout: 0.5 }), dense(1)], 5, 3), 5],
  ['gru sigmoid with masks', modelOf([gru(5, { ...both, ...smooth }), dense(1)], 6, 2), 5],
  ['gru reset after', modelOf([gru(5, after), dense(1)], 6, 3), 5],
  [
    'gru reset after, sigmoid, masks',
    modelOf([gru(9, { ...after, ...both, ...smooth }), dense(1)], 5, 2),
    18,
  ],
  ['gru reset after, relu', modelOf([gru(5, { ...after, activation: 'relu' }), dense(1)], 5, 3), 5],
  [
    'gru reset after, backwards, masks',
    modelOf([gru(5, { ...after, ...both, goBackwards: true }), dense(1)], 9, 1),
    5,
  ],
  ['gru relu with masks', modelOf([gru(5, { ...both, activation: 'relu' }), dense(1)], 5, 3), 5],
  ['lstm', modelOf([lstm(5), dense(1)], 6, 3), 5],
  ['lstm with masks', modelOf([lstm(5, both), dense(1)], 6, 3), 19],
  ['lstm with an input mask alone', modelOf([lstm(9, { dropout: 0.5 }), dense(1)], 5, 3), 5],
  ['lstm with a state mask alone', modelOf([lstm(9, { recurrentDropout: 0.5 }), dense(1)], 5, 3), 5],
  [
    'lstm sigmoid relu with masks',
    modelOf([lstm(5, { ...both, ...smooth, activation: 'relu' }), dense(1)], 5, 2),
    5,
  ],
  [
    'gru over gru, masks in both',
    modelOf([gru(5, { ...both, ...sequences }), gru(3, both), dense(1)], 5, 3),
    18,
  ],
  [
    'gru after over lstm, masks in both',
    modelOf([gru(5, { ...both, ...after, ...sequences }), lstm(3, both), dense(1)], 5, 3),
    5,
  ],
  [
    'lstm over gru after backwards',
    modelOf([lstm(9, { ...both, ...sequences }), gru(3, { ...after, goBackwards: true }), dense(1)], 5, 3),
    5,
  ],
  [
    'dropout between recurrent layers',
    modelOf([lstm(5, sequences), dropout(0.3), gru(3, both), dense(1)], 5, 2),
    5,
  ],
  ['bidirectional gru, masks in each direction', modelOf([bidirectional(gru(3, both)), dense(1)], 5, 3), 18],
  [
    'bidirectional lstm over dense, sequences merged by product, masks',
    modelOf([dense(3), bidirectional(lstm(3, { ...both, ...sequences }), 'mul'), flatten, dense(1)], 4, 2),
    5,
  ],
  [
    'bidirectional of a backwards gru, reset after, over bidirectional, mean',
    modelOf(
      [
        bidirectional(gru(3, { ...sequences, ...after, goBackwards: true }), 'ave'),
        bidirectional(gru(2), 'sum'),
        dense(1),
      ],
      4,
      2,
    ),
    5,
  ],
  ...CONVOLUTIONS.map(([name, kernelSize, fields]): [string, ModelDefinition, number] => [
    `conv1d of ${kernelSize}, ${name}, between layers`,
    modelOf([dense(5), conv1d(3, kernelSize, fields), flatten, dense(1)], 7, 2),
    5,
  ]),
  ...POOLS.map(([name, pool]): [string, ModelDefinition, number] => [
    `${pool.type} ${name}, between layers`,
    modelOf([dense(5), pool, flatten, dense(1)], 7, 2),
    5,
  ]),
  ['persistence of the input', modelOf([persistence(2), dense(3), dense(1)], 5, 3), 19],
  [
    'persistence of a sequence of states',
    modelOf([gru(5, { ...both, ...sequences }), persistence(3), dense(1)], 5, 3),
    19,
  ],
  ['pools of the input itself', modelOf([maxPool(2), averagePool(2), flatten, dense(1)], 9, 3), 18],
  [
    'convolutions, pools and a recurrent layer',
    modelOf([conv1d(9, 3), maxPool(2), conv1d(5, 2), averagePool(2, { strides: 1 }), gru(3), dense(1)], 9, 2),
    5,
  ],
  ['embedding under a recurrent layer', modelOf([embedding(11, 5), gru(3), dense(1)], 6, 1), 19],
  [
    'embedding under convolution and pool',
    modelOf([embedding(40, 3), conv1d(5, 2), globalMax, dense(1)], 6, 1),
    5,
  ],
  ...[2, 3, 4, 9, 13].map((units): [string, ModelDefinition, number] => [
    `layer normalisation of ${units} features, between layers`,
    modelOf([dense(units, { activation: 'sigmoid' }), layerNormalization, flatten, dense(1)], 3, 2),
    5,
  ]),
  [
    'layer normalisation of the input and of a last state',
    modelOf([layerNormalization, gru(5), layerNormalization, dense(1)], 5, 3),
    18,
  ],
  [
    'convolutions of many columns, recurrent layer on top',
    modelOf([conv1d(9, 3, { activation: 'relu' }), conv1d(3, 2, { strides: 2 }), gru(3), dense(1)], 9, 2),
    18,
  ],
  [
    'residual convolutions of the data, projected, dropped, relu',
    modelOf(
      [
        residual(
          [conv1d(5, 3, causal), dropout(0.3), conv1d(5, 2, { ...causal, dilationRate: 3 }), dropout(0.2)],
          {
            activation: 'relu',
          },
        ),
        residual([conv1d(5, 3, { ...causal, dilationRate: 2 }), dropout(0.3)], { activation: 'relu' }),
        lastStep,
        dense(1),
      ],
      9,
      3,
    ),
    19,
  ],
  [
    'residual layers of the width of the data, tanh, projected between layers',
    modelOf(
      [
        residual([gru(3, { ...both, ...sequences })], { activation: 'tanh' }),
        residual([dense(9, { activation: 'sigmoid' }), layerNormalization]),
        flatten,
        dense(1),
      ],
      4,
      3,
    ),
    18,
  ],
  [
    'dense connections on the data and between layers, of vectors too',
    modelOf(
      [
        residual([conv1d(4, 2, causal)], { merge: 'concat' }),
        residual([bidirectional(lstm(3, sequences)), dropout(0.3)], { merge: 'concat' }),
        globalAverage,
        residual([dense(9, { activation: 'tanh' }), dense(4)], { merge: 'concat', activation: 'tanh' }),
        residual([dense(5)]),
        dense(1),
      ],
      5,
      3,
    ),
    5,
  ],
  ...[3, 5, 9].map((units): [string, ModelDefinition, number] => [
    `attention of ${units} units over states, with masks`,
    modelOf([gru(5, { ...both, ...sequences }), attention(units), dense(1)], 6, 3),
    18,
  ]),
  ['attention over the data', modelOf([attention(4), dense(3), dense(1)], 6, 5), 19],
  ['last step of the data and of a sequence', modelOf([dense(5), lastStep, dense(1)], 6, 3), 5],
  [
    'sequence through dense and flatten',
    modelOf([gru(3, sequences), dense(5, { activation: 'tanh' }), dropout(0.2), flatten, dense(1)], 5, 2),
    5,
  ],
];

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

for (const [name, definition, batch] of MODELS)
  for (const loss of ['mae', 'mse'] as const)
    it(`${name}, batch ${batch}, ${loss}: agrees with its twin and its finite differences`, () => {
      const model = engine.build({ ...definition, loss });
      model.load(
        model.weights().map((tensor, at) => ({
          ...tensor,
          values: randomValues(tensor.values.length, 300 + at).map((value) => value / 2),
        })),
      );
      const reference = new ReferenceModel({ ...definition, loss }, model.weights());
      const samples = samplesFor(definition, batch, 21);
      const indices = firstIndices(batch);
      const predictions = new Float32Array(batch * model.outputUnits);
      model.predict(samples, indices, predictions);
      assertClose(predictions, reference.predict(samples, indices, null), TOLERANCE, 'predictions');

      const at = { epoch: 3, step: 2, learningRate: 0 };
      assertClose(
        [model.trainBatch(samples, indices, at)],
        [reference.loss(samples, indices, at)],
        TOLERANCE,
        'loss',
      );
      assertTensorsClose(model.gradients(), reference.gradients(samples, indices, at), TOLERANCE, 'gradient');
    });

for (const loss of ['huber', 'binaryCrossentropy'] as const)
  it(`${loss}: loss and gradients agree with finite differences`, () => {
    const layers = [gru(5), dense(1, { activation: 'sigmoid' })];
    const definition = modelOf(layers, 5, 3, { loss });
    const model = engine.build(definition);
    const reference = new ReferenceModel(definition, model.weights());
    const samples = randomSamples(19, 5, 3, 21);
    // Labels for the cross-entropy; for huber, errors on both sides of its corner.
    samples.targets.forEach((target, i) => {
      samples.targets[i] = loss === 'huber' ? 2 * target : Number(target > 0);
    });
    const at = { epoch: 1, step: 0, learningRate: 0 };
    const indices = firstIndices(19);
    assertClose(
      [model.trainBatch(samples, indices, at)],
      [reference.loss(samples, indices, at)],
      TOLERANCE,
      'loss',
    );
    assertTensorsClose(model.gradients(), reference.gradients(samples, indices, at), TOLERANCE, 'gradient');
  });

it('masks differ between tiles, steps, epochs and seeds, and repeat for the same place', () => {
  const definition = modelOf([gru(5, both), dense(1)], 5, 3);
  const one = randomSamples(1, 5, 3, 9);
  const loss = (seed: number, epoch: number, step: number, rows: number): number => {
    const model = engine.build({ ...definition, seed });
    model.load(engine.build(definition).weights());
    return model.trainBatch(one, new Uint32Array(rows), { epoch, step, learningRate: 0 });
  };
  assert.equal(loss(7, 1, 0, 1), loss(7, 1, 0, 1));
  const others = [loss(7, 1, 1, 1), loss(7, 2, 0, 1), loss(8, 1, 0, 1), loss(2 ** 40 + 7, 1, 0, 1)];
  assert.equal(new Set([loss(7, 1, 0, 1), ...others]).size, 5);
  assert.notEqual(loss(7, 1, 0, 16), loss(7, 1, 0, 32), 'the second tile must draw masks of its own');
});
