// What using a model of windows over the rows of a table takes, whatever it answers: fields of `task` in sweep.json.
import { z } from 'zod';
import { csvFormSchema } from '../../study/dataset-source.js';
import { WINDOW_FRAMES } from '../../study/trial/trial.js';

const count = () => z.int().min(1);

export const windowUseSchema = z.object({
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
  /** Of several targets the first. */
  target: z.string(),
  /** In rows: the window before row i reads i − lookback, i − lookback + step, …, i − step, the target is at i + delay. */
  window: z.object({
    lookback: count(),
    step: count(),
    delay: z.int(),
    normalise: z.enum(WINDOW_FRAMES).exactOptional(),
  }),
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
export type WindowUse = z.infer<typeof windowUseSchema>;
