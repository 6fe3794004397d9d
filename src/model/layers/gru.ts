// gru: gated recurrent unit (Cho et al. 2014), gates z, r, h.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer, NO_INITIALIZERS } from '../keras-form.js';
import { layerRow } from '../layer-row.js';
import { constantWeight, type WeightShape } from '../weight-shape.js';
import {
  recurrentConfig,
  recurrentKeptValues,
  recurrentKernels,
  recurrentMultiplyAdds,
  recurrentOptions,
  recurrentOutputShape,
} from './recurrent.js';

export const GRU_GATES = 3;
const KEPT_ARRAYS = 5;

export const gru = layerRow({
  schema: strictObject({
    type: z.literal('gru'),
    ...recurrentOptions,
    /** false: reset gate before the product with the recurrent kernel (Keras 2 and TensorFlow.js). */
    resetAfter: z.boolean().default(false),
  }),
  outputShape: recurrentOutputShape,
  weights: (layer, input) => {
    const bias = constantWeight(GRU_GATES * layer.units, 0);
    // With resetAfter the input and the recurrent product have a bias each.
    const second: { readonly recurrentBias?: WeightShape } = layer.resetAfter ? { recurrentBias: bias } : {};
    return { ...recurrentKernels(layer, input, GRU_GATES), bias, ...second };
  },
  multiplyAdds: (layer, input) => recurrentMultiplyAdds(layer, input, GRU_GATES),
  keptValues: (layer, input) => recurrentKeptValues(layer, input, KEPT_ARRAYS),
  keras: {
    lacks: (layer) => (layer.resetAfter ? 'GRU with reset after' : null),
    describe: (layer, name) => [
      kerasLayer('GRU', name, {
        ...recurrentConfig(layer),
        reset_after: layer.resetAfter,
        ...NO_INITIALIZERS,
      }),
    ],
  },
});
