// The pools over time: the largest or the mean of each window of steps, or one vector a sample from the whole sequence.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { kerasLayer } from '../keras-form.js';
import { steps } from '../layer-options.js';
import { layerRow, noWeights } from '../layer-row.js';
import { featuresOf, isSequence, laneWidth, needsSequence, timestepsOf } from '../layer-shape.js';
import { countWindows, placeWindows, type SlidingWindow } from '../sliding-window.js';

const windowOptions = {
  /** Time steps that a window takes in. */
  poolSize: steps().default(2),
  /** null: windows follow each other without overlap, as Keras has it. */
  strides: steps().nullable().default(null),
  padding: z.enum(['valid', 'same']).default('valid'),
};
const windowSchema = z.object(windowOptions);

/** The windows of a pool over a sequence of `timesteps`; a pool without windows takes it whole. */
export function poolWindow(layer: object | z.output<typeof windowSchema>, timesteps: number): SlidingWindow {
  if (!('poolSize' in layer))
    return { size: timesteps, strides: timesteps, dilationRate: 1, padding: 'valid' };
  const { poolSize, strides, padding } = layer;
  return { size: poolSize, strides: strides ?? poolSize, dilationRate: 1, padding };
}

function windowPooling<Type extends string>(type: Type, kerasClass: string) {
  return layerRow({
    schema: strictObject({ type: z.literal(type), ...windowOptions }),
    outputShape: (layer, input) => {
      const count = countWindows(type, poolWindow(layer, timestepsOf(input)), input);
      return typeof count === 'number' ? [count, featuresOf(input)] : count;
    },
    weights: noWeights,
    multiplyAdds: () => 0,
    keptValues: (layer, input) => {
      const timesteps = timestepsOf(input);
      return 2 * placeWindows(timesteps, poolWindow(layer, timesteps)).count * laneWidth(featuresOf(input));
    },
    keras: {
      describe: ({ poolSize, strides, padding }, name) => [
        kerasLayer(kerasClass, name, { pool_size: [poolSize], strides: [strides ?? poolSize], padding }),
      ],
    },
  });
}

function globalPooling<Type extends string>(type: Type, kerasClass: string) {
  return layerRow({
    schema: strictObject({ type: z.literal(type) }),
    outputShape: (_layer, input) => (isSequence(input) ? [featuresOf(input)] : needsSequence(type, input)),
    weights: noWeights,
    multiplyAdds: () => 0,
    keptValues: (_layer, input) => 2 * laneWidth(featuresOf(input)),
    keras: { describe: (_layer, name) => [kerasLayer(kerasClass, name)] },
  });
}

export const maxPooling1d = windowPooling('maxPooling1d', 'MaxPooling1D');
export const averagePooling1d = windowPooling('averagePooling1d', 'AveragePooling1D');
export const globalMaxPooling1d = globalPooling('globalMaxPooling1d', 'GlobalMaxPooling1D');
export const globalAveragePooling1d = globalPooling('globalAveragePooling1d', 'GlobalAveragePooling1D');
