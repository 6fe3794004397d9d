// From a layer's spec to its class on the wasm engine: one line a layer type; a type of the layer table that is missing here
// does not compile.
import type { LayerSpec, LayerSpecOf } from '../../model/layer-spec.js';
import type { LayerType } from '../../model/layers/registry.js';
import { type LayerOutput, outputOf } from '../layer-inputs.js';
import type { LayerContext, TileTensor, WasmLayer } from './layer.js';
import { createAttentionLayer } from './layers/attention-layer.js';
import { createBidirectionalLayer } from './layers/bidirectional-layer.js';
import { createConv1dLayer } from './layers/conv1d-layer.js';
import { createDenseLayer } from './layers/dense-layer.js';
import { createDropoutLayer } from './layers/dropout-layer.js';
import { createEmbeddingLayer } from './layers/embedding-layer.js';
import { createFlattenLayer } from './layers/flatten-layer.js';
import { createLastStepLayer } from './layers/last-step-layer.js';
import { createLayerNormalizationLayer } from './layers/layer-normalization-layer.js';
import { createPersistenceLayer } from './layers/persistence-layer.js';
import { createPoolingLayer } from './layers/pooling-layer.js';
import { createRecurrentLayer } from './layers/recurrent-layer.js';
import { createResidualLayer } from './layers/residual-layer.js';
import { createSeriesEmbeddingLayer } from './layers/series-embedding-layer.js';

/** `shape` is what the layer table says leaves the layer. */
type CreateLayer<Spec> = (
  spec: Spec,
  input: TileTensor,
  shape: LayerOutput,
  context: LayerContext,
) => WasmLayer;

const CREATE: { readonly [Type in LayerType]: CreateLayer<LayerSpecOf<Type>> } = {
  dense: createDenseLayer,
  flatten: createFlattenLayer,
  dropout: createDropoutLayer,
  gru: createRecurrentLayer,
  lstm: createRecurrentLayer,
  bidirectional: createBidirectionalLayer,
  conv1d: createConv1dLayer,
  maxPooling1d: createPoolingLayer,
  averagePooling1d: createPoolingLayer,
  globalMaxPooling1d: createPoolingLayer,
  globalAveragePooling1d: createPoolingLayer,
  embedding: createEmbeddingLayer,
  layerNormalization: createLayerNormalizationLayer,
  persistence: createPersistenceLayer,
  residual: (spec, input, shape, context) => createResidualLayer(spec, input, shape, context, createLayer),
  attention: createAttentionLayer,
  lastStep: createLastStepLayer,
  seriesEmbedding: createSeriesEmbeddingLayer,
};

/** Throws MODEL_SHAPE. */
export function createLayer(spec: LayerSpec, input: TileTensor, context: LayerContext): WasmLayer {
  const create = CREATE[spec.type] as CreateLayer<LayerSpec>;
  return create(spec, input, outputOf(spec, input, context.index), context);
}
