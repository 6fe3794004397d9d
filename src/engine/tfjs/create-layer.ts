// From a layer's spec to its implementation on TensorFlow.js: one line a layer type.
import type { LayerSpec } from '../../model/layer-spec.js';
import { requireInput } from '../layer-inputs.js';
import { createBidirectionalLayer } from './bidirectional-layer.js';
import { createConv1dLayer } from './conv1d-layer.js';
import { createDenseLayer } from './dense-layer.js';
import { createDropoutLayer } from './dropout-layer.js';
import { createEmbeddingLayer } from './embedding-layer.js';
import { createFlattenLayer } from './flatten-layer.js';
import type { LayerContext, LayerShape, TfjsLayer } from './layer.js';
import { createLayerNormalizationLayer } from './layer-normalization-layer.js';
import { createPersistenceLayer } from './persistence-layer.js';
import { createPoolingLayer } from './pooling-layer.js';
import { createRecurrentLayer } from './recurrent-layer.js';

export function createLayer(spec: LayerSpec, input: LayerShape, context: LayerContext): TfjsLayer {
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
