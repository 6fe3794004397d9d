// DLinear (Zeng et al. 2023): a linear map of the window's trend and one of what is left of it, summed. The trend is the moving
// average; at the window's ends it takes in the steps that are there, where the paper repeats the outermost ones.
import { z } from 'zod';
import { steps } from '../../model/layer-options.js';
import type { LayerSpec } from '../../model/layer-spec.js';
import { strictObject } from '../../schema/fields.js';
import { type Resolved, referencable } from '../reference.js';
import { endWith, type ModelTask, refuseTexts } from './model-task.js';

/** That of the paper: a day and an hour of an hourly series. */
const DEFAULT_KERNEL = 25;

export const dlinearSchema = strictObject({
  type: z.literal('dlinear'),
  kernelSize: referencable(steps())
    .default(DEFAULT_KERNEL)
    .describe('Time steps that the moving average takes in'),
});

/**
 * One dense layer over the window beside its trend: S·(x − t) + T·t is S·x + (T − S)·t, so the two heads of the paper are its
 * two halves, and no function is lost or won.
 */
export function expandDlinear(
  { kernelSize }: Resolved<z.output<typeof dlinearSchema>>,
  task: ModelTask,
): readonly LayerSpec[] {
  refuseTexts('dlinear', task);
  const trend = { type: 'averagePooling1d', poolSize: kernelSize, strides: 1, padding: 'same' } as const;
  return [
    { type: 'residual', layers: [trend], merge: 'concat', activation: 'linear' },
    { type: 'flatten' },
    ...endWith(0, task),
  ];
}
