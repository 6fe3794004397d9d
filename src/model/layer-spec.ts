// The vocabulary of a model: a list of layers as plain data, with every default filled in.
// Names, defaults and formulas are those of Keras 2. The spec room parses to these types; engines build from them.

import type { Padding, SlidingWindow } from './sliding-window.js';

export type Activation = 'linear' | 'relu' | 'tanh' | 'sigmoid' | 'hardSigmoid';
export type CellActivation = 'tanh' | 'relu';
export type RecurrentActivation = 'hardSigmoid' | 'sigmoid';

export interface DenseLayer {
  readonly type: 'dense';
  readonly units: number;
  readonly activation: Activation;
  /** L2 penalty on the kernel, 0 for none. */
  readonly kernelL2: number;
}

export interface FlattenLayer {
  readonly type: 'flatten';
}

export interface DropoutLayer {
  readonly type: 'dropout';
  /** Share of values set to zero while training, in [0, 1). */
  readonly rate: number;
}

interface RecurrentLayer {
  readonly units: number;
  readonly activation: CellActivation;
  readonly recurrentActivation: RecurrentActivation;
  /** Share of inputs dropped, one mask per gate and sequence, held over all time steps; in [0, 1). */
  readonly dropout: number;
  /** The same for the state (Gal & Ghahramani 2016). */
  readonly recurrentDropout: number;
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
  readonly kernelL2: number;
  readonly recurrentL2: number;
}

export interface GruLayer extends RecurrentLayer {
  readonly type: 'gru';
  /** false: reset gate before the product with the recurrent kernel (Keras 2 and TensorFlow.js). */
  readonly resetAfter: boolean;
}

export interface LstmLayer extends RecurrentLayer {
  readonly type: 'lstm';
  readonly unitForgetBias: boolean;
}

export type Merge = 'concat' | 'sum' | 'mul' | 'ave';

/** Two copies of a recurrent layer with weights of their own, one over the sequence and one over its reverse. */
export interface BidirectionalLayer {
  readonly type: 'bidirectional';
  readonly layer: GruLayer | LstmLayer;
  /** How the answers of both become one; with returnSequences the second's are put back into the order of time. */
  readonly merge: Merge;
}

/** Convolution over time (Keras' Conv1D): one dense layer over `kernelSize` time steps, at every step. */
export interface Conv1dLayer {
  readonly type: 'conv1d';
  readonly filters: number;
  /** Time steps that a window takes in. */
  readonly kernelSize: number;
  readonly strides: number;
  /** Distance between the steps of a window; above 1 only with strides of 1, as in Keras. */
  readonly dilationRate: number;
  readonly padding: Padding;
  readonly activation: Activation;
  readonly kernelL2: number;
}

export function convWindow({ kernelSize, strides, dilationRate, padding }: Conv1dLayer): SlidingWindow {
  return { size: kernelSize, strides, dilationRate, padding };
}

export interface WindowPoolingLayer {
  readonly type: 'maxPooling1d' | 'averagePooling1d';
  /** Time steps that a window takes in. */
  readonly poolSize: number;
  /** null: windows follow each other without overlap, as Keras has it. */
  readonly strides: number | null;
  readonly padding: 'valid' | 'same';
}

/** One vector a sample from the whole sequence. */
export interface GlobalPoolingLayer {
  readonly type: 'globalMaxPooling1d' | 'globalAveragePooling1d';
}

export type PoolingLayer = WindowPoolingLayer | GlobalPoolingLayer;

/** The windows of a pool over a sequence of `steps`. */
export function poolWindow(layer: PoolingLayer, steps: number): SlidingWindow {
  if (!('poolSize' in layer)) return { size: steps, strides: steps, dilationRate: 1, padding: 'valid' };
  const { poolSize, strides, padding } = layer;
  return { size: poolSize, strides: strides ?? poolSize, dilationRate: 1, padding };
}

/** A vector for each token id; ids come as the one feature of the data. Masking is off. */
export interface EmbeddingLayer {
  readonly type: 'embedding';
  /** Ids run from 0 to inputDim − 1. */
  readonly inputDim: number;
  readonly outputDim: number;
}

/** Mean 0 and variance 1 over the features of each vector or time step, then a scale and an offset each. */
export interface LayerNormalizationLayer {
  readonly type: 'layerNormalization';
  /** Added to the variance. */
  readonly epsilon: number;
}

/** Naive persistence as a model: what the window's last time step has in `column`. It has nothing to learn. */
export interface PersistenceLayer {
  readonly type: 'persistence';
  /** 0-based feature of the input sequence. */
  readonly column: number;
}

export type LayerSpec =
  | DenseLayer
  | FlattenLayer
  | DropoutLayer
  | GruLayer
  | LstmLayer
  | BidirectionalLayer
  | Conv1dLayer
  | EmbeddingLayer
  | LayerNormalizationLayer
  | WindowPoolingLayer
  | GlobalPoolingLayer
  | PersistenceLayer;
export type LayerType = LayerSpec['type'];

/** False for layers that only move, choose or drop values: a model of these alone is evaluated, not trained. */
export function hasWeights(layer: LayerSpec): boolean {
  switch (layer.type) {
    case 'flatten':
    case 'dropout':
    case 'maxPooling1d':
    case 'averagePooling1d':
    case 'globalMaxPooling1d':
    case 'globalAveragePooling1d':
    case 'persistence':
      return false;
    case 'dense':
    case 'gru':
    case 'lstm':
    case 'bidirectional':
    case 'conv1d':
    case 'embedding':
    case 'layerNormalization':
      return true;
  }
}

/** binaryCrossentropy takes a probability: the last layer is a sigmoid. */
export type Loss = 'mae' | 'mse' | 'huber' | 'binaryCrossentropy';

export type OptimizerSpec =
  | { readonly type: 'sgd'; readonly momentum: number }
  | { readonly type: 'rmsprop'; readonly rho: number; readonly epsilon: number }
  | { readonly type: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number };
