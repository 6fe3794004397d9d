// embedding: a vector for each token id; ids come as the one feature of the data. Masking is off.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { kerasLayer, ZEROS } from '../keras-form.js';
import { units } from '../layer-options.js';
import { layerRow } from '../layer-row.js';
import { featuresOf, isSequence, laneWidth, timestepsOf } from '../layer-shape.js';

/** Words that an embedding tells apart. */
const MAX_VOCABULARY = 1_000_000;
/** The bound of Keras' "uniform" initialiser. */
const INITIAL_LIMIT = 0.05;

export const embedding = layerRow({
  schema: strictObject({
    type: z.literal('embedding'),
    /** Ids run from 0 to inputDim − 1. */
    inputDim: wholeNumber(1, MAX_VOCABULARY),
    outputDim: units(),
  }),
  takesTokens: true,
  outputShape: (layer, input, index) =>
    index === 0 && isSequence(input) && featuresOf(input) === 1
      ? [timestepsOf(input), layer.outputDim]
      : {
          message:
            index === 0
              ? `embedding takes one token id a time step, but gets shape [${input.join(', ')}]`
              : 'embedding takes token ids, one a time step, straight from the data',
          hint: 'make it the first layer, over data of a single column',
        },
  weights: ({ inputDim, outputDim }) => ({
    embeddings: { shape: [inputDim, outputDim], l2: 0, initial: { kind: 'uniform', limit: INITIAL_LIMIT } },
  }),
  // A copy of a row a step.
  multiplyAdds: (layer, input) => timestepsOf(input) * layer.outputDim,
  keptValues: (layer, input) => 2 * timestepsOf(input) * laneWidth(layer.outputDim),
  keras: {
    describe: ({ inputDim, outputDim }, name) => [
      kerasLayer('Embedding', name, {
        input_dim: inputDim,
        output_dim: outputDim,
        embeddings_initializer: ZEROS,
        mask_zero: false,
      }),
    ],
  },
});
