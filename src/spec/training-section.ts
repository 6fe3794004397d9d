// The window and training sections: their fields, bounds and defaults (those of Keras 2).
import { z } from 'zod';
import type { OptimizerSpec } from '../study/layer-spec.js';
import type { TrainingSpec } from '../study/trial.js';
import { rate, strictObject, wholeNumber } from './fields.js';
import { type Resolved, referencable } from './reference.js';

/** Ten years of ten-minute rows are half a million. */
const MAX_WINDOW_ROWS = 1_000_000;

export const windowSchema = strictObject({
  lookback: referencable(wholeNumber(1, MAX_WINDOW_ROWS)).describe('Rows that a window reaches back'),
  step: referencable(wholeNumber(1, MAX_WINDOW_ROWS))
    .default(1)
    .describe('Every step-th of them is read: must divide lookback'),
  delay: referencable(wholeNumber(0, MAX_WINDOW_ROWS)).describe(
    'Rows from the end of the window to its target',
  ),
});
export type WindowSection = z.output<typeof windowSchema>;

const OPTIMIZER_NAMES = ['rmsprop', 'adam', 'sgd'] as const;
const decay = () => referencable(rate());
const epsilon = () => referencable(z.number().gt(0).max(1)).default(1e-7);
const optimizerFieldsSchema = z.discriminatedUnion('type', [
  strictObject({ type: z.literal('rmsprop'), rho: decay().default(0.9), epsilon: epsilon() }),
  strictObject({
    type: z.literal('adam'),
    beta1: decay().default(0.9),
    beta2: decay().default(0.999),
    epsilon: epsilon(),
  }),
  strictObject({ type: z.literal('sgd'), momentum: decay().default(0) }),
]);

export const trainingSchema = strictObject({
  optimizer: z
    .union([referencable(z.enum(OPTIMIZER_NAMES)), optimizerFieldsSchema])
    .default('rmsprop')
    .describe('A name, or an object with the fields of that optimiser'),
  learningRate: referencable(z.number().gt(0).max(100)).default(0.001),
  loss: referencable(z.enum(['mae', 'mse', 'huber', 'binaryCrossentropy'])).default('mae'),
  clipNorm: referencable(z.number().gt(0).max(1e6))
    .optional()
    .describe('Gradients are scaled down together where their norm is above this'),
  batchSize: referencable(wholeNumber(1, 65_536)).default(128),
  stepsPerEpoch: referencable(wholeNumber(1, 10_000_000).nullable())
    .default(null)
    .describe('null: one pass over all training windows'),
  epochs: referencable(wholeNumber(1, 100_000)).default(20),
  validationStride: referencable(wholeNumber(1, MAX_WINDOW_ROWS))
    .default(1)
    .describe('Every n-th validation window is evaluated'),
});
export type TrainingSection = z.output<typeof trainingSchema>;

/** The training of a trial: the section without references, the optimiser with all of its fields. */
export function readTraining(section: Resolved<TrainingSection>): TrainingSpec {
  return { ...section, optimizer: readOptimizer(section.optimizer) };
}

function readOptimizer(optimizer: Resolved<TrainingSection>['optimizer']): OptimizerSpec {
  if (typeof optimizer === 'object') return optimizer as OptimizerSpec;
  return optimizerFieldsSchema.parse({ type: optimizer }) as OptimizerSpec;
}
