// Convolution over time as one product over the taps side by side. TensorFlow.js' own refuses causal padding and the
// gradient of a dilated one, and its wasm backend has no gradient of the kernel at all.
import type { Conv1dLayer } from '../../../model/layer-spec.js';
import { conv1d, convWindow } from '../../../model/layers/conv1d.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { activate } from './activations.js';
import { multiplyRows } from './multiply-rows.js';
import { takeTaps } from './window-taps.js';

export function createConv1dLayer(
  spec: Conv1dLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, name } = context;
  const { filters, kernelSize, activation } = spec;
  const { features } = input;
  const weights = placeWeights(conv1d.weights(spec, shapeOf(input)), {
    name,
    firstWeight: context.nextWeight,
    key,
  });
  const kernel = context.addWeight(weights.kernel);
  const bias = context.addWeight(weights.bias);
  const window = convWindow(spec);
  return {
    output: { ...shape, maskStride: 8 * panelsOf(filters) },
    forward(x) {
      const taps = tf.concat(takeTaps(tf, x, window, 0), 2);
      const matrix = tf.reshape(kernel, [kernelSize * features, filters]);
      return activate(tf, activation, tf.add(multiplyRows(tf, taps, matrix), bias));
    },
  };
}
