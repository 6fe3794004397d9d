// Additive attention: a dense tanh layer on each step, its product with the query, the softmax over time and the weighted
// sum of the steps (Bahdanau, Cho, Bengio 2015).
import type { AttentionLayer } from '../../../model/layer-spec.js';
import { attention } from '../../../model/layers/attention.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { createDenseLayer } from './dense-layer.js';
import { multiplyRows } from './multiply-rows.js';

export function createAttentionLayer(
  spec: AttentionLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, name } = context;
  const { units, kernelL2 } = spec;
  const { steps, features } = input;
  const place = { name, firstWeight: context.nextWeight, key };
  const weights = placeWeights(attention.weights(spec, shapeOf(input)), place);
  const tanh = { type: 'dense', units, activation: 'tanh', kernelL2 } as const;
  // Its weights are called as this layer's are, and come first.
  const hidden = createDenseLayer(tanh, input, { ...input, features: units }, context);
  const query = context.addWeight(weights.query);
  return {
    output: { ...shape, maskStride: 8 * panelsOf(features) },
    forward(x, at) {
      const scores = tf.reshape(multiplyRows(tf, hidden.forward(x, at), query), [-1, steps]);
      const shares = tf.reshape(tf.softmax(scores), [-1, 1, steps]);
      return tf.reshape(tf.matMul(shares, x), [-1, features]);
    },
  };
}
