// persistence: naive persistence as a model: what the window's last time step has in `column`. It has nothing to learn.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { kerasLayer, NO_INITIALIZERS } from '../keras-form.js';
import { layerRow, noWeights } from '../layer-row.js';
import { featuresOf, isSequence, sizeOf } from '../layer-shape.js';

/** Columns of a prepared dataset. */
const MAX_COLUMN = 4095;

export const persistence = layerRow({
  schema: strictObject({
    type: z.literal('persistence'),
    column: wholeNumber(0, MAX_COLUMN).describe('Counted from 0, in the order of the data'),
  }),
  outputShape: (layer, input) =>
    isSequence(input) && layer.column < featuresOf(input)
      ? [1]
      : {
          message: `persistence takes column ${layer.column} of a sequence, but gets shape [${input.join(', ')}]`,
          hint: 'make it the first layer, with a column that the data have: the first is 0',
        },
  weights: noWeights,
  multiplyAdds: () => 0,
  keptValues: () => 2,
  // A dense layer there, over the whole window, with a 1 where the last time step has the column.
  keras: {
    lacks: (_layer, index) => (index === 0 ? null : 'layer that passes on one column of another layer'),
    describe: (_layer, name) => [
      kerasLayer('Flatten', `${name}_window`),
      kerasLayer('Dense', name, { units: 1, activation: 'linear', use_bias: true, ...NO_INITIALIZERS }),
    ],
    fixedWeights: ({ column }, input) => {
      const kernel = new Float32Array(sizeOf(input));
      kernel[sizeOf(input) - featuresOf(input) + column] = 1;
      return [
        { name: 'kernel', shape: [kernel.length, 1], values: kernel },
        { name: 'bias', shape: [1], values: new Float32Array(1) },
      ];
    },
  },
});
