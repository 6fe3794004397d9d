// What forecasting with an exported model takes: `task` in sweep.json. Fields only grow.
import { z } from 'zod';
import { csvFormSchema } from '../../study/dataset-source.js';
import { TARGET_CHANGES, WINDOW_FRAMES } from '../../study/trial/trial.js';

const count = () => z.int().min(1);

export const forecastUseSchema = z.object({
  kind: z.literal('forecast'),
  /** In the order of the model's features. An input is (value − mean) / std; of a `held` column it is 0 always. */
  columns: z
    .array(
      z.object({
        name: z.string(),
        unit: z.string().nullable(),
        mean: z.number(),
        std: z.number(),
        held: z.literal(true).exactOptional(),
      }),
    )
    .min(1),
  /** Name, and place among `columns`; of several targets those of the first. A prediction times its std, plus its mean, is in its unit. */
  target: z.string(),
  targetColumn: z.int().min(0),
  /** Of several columns the places of all of them, `targetColumn` first: outputs are column by column, each in its own unit. */
  targetColumns: z.array(z.int().min(0)).min(2).exactOptional(),
  unit: z.string().nullable(),
  /** In rows: the window before row i reads i − lookback, i − lookback + step, …, i − step, the target is at i + delay. */
  window: z.object({
    lookback: count(),
    step: count(),
    delay: z.int().min(0),
    /** Of several steps, each one's delay, ascending to `delay`; the outputs are in their order. */
    delays: z.array(z.int().min(0)).min(1).exactOptional(),
    normalise: z.enum(WINDOW_FRAMES).exactOptional(),
  }),
  /** Each step has one output for each, to be put into order; absent: one. */
  quantiles: z.array(z.number()).min(1).exactOptional(),
  /** Added to each output once the quantiles of its step are in order; absent: nothing. */
  offsets: z.array(z.number()).exactOptional(),
  /** What is learnt beside the level, and of a seasonal difference the rows from one season to the next. */
  as: z.enum(TARGET_CHANGES).exactOptional(),
  period: count().exactOptional(),
  /** Places of the columns that are read up to the target's row. */
  ahead: z.array(z.int().min(0)).exactOptional(),
  /** What of the columns, the last ones, is made from the time of a row, and by which clock; null: the one of the times as they are written. */
  calendar: z.object({ of: z.array(z.string()).min(1), timeZone: z.string().nullable() }).exactOptional(),
  /**
   * Several series: the column that tells them apart. `own`: of series that are normalised by themselves each one's means and
   * deviations, in the order of `columns`, whose own are 0 and 1 then.
   */
  series: z
    .object({
      /** A column, or several that do together; null: each file of a source is one. */
      column: z.union([z.string(), z.array(z.string()).min(2)]).nullable(),
      own: z
        .array(
          z.object({
            name: z.string(),
            columns: z.array(
              z.object({ mean: z.number(), std: z.number(), held: z.literal(true).exactOptional() }),
            ),
          }),
        )
        .exactOptional(),
    })
    .exactOptional(),
  /** Of a model that is told the series: their names, whose places are the last feature of every time step. */
  seriesInput: z.array(z.string()).min(1).exactOptional(),
  /** Seconds between two rows; null: the series had no time column. */
  stepSeconds: z.number().nullable(),
  /** How its CSV was read. */
  csv: csvFormSchema,
});
export type ForecastUse = z.infer<typeof forecastUseSchema>;
