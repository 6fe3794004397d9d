// Series embedding: the values of a time step, and beside them the vector of the series, whose place is the last feature of
// the input, `[B, T, F + 1]`.
import type { LayerSpecOf } from '../../../model/layer-spec.js';
import { seriesEmbedding } from '../../../model/layers/series-embedding.js';
import { type LayerOutput, requireTokenId, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { lookUp } from './look-up.js';

export function createSeriesEmbeddingLayer(
  spec: LayerSpecOf<'seriesEmbedding'>,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, index, name } = context;
  const { inputDim, outputDim } = spec;
  const place = { name, firstWeight: context.nextWeight, key };
  const weights = placeWeights(seriesEmbedding.weights(spec, shapeOf(input)), place);
  const table = context.addWeight(weights.embeddings);
  const { steps, features } = input;
  const columns = features - 1;

  return {
    output: { ...shape, maskStride: 8 * panelsOf(shape.features) },
    forward(x) {
      const places = tf.slice(x, [0, 0, columns], [-1, -1, 1]).dataSync();
      for (const series of places) requireTokenId(series, inputDim, index);
      const vectors = tf.reshape(lookUp(tf, table, Int32Array.from(places)), [-1, steps, outputDim]);
      return tf.concat([tf.slice(x, [0, 0, 0], [-1, -1, columns]), vectors], 2);
    },
  };
}
