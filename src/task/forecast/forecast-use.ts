// What forecasting with an exported model takes: `task` in sweep.json. Fields only grow.
import { z } from 'zod';
import { TARGET_CHANGES } from '../../study/trial/trial.js';
import { windowUseSchema } from '../windows/window-use.js';

const count = () => z.int().min(1);

export const forecastUseSchema = z.object({
  kind: z.literal('forecast'),
  ...windowUseSchema.shape,
  /** Place of the target among `columns`. A prediction times its std, plus its mean, is in its unit. */
  targetColumn: z.int().min(0),
  /** Of several columns the places of all of them, `targetColumn` first: outputs are column by column, each in its own unit. */
  targetColumns: z.array(z.int().min(0)).min(2).exactOptional(),
  unit: z.string().nullable(),
  /** In rows: the window before row i reads i − lookback, i − lookback + step, …, i − step, the target is at i + delay. */
  window: windowUseSchema.shape.window.extend({
    delay: z.int().min(0),
    /** Of several steps, each one's delay, ascending to `delay`; the outputs are in their order. */
    delays: z.array(z.int().min(0)).min(1).exactOptional(),
  }),
  /** Each step has one output for each, to be put into order; absent: one. */
  quantiles: z.array(z.number()).min(1).exactOptional(),
  /** Added to each output once the quantiles of its step are in order; absent: nothing. */
  offsets: z.array(z.number()).exactOptional(),
  /** What is learnt beside the level, and of a seasonal difference the rows from one season to the next. */
  as: z.enum(TARGET_CHANGES).exactOptional(),
  period: count().exactOptional(),
});
export type ForecastUse = z.infer<typeof forecastUseSchema>;
