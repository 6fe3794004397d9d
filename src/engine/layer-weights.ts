// The weights of each layer type: names, Keras shapes, penalties and how their initial values are drawn. One list for all
// engines, so that they start a trial from the same bits and read each other's checkpoints.
import type { RandomKey } from '../kernels/random.js';
import type { Conv1dLayer, DenseLayer, EmbeddingLayer, GruLayer, LstmLayer } from '../model/layer-spec.js';
import { glorotUniform, initialStream, orthogonal, uniform } from './initializers.js';

/** Keras' "uniform" initialiser of embeddings. */
const EMBEDDING_LIMIT = 0.05;

export interface Weight {
  /** See NamedTensor. */
  readonly name: string;
  readonly shape: readonly number[];
  /** L2 penalty λ: adds λ·Σw² to the loss. */
  readonly l2: number;
  /** In Keras order; a stream of its own, so that it may be called at any time. */
  readonly drawInitial: () => Float32Array;
}

/** Where the weights stand in the model: prefix of their names, and the number of weights before them. */
export interface WeightPlace {
  readonly name: string;
  readonly firstWeight: number;
  readonly key: RandomKey;
}

export function denseWeights(spec: DenseLayer, features: number, place: WeightPlace) {
  const { units } = spec;
  return {
    kernel: {
      name: `${place.name}/kernel`,
      shape: [features, units],
      l2: spec.kernelL2,
      drawInitial: () =>
        glorotUniform(features * units, features, units, initialStream(place.key, place.firstWeight)),
    },
    bias: constant(`${place.name}/bias`, units, 0),
  } satisfies Record<string, Weight>;
}

export function conv1dWeights(spec: Conv1dLayer, features: number, place: WeightPlace) {
  const { filters, kernelSize } = spec;
  return {
    kernel: {
      name: `${place.name}/kernel`,
      shape: [kernelSize, features, filters],
      l2: spec.kernelL2,
      drawInitial: () =>
        glorotUniform(
          kernelSize * features * filters,
          kernelSize * features,
          kernelSize * filters,
          initialStream(place.key, place.firstWeight),
        ),
    },
    bias: constant(`${place.name}/bias`, filters, 0),
  } satisfies Record<string, Weight>;
}

export function embeddingWeights({ inputDim, outputDim }: EmbeddingLayer, place: WeightPlace) {
  return {
    embeddings: {
      name: `${place.name}/embeddings`,
      shape: [inputDim, outputDim],
      l2: 0,
      drawInitial: () =>
        uniform(inputDim * outputDim, EMBEDDING_LIMIT, initialStream(place.key, place.firstWeight)),
    },
  } satisfies Record<string, Weight>;
}

export function layerNormalizationWeights(features: number, { name }: WeightPlace) {
  return {
    gamma: constant(`${name}/gamma`, features, 1),
    beta: constant(`${name}/beta`, features, 0),
  } satisfies Record<string, Weight>;
}

export interface RecurrentWeights {
  readonly kernel: Weight;
  readonly recurrentKernel: Weight;
  readonly bias: Weight;
  /** Of a GRU with reset after; null for all others. */
  readonly recurrentBias: Weight | null;
}

export function recurrentWeights(
  spec: GruLayer | LstmLayer,
  features: number,
  { name, firstWeight, key }: WeightPlace,
): RecurrentWeights {
  const { units } = spec;
  const columns = (spec.type === 'lstm' ? 4 : 3) * units;
  const bias = constant(`${name}/bias`, columns, 0);
  const hasRecurrentBias = spec.type === 'gru' && spec.resetAfter;
  return {
    kernel: {
      name: `${name}/kernel`,
      shape: [features, columns],
      l2: spec.kernelL2,
      drawInitial: () =>
        glorotUniform(features * columns, features, columns, initialStream(key, firstWeight)),
    },
    recurrentKernel: {
      name: `${name}/recurrentKernel`,
      shape: [units, columns],
      l2: spec.recurrentL2,
      drawInitial: () => orthogonal(units, columns, initialStream(key, firstWeight + 1)),
    },
    // Unit forget bias (Jozefowicz et al. 2015): the second gate of an LSTM.
    bias:
      spec.type === 'lstm' && spec.unitForgetBias
        ? { ...bias, drawInitial: () => new Float32Array(columns).fill(1, units, 2 * units) }
        : bias,
    recurrentBias: hasRecurrentBias ? constant(`${name}/recurrentBias`, columns, 0) : null,
  };
}

function constant(name: string, count: number, value: number): Weight {
  return { name, shape: [count], l2: 0, drawInitial: () => new Float32Array(count).fill(value) };
}
