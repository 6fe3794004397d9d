// conv1d: convolution over time (Keras' Conv1D): one dense layer over `kernelSize` time steps, at every step.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { KERAS_ACTIVATIONS, kerasLayer, type LayerConfig, NO_INITIALIZERS } from '../keras-form.js';
import { activation, l2, steps, units } from '../layer-options.js';
import { type LayerOf, layerRow } from '../layer-row.js';
import { featuresOf, laneWidth, type Shape, timestepsOf } from '../layer-shape.js';
import { countWindows, PADDINGS, placeWindows, type SlidingWindow } from '../sliding-window.js';
import { constantWeight, glorotWeight } from '../weight-shape.js';

const schema = strictObject({
  type: z.literal('conv1d'),
  filters: units(),
  /** Time steps that a window takes in. */
  kernelSize: steps(),
  strides: steps().default(1),
  /** Distance between the steps of a window; above 1 only with strides of 1, as in Keras. */
  dilationRate: steps().default(1),
  padding: z.enum(PADDINGS).default('valid'),
  activation: activation().default('linear'),
  kernelL2: l2(),
});
type Conv1dLayer = LayerOf<typeof schema>;

export function convWindow({ kernelSize, strides, dilationRate, padding }: Conv1dLayer): SlidingWindow {
  return { size: kernelSize, strides, dilationRate, padding };
}

/** Windows that fit; 0 or less: none. */
function windowsOf(layer: Conv1dLayer, input: Shape): number {
  return placeWindows(timestepsOf(input), convWindow(layer)).count;
}

export const conv1d = layerRow({
  schema,
  outputShape: (layer, input) => {
    if (layer.strides > 1 && layer.dilationRate > 1)
      return {
        message: `conv1d cannot have strides ${layer.strides} and dilationRate ${layer.dilationRate} at once`,
        hint: 'set one of them to 1',
      };
    const count = countWindows(layer.type, convWindow(layer), input);
    return typeof count === 'number' ? [count, layer.filters] : count;
  },
  weights: (layer, input) => ({
    kernel: glorotWeight([layer.kernelSize, featuresOf(input), layer.filters], layer.kernelL2),
    bias: constantWeight(layer.filters, 0),
  }),
  multiplyAdds: (layer, input) =>
    Math.max(1, windowsOf(layer, input)) * layer.kernelSize * featuresOf(input) * layer.filters,
  keptValues: (layer, input) => 2 * windowsOf(layer, input) * laneWidth(layer.filters),
  keras: {
    describe: (layer, name, input) =>
      layer.padding === 'causal'
        ? [...describeCausalPadding(layer, name, input), describe({ ...layer, padding: 'valid' }, name)]
        : [describe(layer, name)],
  },
});

function describe(layer: Conv1dLayer, name: string): LayerConfig {
  return kerasLayer('Conv1D', name, {
    filters: layer.filters,
    kernel_size: [layer.kernelSize],
    strides: [layer.strides],
    dilation_rate: [layer.dilationRate],
    padding: layer.padding,
    activation: KERAS_ACTIVATIONS[layer.activation],
    use_bias: true,
    ...NO_INITIALIZERS,
  });
}

/** TensorFlow.js pads images alone: the sequence becomes one, `[T, 1, F]`, and back. */
function describeCausalPadding(
  { kernelSize, dilationRate }: Conv1dLayer,
  name: string,
  input: Shape,
): LayerConfig[] {
  const timesteps = timestepsOf(input);
  const features = featuresOf(input);
  const before = (kernelSize - 1) * dilationRate;
  const padding = [
    [before, 0],
    [0, 0],
  ];
  return [
    kerasLayer('Reshape', `${name}_image`, { target_shape: [timesteps, 1, features] }),
    kerasLayer('ZeroPadding2D', `${name}_padding`, { padding, data_format: 'channels_last' }),
    kerasLayer('Reshape', `${name}_sequence`, { target_shape: [timesteps + before, features] }),
  ];
}
