// The scheduler that never stops a trial: each runs all of its epochs.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import type { Scheduler } from '../scheduler.js';

export const noneScheduler = {
  schema: strictObject({ type: z.literal('none') }),
  summary: 'every trial runs all of its epochs',
  create: (): Scheduler => ({ observe: () => [] }),
};
