// attention: additive attention over the steps of a sequence (Bahdanau, Cho, Bengio 2015) with a learnt query: each step is
// scored by v·tanh(W·h + b), and the sum of all steps, weighted by the softmax of the scores, leaves as one vector.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import {
  type KerasNode,
  kerasLayer,
  kerasModel,
  kerasModelInput,
  kerasSpelling,
  NO_INITIALIZERS,
} from '../keras-form.js';
import { l2, units } from '../layer-options.js';
import { layerRow } from '../layer-row.js';
import {
  featuresOf,
  isSequence,
  laneWidth,
  needsSequence,
  type Shape,
  sizeOf,
  timestepsOf,
} from '../layer-shape.js';
import { constantWeight, glorotWeight } from '../weight-shape.js';

export const attention = layerRow({
  schema: strictObject({
    type: z.literal('attention'),
    /** Length of W·h + b. */
    units: units(),
    kernelL2: l2(),
  }),
  outputShape: (layer, input) => (isSequence(input) ? [featuresOf(input)] : needsSequence(layer.type, input)),
  weights: (layer, input) => ({
    kernel: glorotWeight([featuresOf(input), layer.units], layer.kernelL2),
    bias: constantWeight(layer.units, 0),
    /** v */
    query: glorotWeight([layer.units, 1], 0),
  }),
  multiplyAdds: (layer, input) => sizeOf(input) * (layer.units + 1) + timestepsOf(input) * layer.units,
  // What is scored and its gradient, weights and scores of the steps, and the sum.
  keptValues: (layer, input) =>
    2 * timestepsOf(input) * (laneWidth(layer.units) + 1) + 2 * laneWidth(featuresOf(input)),
  keras: {
    describe: ({ units }, name, input) => [kerasModel(name, input, describeNodes(units, name, input))],
    weightPath: (weight, name) =>
      weight === 'query' ? `${name}_query/kernel` : `${name}_hidden/${kerasSpelling(weight)}`,
  },
});

function describeNodes(units: number, name: string, input: Shape): KerasNode[] {
  const dense = (own: string, config: object) =>
    kerasLayer('Dense', `${name}_${own}`, { ...config, ...NO_INITIALIZERS });
  const steps = kerasModelInput(name);
  return [
    { layer: dense('hidden', { units, activation: 'tanh', use_bias: true }), from: [steps] },
    { layer: dense('query', { units: 1, activation: 'linear', use_bias: false }), from: [`${name}_hidden`] },
    // TensorFlow.js takes the softmax of the last axis alone.
    { layer: kerasLayer('Flatten', `${name}_scores`), from: [`${name}_query`] },
    {
      layer: kerasLayer('Activation', `${name}_softmax`, { activation: 'softmax' }),
      from: [`${name}_scores`],
    },
    {
      layer: kerasLayer('Reshape', `${name}_weights`, { target_shape: [timestepsOf(input), 1] }),
      from: [`${name}_softmax`],
    },
    {
      layer: kerasLayer('Dot', `${name}_sum`, { axes: 1, normalize: false }),
      from: [`${name}_weights`, steps],
    },
    { layer: kerasLayer('Flatten', `${name}_vector`), from: [`${name}_sum`] },
  ];
}
