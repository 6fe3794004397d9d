// bidirectional: two copies of a recurrent layer with weights of their own, one over the sequence and one over its reverse
// (Schuster & Paliwal 1997).
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer, kerasSpelling } from '../keras-form.js';
import { layerRow } from '../layer-row.js';
import { isShape, laneSize, laneWidth, timestepsOf, withFeatures } from '../layer-shape.js';
import { cellSchema, rowOfCell } from './cell.js';

export const MERGES = ['concat', 'sum', 'mul', 'ave'] as const;
export type Merge = (typeof MERGES)[number];

const cellName = (name: string): string => `${name}_cell`;

export const bidirectional = layerRow({
  schema: strictObject({
    type: z.literal('bidirectional'),
    layer: cellSchema,
    /** How the answers of both become one; with returnSequences the second's are put back into the order of time. */
    merge: z.enum(MERGES).default('concat'),
  }),
  outputShape: ({ layer, merge }, input, index) => {
    const output = rowOfCell(layer).outputShape(layer, input, index);
    return isShape(output) && merge === 'concat' ? withFeatures(output, 2 * layer.units) : output;
  },
  weights: ({ layer }, input) => {
    const cell = Object.entries(rowOfCell(layer).weights(layer, input));
    return Object.fromEntries(
      ['forward', 'backward'].flatMap((way) => cell.map(([weight, shape]) => [`${way}/${weight}`, shape])),
    );
  },
  multiplyAdds: ({ layer }, input) => 2 * rowOfCell(layer).multiplyAdds(layer, input),
  // Both directions, a copy of the input turned round, and the merged answer.
  keptValues: ({ layer }, input) =>
    2 * rowOfCell(layer).keptValues(layer, input) +
    3 * laneSize(input) +
    (layer.returnSequences ? 6 * timestepsOf(input) : 2) * laneWidth(layer.units),
  keras: {
    lacks: ({ layer }, index) => rowOfCell(layer).keras.lacks?.(layer, index) ?? null,
    describe: ({ layer, merge }, name, input) => {
      const [cell] = rowOfCell(layer).keras.describe(layer, cellName(name), input);
      return [kerasLayer('Bidirectional', name, { layer: cell, merge_mode: merge })];
    },
    // `forward/recurrentKernel` to `layer_0/forward_layer_0_cell/recurrent_kernel`.
    weightPath: (weight, name) => {
      const [way = '', own = ''] = weight.split('/');
      return `${name}/${way}_${cellName(name)}/${kerasSpelling(own)}`;
    },
  },
});
