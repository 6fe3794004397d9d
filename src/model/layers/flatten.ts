// flatten: all time steps of a sequence as one vector, `[T, F]` to `[T·F]`.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer } from '../keras-form.js';
import { layerRow, noWeights } from '../layer-row.js';
import { laneWidth, sizeOf } from '../layer-shape.js';

export const flatten = layerRow({
  schema: strictObject({ type: z.literal('flatten') }),
  outputShape: (_layer, input) => [sizeOf(input)],
  weights: noWeights,
  multiplyAdds: () => 0,
  keptValues: (_layer, input) => 2 * laneWidth(sizeOf(input)),
  keras: { describe: (_layer, name) => [kerasLayer('Flatten', name)] },
});
