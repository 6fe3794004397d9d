// The table of optimisers: options and defaults of Keras 2, and what each keeps for every weight. Formulas: the engines.
import { z } from 'zod';
import { rate, strictObject } from '../schema/fields.js';

const epsilon = () => z.number().gt(0).max(1).default(1e-7);

export const OPTIMIZERS = {
  rmsprop: {
    schema: strictObject({ type: z.literal('rmsprop'), rho: rate().default(0.9), epsilon: epsilon() }),
    slots: ['meanSquare'],
  },
  adam: {
    schema: strictObject({
      type: z.literal('adam'),
      beta1: rate().default(0.9),
      beta2: rate().default(0.999),
      epsilon: epsilon(),
    }),
    slots: ['firstMoment', 'secondMoment'],
  },
  sgd: {
    schema: strictObject({ type: z.literal('sgd'), momentum: rate().default(0) }),
    slots: ['velocity'],
  },
} as const;

export type OptimizerType = keyof typeof OPTIMIZERS;
export type OptimizerSpecOf<Type extends OptimizerType> = Readonly<
  z.output<(typeof OPTIMIZERS)[Type]['schema']>
>;
export type OptimizerSpec = { [Type in OptimizerType]: OptimizerSpecOf<Type> }[OptimizerType];

export const OPTIMIZER_TYPES = Object.keys(OPTIMIZERS) as OptimizerType[];

export const optimizerSchema = z.discriminatedUnion('type', [
  OPTIMIZERS.rmsprop.schema,
  OPTIMIZERS.adam.schema,
  OPTIMIZERS.sgd.schema,
]);

/** Names of the slots, in the order in which checkpoints have them. */
export function slotsOf({ type }: Pick<OptimizerSpec, 'type'>): readonly string[] {
  return OPTIMIZERS[type].slots;
}
