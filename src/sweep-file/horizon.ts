// Several steps ahead in one answer: what `window.horizon` may be, and the delays that it stands for. A step is one of the
// window's: step 1 is the row that would be read next.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../schema/fields.js';
import type { ValueOf } from '../schema/wire.js';
import { MAX_STEPS } from '../study/trial/output-errors.js';

const MAX_STEP = 1_000_000;
const stepNumber = () => wholeNumber(1, MAX_STEP);

const isAscending = (steps: readonly number[]): boolean =>
  steps.every((step, place) => place === 0 || step > steps[place - 1]!);
const ascending = { message: 'must ascend, each step once' };

export const horizonSchema = z.union([
  stepNumber(),
  z
    .array(stepNumber())
    .min(2)
    .max(MAX_STEPS)
    .refine(isAscending, ascending)
    .refine((steps) => steps.length > 2 || steps[1]! - steps[0]! < MAX_STEPS, {
      message: `must hold at most ${MAX_STEPS} steps`,
    }),
  strictObject({ steps: z.array(stepNumber()).min(1).max(MAX_STEPS).refine(isAscending, ascending) }),
]);
export type HorizonSection = ValueOf<typeof horizonSchema>;

/** Two numbers are the first and the last of all between them, three and more are listed. */
export function stepsOf(horizon: HorizonSection): readonly number[] {
  if (typeof horizon === 'number') return [horizon];
  if (!('length' in horizon)) return horizon.steps;
  const [first, last] = horizon;
  if (horizon.length > 2 || first === undefined || last === undefined) return horizon;
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

/** Rows from the end of the window to the target of a step, where every `windowStep`-th row is read. */
export function delayOfStep(step: number, windowStep: number): number {
  return (step - 1) * windowStep;
}
