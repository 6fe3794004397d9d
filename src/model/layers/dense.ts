// dense: act(x·W + b) on a vector; engines take every time step of a sequence too, as Keras does.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { KERAS_ACTIVATIONS, kerasLayer, NO_INITIALIZERS } from '../keras-form.js';
import { denseActivation, l2, units } from '../layer-options.js';
import { layerRow } from '../layer-row.js';
import { featuresOf, isSequence, laneWidth, sizeOf, timestepsOf, withFeatures } from '../layer-shape.js';
import { constantWeight, glorotWeight } from '../weight-shape.js';

export const dense = layerRow({
  schema: strictObject({
    type: z.literal('dense'),
    units: units(),
    activation: denseActivation().default('linear'),
    kernelL2: l2(),
  }),
  outputShape: (layer, input) => withFeatures(input, layer.units),
  likelyMistake: (_layer, input) =>
    isSequence(input)
      ? {
          message: `dense needs one vector per sample, but gets a sequence of shape [${input.join(', ')}]`,
          hint: 'put {"type": "flatten"} before it, or a recurrent layer with returnSequences false',
        }
      : null,
  weights: (layer, input) => ({
    kernel: glorotWeight([featuresOf(input), layer.units], layer.kernelL2),
    bias: constantWeight(layer.units, 0),
  }),
  multiplyAdds: (layer, input) => sizeOf(input) * layer.units,
  keptValues: (layer, input) => 2 * timestepsOf(input) * laneWidth(layer.units),
  keras: {
    describe: ({ units, activation }, name) => [
      kerasLayer('Dense', name, {
        units,
        activation: KERAS_ACTIVATIONS[activation],
        use_bias: true,
        ...NO_INITIALIZERS,
      }),
    ],
  },
});
