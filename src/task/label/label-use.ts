// What telling classes of windows with an exported model takes: `task` in sweep.json. Fields only grow.
import { z } from 'zod';
import { AT_WINDOW_END } from '../../study/trial/trial.js';
import { windowUseSchema } from '../windows/window-use.js';

export const labelUseSchema = z.object({
  kind: z.literal('label'),
  /** `target` is the column of the labels, which is no feature. */
  ...windowUseSchema.shape,
  /** In rows: the window before row i reads i − lookback, …, i − step, the label is the one of row i + delay; −1: of its end. */
  window: windowUseSchema.shape.window.extend({ delay: z.int().min(AT_WINDOW_END) }),
  /** In the order of the outputs, which are their probabilities; of two there is one output, for the second. */
  classes: z.array(z.string()).min(2),
});
export type LabelUse = z.infer<typeof labelUseSchema>;
