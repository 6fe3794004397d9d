// The vocabulary of a model: a list of layers as plain data, with every default filled in. Names, defaults and formulas are
// those of Keras 2. The types are read off the layer table, and any layer finds its row here.
import type { z } from 'zod';
import type { Immutable } from '../schema/wire.js';
import type { LayerRow, LayerSchema } from './layer-row.js';
import { LAYERS, type LayerType } from './layers/registry.js';
import type { WeightShape, WeightShapes } from './weight-shape.js';

export type LayerSpecOf<Type extends LayerType> = Immutable<z.output<(typeof LAYERS)[Type]['schema']>>;
export type LayerSpec = { [Type in LayerType]: LayerSpecOf<Type> }[LayerType];

export type DenseLayer = LayerSpecOf<'dense'>;
export type FlattenLayer = LayerSpecOf<'flatten'>;
export type DropoutLayer = LayerSpecOf<'dropout'>;
export type GruLayer = LayerSpecOf<'gru'>;
export type LstmLayer = LayerSpecOf<'lstm'>;
export type BidirectionalLayer = LayerSpecOf<'bidirectional'>;
export type Conv1dLayer = LayerSpecOf<'conv1d'>;
export type WindowPoolingLayer = LayerSpecOf<'maxPooling1d' | 'averagePooling1d'>;
export type GlobalPoolingLayer = LayerSpecOf<'globalMaxPooling1d' | 'globalAveragePooling1d'>;
export type PoolingLayer = WindowPoolingLayer | GlobalPoolingLayer;
export type EmbeddingLayer = LayerSpecOf<'embedding'>;
export type LayerNormalizationLayer = LayerSpecOf<'layerNormalization'>;
export type PersistenceLayer = LayerSpecOf<'persistence'>;
export type ResidualLayer = LayerSpecOf<'residual'>;
export type AttentionLayer = LayerSpecOf<'attention'>;
export type LastStepLayer = LayerSpecOf<'lastStep'>;

/** The row of `layer`, for callers who have any layer and want its row to accept it. */
export function rowOf(layer: LayerSpec): LayerRow<LayerSchema, WeightShapes> {
  return LAYERS[layer.type] as unknown as LayerRow<LayerSchema, WeightShapes>;
}

/** False for layers that only move, choose or drop values: a model of these alone is evaluated, not trained. */
export function hasWeights(layer: LayerSpec): boolean {
  return weightsOf(layer).length > 0;
}

/** Whether some of its weights add an L2 penalty to the loss. */
export function hasPenalty(layer: LayerSpec): boolean {
  return weightsOf(layer).some(({ l2 }) => l2 > 0);
}

/** Over an input of any shape: which weights a layer has does not depend on it. */
function weightsOf(layer: LayerSpec): readonly WeightShape[] {
  return Object.values(rowOf(layer).weights(layer, [1, 1]));
}
