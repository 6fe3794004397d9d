// Layer normalisation over the features of a vector, or of every time step.
import type { LayerNormalizationLayer } from '../../../model/layer-spec.js';
import { layerNormalization } from '../../../model/layers/layer-normalization.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';

export function createLayerNormalizationLayer(
  spec: LayerNormalizationLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, name } = context;
  const place = { name, firstWeight: context.nextWeight, key };
  const weights = placeWeights(layerNormalization.weights(spec, shapeOf(input)), place);
  const gamma = context.addWeight(weights.gamma);
  const beta = context.addWeight(weights.beta);
  return {
    output: { ...shape, maskStride: 8 * panelsOf(shape.features) },
    forward(x) {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      const normalized = tf.div(centred, tf.sqrt(tf.add(variance, spec.epsilon)));
      return tf.add(tf.mul(normalized, gamma), beta);
    },
  };
}
