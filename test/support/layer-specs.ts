// Layer specs with Keras' defaults filled in, for tests that care about one field, and the models built of them.
import type { ModelDefinition } from '../../src/engine/engine.js';
import type {
  BidirectionalLayer,
  Conv1dLayer,
  DenseLayer,
  DropoutLayer,
  EmbeddingLayer,
  FlattenLayer,
  GruLayer,
  LstmLayer,
  PersistenceLayer,
  WindowPoolingLayer,
} from '../../src/model/layer-spec.js';

const RECURRENT = {
  activation: 'tanh',
  recurrentActivation: 'hardSigmoid',
  dropout: 0,
  recurrentDropout: 0,
  returnSequences: false,
  goBackwards: false,
  kernelL2: 0,
  recurrentL2: 0,
} as const;

export const flatten: FlattenLayer = { type: 'flatten' };

export function dense(units: number, fields: Partial<DenseLayer> = {}): DenseLayer {
  return { type: 'dense', units, activation: 'linear', kernelL2: 0, ...fields };
}

export function dropout(rate: number): DropoutLayer {
  return { type: 'dropout', rate };
}

export function gru(units: number, fields: Partial<GruLayer> = {}): GruLayer {
  return { type: 'gru', units, resetAfter: false, ...RECURRENT, ...fields };
}

export function lstm(units: number, fields: Partial<LstmLayer> = {}): LstmLayer {
  return { type: 'lstm', units, unitForgetBias: true, ...RECURRENT, ...fields };
}

export function bidirectional(
  layer: BidirectionalLayer['layer'],
  merge: BidirectionalLayer['merge'] = 'concat',
): BidirectionalLayer {
  return { type: 'bidirectional', layer, merge };
}

export function conv1d(filters: number, kernelSize: number, fields: Partial<Conv1dLayer> = {}): Conv1dLayer {
  return {
    type: 'conv1d',
    filters,
    kernelSize,
    strides: 1,
    dilationRate: 1,
    padding: 'valid',
    activation: 'linear',
    kernelL2: 0,
    ...fields,
  };
}

export const globalMax = { type: 'globalMaxPooling1d' } as const;
export const globalAverage = { type: 'globalAveragePooling1d' } as const;

export function maxPool(poolSize: number, fields: Partial<WindowPoolingLayer> = {}): WindowPoolingLayer {
  return { type: 'maxPooling1d', poolSize, strides: null, padding: 'valid', ...fields };
}

export function averagePool(poolSize: number, fields: Partial<WindowPoolingLayer> = {}): WindowPoolingLayer {
  return { ...maxPool(poolSize, fields), type: 'averagePooling1d' };
}

export function embedding(inputDim: number, outputDim: number): EmbeddingLayer {
  return { type: 'embedding', inputDim, outputDim };
}

export const layerNormalization = { type: 'layerNormalization', epsilon: 1e-3 } as const;

export function persistence(column: number): PersistenceLayer {
  return { type: 'persistence', column };
}

export function modelOf(
  layers: ModelDefinition['layers'],
  timesteps: number,
  features: number,
  fields: Partial<ModelDefinition> = {},
): ModelDefinition {
  return {
    layers,
    timesteps,
    features,
    loss: 'mae',
    optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    batchSize: 128,
    seed: 7,
    ...fields,
  };
}
