// lastStep: the newest time step of a sequence, `[T, F]` to `[F]`: where a causal convolution has seen all of the window.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer } from '../keras-form.js';
import { layerRow, noWeights } from '../layer-row.js';
import { featuresOf, isSequence, laneWidth, needsSequence, timestepsOf } from '../layer-shape.js';

export const lastStep = layerRow({
  schema: strictObject({ type: z.literal('lastStep') }),
  outputShape: (layer, input) => (isSequence(input) ? [featuresOf(input)] : needsSequence(layer.type, input)),
  weights: noWeights,
  multiplyAdds: () => 0,
  keptValues: (_layer, input) => laneWidth(featuresOf(input)),
  keras: {
    // TensorFlow.js crops images alone: the sequence becomes one, `[T, 1, F]`.
    describe: (_layer, name, input) => [
      kerasLayer('Reshape', `${name}_image`, { target_shape: [timestepsOf(input), 1, featuresOf(input)] }),
      kerasLayer('Cropping2D', `${name}_cropped`, {
        cropping: [
          [timestepsOf(input) - 1, 0],
          [0, 0],
        ],
        data_format: 'channels_last',
      }),
      kerasLayer('Flatten', name),
    ],
  },
});
