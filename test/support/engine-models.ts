// Small models that together hold every layer, option, loss and optimiser: what engines are compared on.
import type { ModelDefinition } from '../../src/engine/engine.js';
import type { LayerSpec, LayerType } from '../../src/model/layer-spec.js';
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
  persistence,
} from './layer-specs.js';

const both = { dropout: 0.2, recurrentDropout: 0.3 };
const sequences = { returnSequences: true };
const adam = { optimizer: { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } } as const;
const momentum = { optimizer: { type: 'sgd', momentum: 0.9 }, loss: 'mse' } as const;
const mse = { loss: 'mse' } as const;

export const ENGINE_MODELS: Readonly<Record<string, ModelDefinition>> = {
  'dense on a flattened window': modelOf([flatten, dense(9, { activation: 'relu' }), dense(1)], 6, 3),
  'dense on each step, with dropout, adam': modelOf(
    [dense(5, { activation: 'tanh' }), dropout(0.25), flatten, dropout(0.5), dense(1)],
    6,
    3,
    adam,
  ),
  'dropout of the input, before and after a flatten': modelOf(
    [dropout(0.3), flatten, dropout(0.3), dense(1)],
    6,
    3,
    momentum,
  ),
  'dropout after a leading flatten': modelOf([flatten, dropout(0.3), dense(1)], 5, 3, momentum),
  'dense with penalties, clipped': modelOf(
    [flatten, dense(8, { activation: 'hardSigmoid', kernelL2: 0.01 }), dense(2)],
    6,
    3,
    { ...momentum, clipNorm: 0.5 },
  ),
  gru: modelOf([gru(5), dense(1)], 7, 3),
  'gru, reset after, sigmoid': modelOf(
    [gru(9, { resetAfter: true, recurrentActivation: 'sigmoid' }), dense(1)],
    7,
    3,
    adam,
  ),
  'gru, sigmoid, over lstm sequences, sigmoid': modelOf(
    [
      lstm(5, { ...sequences, recurrentActivation: 'sigmoid' }),
      gru(4, { recurrentActivation: 'sigmoid', recurrentL2: 0.01 }),
      dense(1),
    ],
    7,
    3,
    mse,
  ),
  'gru with both dropouts, penalties': modelOf(
    [gru(8, { ...both, kernelL2: 0.01, recurrentL2: 0.02 }), dense(1)],
    7,
    3,
    { ...mse, clipNorm: 1 },
  ),
  'gru of 128 units, whose masks have a stride of their own': modelOf(
    [gru(128, { recurrentDropout: 0.3, ...sequences }), gru(2, { dropout: 0.3 }), dense(1)],
    2,
    1,
    momentum,
  ),
  'gru reset after with both dropouts, backwards': modelOf(
    [gru(5, { ...both, resetAfter: true, goBackwards: true }), dense(1)],
    7,
    3,
    mse,
  ),
  'stacked relu gru': modelOf([gru(5, sequences), gru(4, { activation: 'relu' }), dense(1)], 7, 3),
  lstm: modelOf([lstm(5), dense(1)], 7, 3),
  'lstm, sigmoid, no forget bias, backwards': modelOf(
    [lstm(9, { recurrentActivation: 'sigmoid', unitForgetBias: false, goBackwards: true }), dense(1)],
    7,
    3,
    adam,
  ),
  'lstm with both dropouts over a sequence': modelOf(
    [lstm(8, { ...both, ...sequences }), lstm(3, both), dense(1)],
    7,
    3,
    mse,
  ),
  'bidirectional gru': modelOf([bidirectional(gru(5, both)), dense(1)], 7, 3, mse),
  'bidirectional lstm sequences, multiplied': modelOf(
    [bidirectional(lstm(5, sequences), 'mul'), flatten, dense(1)],
    7,
    3,
  ),
  'bidirectional backwards gru, averaged, then summed': modelOf(
    [
      bidirectional(gru(5, { ...sequences, goBackwards: true }), 'ave'),
      bidirectional(gru(3), 'sum'),
      dense(1),
    ],
    7,
    3,
    mse,
  ),
  'conv1d with strides, same': modelOf(
    [conv1d(5, 3, { strides: 2, padding: 'same', activation: 'relu', kernelL2: 0.01 }), flatten, dense(1)],
    10,
    3,
    mse,
  ),
  'conv1d causal and dilated': modelOf(
    [
      conv1d(5, 3, { padding: 'causal', dilationRate: 2, activation: 'tanh' }),
      conv1d(9, 2, { dilationRate: 3 }),
      flatten,
      dense(1),
    ],
    9,
    3,
    adam,
  ),
  'max pools': modelOf(
    [conv1d(9, 3, { activation: 'relu' }), maxPool(3, { strides: 2, padding: 'same' }), globalMax, dense(1)],
    12,
    3,
    mse,
  ),
  'average pools': modelOf(
    [dense(5), averagePool(3, { strides: 2, padding: 'same' }), dropout(0.2), globalAverage, dense(1)],
    12,
    3,
    momentum,
  ),
  'layer normalisation': modelOf(
    [gru(9, sequences), layerNormalization, gru(3), layerNormalization, dense(1)],
    5,
    3,
    mse,
  ),
  'embedding, binary cross-entropy': modelOf(
    [embedding(40, 5), conv1d(8, 3, { activation: 'relu' }), globalMax, dense(1, { activation: 'sigmoid' })],
    9,
    1,
    { ...adam, loss: 'binaryCrossentropy' },
  ),
  'persistence under a dense layer': modelOf([persistence(1), dense(1)], 5, 3, mse),
  'embedding under a lstm, huber': modelOf([embedding(40, 5), lstm(5), dense(1)], 9, 1, { loss: 'huber' }),
};

/** Layer types that occur in a list of layers, those inside others too. */
export function layerTypes(layers: readonly LayerSpec[]): LayerType[] {
  return layers.flatMap((spec) =>
    spec.type === 'bidirectional' ? [spec.type, spec.layer.type] : [spec.type],
  );
}
