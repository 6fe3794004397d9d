// seriesEmbedding: a vector for each of several series, beside the values of every time step. Which series a window is of
// comes as the last feature of the data. It is put before a model's own layers where the dataset section asks for it.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { type KerasNode, kerasLayer, kerasModel, kerasModelInput, ZEROS } from '../keras-form.js';
import { units } from '../layer-options.js';
import { layerRow } from '../layer-row.js';
import { featuresOf, isSequence, laneWidth, type Shape, timestepsOf } from '../layer-shape.js';

/** More than series are learnt from together. */
const MAX_SERIES = 4_096;
/** The bound of Keras' "uniform" initialiser. */
const INITIAL_LIMIT = 0.05;

export const seriesEmbedding = layerRow({
  schema: strictObject({
    type: z.literal('seriesEmbedding'),
    /** How many series there are: places run from 0 to inputDim − 1. */
    inputDim: wholeNumber(1, MAX_SERIES),
    outputDim: units(),
  }),
  outputShape: (layer, input, index) =>
    index === 0 && isSequence(input) && featuresOf(input) > 1
      ? [timestepsOf(input), featuresOf(input) - 1 + layer.outputDim]
      : {
          message: `seriesEmbedding takes values and the place of a series, straight from the data, but gets shape [${input.join(', ')}]`,
          hint: 'remove it: "series": {"column": "store", "embedding": 4} of the dataset puts it before all layers',
        },
  weights: ({ inputDim, outputDim }) => ({
    embeddings: { shape: [inputDim, outputDim], l2: 0, initial: { kind: 'uniform', limit: INITIAL_LIMIT } },
  }),
  // A copy of a row a step.
  multiplyAdds: (layer, input) => timestepsOf(input) * (featuresOf(input) - 1 + layer.outputDim),
  keptValues: (layer, input) => 2 * timestepsOf(input) * laneWidth(featuresOf(input) - 1 + layer.outputDim),
  keras: {
    describe: ({ inputDim, outputDim }, name, input) => [
      kerasModel(name, input, describeNodes(inputDim, outputDim, name, input)),
    ],
    weightPath: (weight, name) => `${name}_table/${weight}`,
  },
});

/** Keras has no layer that takes columns apart: an image of one channel is cropped. */
function describeNodes(inputDim: number, outputDim: number, name: string, input: Shape): KerasNode[] {
  const start = kerasModelInput(name);
  const [steps, columns] = [timestepsOf(input), featuresOf(input) - 1];
  const layer = (className: string, own: string, config: object, ...from: string[]): KerasNode => ({
    layer: kerasLayer(className, `${name}_${own}`, { ...config }),
    from: from.map((one) => (one === start ? one : `${name}_${one}`)),
  });
  const crop = (left: number, right: number) => ({
    cropping: [
      [0, 0],
      [left, right],
    ],
    data_format: 'channels_last',
  });
  return [
    layer('Reshape', 'image', { target_shape: [steps, columns + 1, 1] }, start),
    layer('Cropping2D', 'left', crop(0, 1), 'image'),
    layer('Reshape', 'columns', { target_shape: [steps, columns] }, 'left'),
    layer('Cropping2D', 'right', crop(columns, 0), 'image'),
    layer('Reshape', 'series', { target_shape: [steps] }, 'right'),
    layer(
      'Embedding',
      'table',
      { input_dim: inputDim, output_dim: outputDim, embeddings_initializer: ZEROS, mask_zero: false },
      'series',
    ),
    layer('Concatenate', 'beside', { axis: -1 }, 'columns', 'table'),
  ];
}
