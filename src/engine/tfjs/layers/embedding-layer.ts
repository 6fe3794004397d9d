// Embedding: a vector for each token id; ids are the model's input, `[B, T, 1]`.
import type { EmbeddingLayer } from '../../../model/layer-spec.js';
import { embedding } from '../../../model/layers/embedding.js';
import { type LayerOutput, requireTokenId, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { lookUp } from './look-up.js';

export function createEmbeddingLayer(
  spec: EmbeddingLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, index, name } = context;
  const { inputDim, outputDim } = spec;
  const place = { name, firstWeight: context.nextWeight, key };
  const table = context.addWeight(placeWeights(embedding.weights(spec, shapeOf(input)), place).embeddings);
  const { steps } = input;

  return {
    output: { ...shape, maskStride: 8 * panelsOf(outputDim) },
    forward(x) {
      const values = x.dataSync();
      for (const id of values) requireTokenId(id, inputDim, index);
      return tf.reshape(lookUp(tf, table, Int32Array.from(values)), [-1, steps, outputDim]);
    },
  };
}
