// Layer normalisation over the features of a vector, or of every time step.
import type { LayerNormalizationLayer } from '../../../model/layer-spec.js';
import { layerNormalizationWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';

export function createLayerNormalizationLayer(
  { epsilon }: LayerNormalizationLayer,
  input: LayerShape,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, index } = context;
  const { features } = input;
  const place = { name: `${index}.layerNormalization`, firstWeight: context.nextWeight, key };
  const weights = layerNormalizationWeights(features, place);
  const gamma = context.addWeight(weights.gamma);
  const beta = context.addWeight(weights.beta);
  return {
    output: { ...input, maskStride: 8 * panelsOf(features) },
    forward(x) {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      const normalized = tf.div(centred, tf.sqrt(tf.add(variance, epsilon)));
      return tf.add(tf.mul(normalized, gamma), beta);
    },
  };
}
