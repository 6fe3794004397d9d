// Optimiser steps of the wasm engine beside those that gradients by TensorFlow.js make under Keras 2's formulas: each
// optimiser, each kind of layer, each loss.
import { before, describe, it } from 'node:test';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { Activation } from '../../../src/model/activation.js';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import type { Merge } from '../../../src/model/layers/bidirectional.js';
import type { Loss } from '../../../src/model/loss.js';
import type { OptimizerSpec } from '../../../src/model/optimizer.js';
import { type ArraySamples, randomSamples, samplesFor } from '../../support/fakes/array-samples.js';
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
} from '../../support/fixtures/layer-specs.js';
import { useTensorflow } from '../../support/models/tensorflow-model.js';
import { assertStepsAgree, buildPair } from '../../support/models/tensorflow-pair.js';

let engine: WasmEngine;
before(async () => {
  await useTensorflow('cpu');
  engine = await createWasmEngine();
});

function compareSteps(definition: ModelDefinition, samples: ArraySamples, steps: number): void {
  const pair = buildPair(engine, definition);
  assertStepsAgree(pair, definition, samples, steps);
  pair.theirs.dispose();
}

describe('ten optimiser steps end where Keras would', () => {
  const layers = [gru(8, { returnSequences: true }), lstm(5), dense(1)];
  const optimizers: readonly OptimizerSpec[] = [
    { type: 'sgd', momentum: 0 },
    { type: 'sgd', momentum: 0.9 },
    { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    { type: 'rmsprop', rho: 0.8, epsilon: 1e-2 },
    { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    { type: 'adam', beta1: 0.8, beta2: 0.9, epsilon: 1e-2 },
  ];
  for (const optimizer of optimizers)
    it(JSON.stringify(optimizer), () =>
      compareSteps(modelOf(layers, 7, 3, { loss: 'mse', optimizer }), randomSamples(37, 7, 3, 11), 10),
    );
});

const rmsprop: OptimizerSpec = { type: 'rmsprop', rho: 0.9, epsilon: 1e-2 };
const sequences = { returnSequences: true } as const;
const l2 = { kernelL2: 0.01, recurrentL2: 0.02 } as const;
const merges: readonly Merge[] = ['concat', 'sum', 'mul', 'ave'];
const activations: readonly Activation[] = ['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid'];

describe('three optimiser steps of each kind of layer end where Keras would', () => {
  const stacks: readonly (readonly [string, readonly LayerSpec[]])[] = [
    ...activations.map(
      (activation) =>
        [
          `flatten and dense, ${activation}`,
          [flatten, dense(5, { activation, kernelL2: 0.01 }), dense(1)],
        ] as const,
    ),
    ['gru of relu, backwards', [gru(5, { activation: 'relu', goBackwards: true, ...l2 }), dense(1)]],
    ['gru of sigmoid', [gru(5, { recurrentActivation: 'sigmoid', ...sequences }), gru(3), dense(1)]],
    ['lstm of relu, backwards', [lstm(5, { activation: 'relu', goBackwards: true, ...l2 }), dense(1)]],
    ['lstm of sigmoid', [lstm(5, { recurrentActivation: 'sigmoid', ...sequences }), lstm(3), dense(1)]],
    ...merges.flatMap((merge) => [
      [`bidirectional gru, ${merge}`, [bidirectional(gru(5, l2), merge), dense(1)]] as const,
      [
        `bidirectional lstm sequences, ${merge}`,
        [bidirectional(lstm(5, sequences), merge), flatten, dense(1)],
      ] as const,
    ]),
    ...(['valid', 'same', 'causal'] as const).flatMap((padding) => [
      [
        `conv1d, ${padding}`,
        [
          conv1d(9, 3, { activation: 'tanh', padding, kernelL2: 0.01 }),
          conv1d(5, 2, { padding }),
          flatten,
          dense(1),
        ],
      ] as const,
      [
        `conv1d with strides, ${padding}`,
        [conv1d(9, 3, { strides: 2, padding }), flatten, dense(1)],
      ] as const,
    ]),
    ...(['valid', 'same'] as const).flatMap((padding) => [
      [
        `max pool, ${padding}`,
        [conv1d(9, 3), maxPool(3, { strides: 2, padding }), maxPool(2, { padding }), flatten, dense(1)],
      ] as const,
      [
        `average pool, ${padding}`,
        [
          conv1d(9, 3),
          averagePool(3, { strides: 2, padding }),
          averagePool(2, { padding }),
          flatten,
          dense(1),
        ],
      ] as const,
    ]),
    ['global max pool', [conv1d(9, 3, { activation: 'tanh' }), globalMax, dense(1)]],
    ['global average pool', [dense(9, { activation: 'tanh' }), globalAverage, dense(1)]],
    ['embedding', [embedding(50, 5), gru(3), dense(1)]],
    ['embedding, of whose rows some are missing', [embedding(300, 5), globalAverage, dense(1)]],
    [
      'bidirectional over bidirectional',
      [bidirectional(lstm(5, sequences), 'ave'), bidirectional(gru(3)), dense(1)],
    ],
    ['layer normalisation', [dense(9), layerNormalization, gru(3), layerNormalization, dense(1)]],
    ['dropout of rate 0', [gru(5, sequences), dropout(0), flatten, dense(1)]],
  ];
  for (const [name, layers] of stacks)
    it(name, () => {
      const features = layers[0]?.type === 'embedding' ? 1 : 3;
      const definition = modelOf(layers, 9, features, { loss: 'mse', optimizer: rmsprop });
      compareSteps(definition, samplesFor(definition, 37, 11), 3);
    });
});

describe('three optimiser steps under each loss end where Keras would', () => {
  const losses: readonly Loss[] = ['mae', 'mse', 'huber', 'binaryCrossentropy'];
  for (const loss of losses)
    it(loss, () => {
      const activation = loss === 'binaryCrossentropy' ? 'sigmoid' : 'linear';
      const definition = modelOf([gru(8), dense(1, { activation })], 7, 3, { loss, optimizer: rmsprop });
      compareSteps(definition, samplesUnder(loss), 3);
    });
});

/** Labels for a cross-entropy; for huber some targets on the parabola and some far out on the line. */
function samplesUnder(loss: Loss): ArraySamples {
  const samples = randomSamples(37, 7, 3, 5);
  samples.targets.forEach((target, i) => {
    if (loss === 'binaryCrossentropy') samples.targets[i] = Number(target > 0);
    else if (loss === 'huber') samples.targets[i] = 2 * target;
  });
  return samples;
}
