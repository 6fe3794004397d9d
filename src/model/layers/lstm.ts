// lstm: long short-term memory (Hochreiter & Schmidhuber 1997), gates i, f, c, o.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer, NO_INITIALIZERS } from '../keras-form.js';
import { layerRow } from '../layer-row.js';
import { constantWeight } from '../weight-shape.js';
import {
  recurrentConfig,
  recurrentKeptValues,
  recurrentKernels,
  recurrentMultiplyAdds,
  recurrentOptions,
  recurrentOutputShape,
} from './recurrent.js';

export const LSTM_GATES = 4;
const KEPT_ARRAYS = 7;

export const lstm = layerRow({
  schema: strictObject({
    type: z.literal('lstm'),
    ...recurrentOptions,
    unitForgetBias: z.boolean().default(true),
  }),
  outputShape: recurrentOutputShape,
  weights: (layer, input) => {
    const bias = constantWeight(LSTM_GATES * layer.units, 0);
    return {
      ...recurrentKernels(layer, input, LSTM_GATES),
      bias: layer.unitForgetBias ? { ...bias, initial: { kind: 'unitForgetBias' } } : bias,
    };
  },
  multiplyAdds: (layer, input) => recurrentMultiplyAdds(layer, input, LSTM_GATES),
  keptValues: (layer, input) => recurrentKeptValues(layer, input, KEPT_ARRAYS),
  keras: {
    describe: (layer, name) => [
      kerasLayer('LSTM', name, { ...recurrentConfig(layer), unit_forget_bias: false, ...NO_INITIALIZERS }),
    ],
  },
});
