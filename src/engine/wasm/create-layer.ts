// From a layer's spec to its implementation on the wasm engine: one line a layer type.
import type { LayerSpec } from '../../model/layer-spec.js';
import { requireInput } from '../layer-inputs.js';
import type { LayerContext, TileTensor, WasmLayer } from './layer.js';
import { createBidirectionalLayer } from './layers/bidirectional-layer.js';
import { createConv1dLayer } from './layers/conv1d-layer.js';
import { createDenseLayer } from './layers/dense-layer.js';
import { createDropoutLayer } from './layers/dropout-layer.js';
import { createEmbeddingLayer } from './layers/embedding-layer.js';
import { createFlattenLayer } from './layers/flatten-layer.js';
import { createLayerNormalizationLayer } from './layers/layer-normalization-layer.js';
import { createPersistenceLayer } from './layers/persistence-layer.js';
import { createPoolingLayer } from './layers/pooling-layer.js';
import { createRecurrentLayer } from './layers/recurrent-layer.js';

export function createLayer(spec: LayerSpec, input: TileTensor, context: LayerContext): WasmLayer {
  requireInput(spec, input, context.index);
  switch (spec.type) {
    case 'dense':
      return createDenseLayer(spec, input, context);
    case 'flatten':
      return createFlattenLayer(input, context);
    case 'dropout':
      return createDropoutLayer(spec, input, context);
    case 'gru':
    case 'lstm':
      return createRecurrentLayer(spec, input, context);
    case 'bidirectional':
      return createBidirectionalLayer(spec, input, context);
    case 'conv1d':
      return createConv1dLayer(spec, input, context);
    case 'layerNormalization':
      return createLayerNormalizationLayer(spec, input, context);
    case 'embedding':
      return createEmbeddingLayer(spec, input, context);
    case 'maxPooling1d':
    case 'averagePooling1d':
    case 'globalMaxPooling1d':
    case 'globalAveragePooling1d':
      return createPoolingLayer(spec, input, context);
    case 'persistence':
      return createPersistenceLayer(spec, input, context);
  }
}
