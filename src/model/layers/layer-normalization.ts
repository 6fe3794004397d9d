// layerNormalization: mean 0 and variance 1 over the features of each vector or time step, then a scale and an offset each
// (Ba et al. 2016).
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer } from '../keras-form.js';
import { layerRow } from '../layer-row.js';
import { featuresOf, laneSize, laneWidth, sizeOf, timestepsOf } from '../layer-shape.js';
import { constantWeight } from '../weight-shape.js';

export const layerNormalization = layerRow({
  schema: strictObject({
    type: z.literal('layerNormalization'),
    /** Added to the variance. */
    epsilon: z.number().gt(0).max(1).default(1e-3),
  }),
  outputShape: (_layer, input) => input,
  weights: (_layer, input) => ({
    gamma: constantWeight(featuresOf(input), 1),
    beta: constantWeight(featuresOf(input), 0),
  }),
  // The squares of the variance, and the scale.
  multiplyAdds: (_layer, input) => 2 * sizeOf(input),
  keptValues: (_layer, input) => 4 * laneSize(input) + laneWidth(timestepsOf(input)),
  keras: {
    describe: ({ epsilon }, name) => [kerasLayer('LayerNormalization', name, { axis: [-1], epsilon })],
  },
});
