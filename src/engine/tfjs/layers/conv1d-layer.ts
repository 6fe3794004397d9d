// Convolution over time as one product over the taps side by side. TensorFlow.js' own refuses causal padding and the
// gradient of a dilated one, and its wasm backend has no gradient of the kernel at all.
import { type Conv1dLayer, convWindow } from '../../../model/layer-spec.js';
import { placeWindows } from '../../../model/sliding-window.js';
import { conv1dWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { activate } from './activations.js';
import { multiplyRows } from './dense-layer.js';
import { takeTaps } from './window-taps.js';

export function createConv1dLayer(spec: Conv1dLayer, input: LayerShape, context: LayerContext): TfjsLayer {
  const { tf, key, index } = context;
  const { filters, kernelSize, activation } = spec;
  const { features, steps } = input;
  const weights = conv1dWeights(spec, features, {
    name: `${index}.conv1d`,
    firstWeight: context.nextWeight,
    key,
  });
  const kernel = context.addWeight(weights.kernel);
  const bias = context.addWeight(weights.bias);
  const window = convWindow(spec);
  return {
    output: {
      steps: placeWindows(steps, window).count,
      isSequence: true,
      features: filters,
      maskStride: 8 * panelsOf(filters),
    },
    forward(x) {
      const taps = tf.concat(takeTaps(tf, x, window, 0), 2);
      const matrix = tf.reshape(kernel, [kernelSize * features, filters]);
      return activate(tf, activation, tf.add(multiplyRows(tf, taps, matrix), bias));
    },
  };
}
