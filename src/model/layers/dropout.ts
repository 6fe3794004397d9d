// dropout: while training, a share of values is 0 and the others are scaled by 1/(1 − rate).
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer } from '../keras-form.js';
import { droppedShare } from '../layer-options.js';
import { layerRow, noWeights } from '../layer-row.js';
import { laneSize } from '../layer-shape.js';

export const dropout = layerRow({
  schema: strictObject({ type: z.literal('dropout'), rate: droppedShare() }),
  outputShape: (_layer, input) => input,
  weights: noWeights,
  multiplyAdds: () => 0,
  keptValues: (_layer, input) => 3 * laneSize(input),
  keras: { describe: ({ rate }, name) => [kerasLayer('Dropout', name, { rate })] },
});
