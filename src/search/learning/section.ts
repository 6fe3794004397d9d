// The field that all learning samplers share in the sweep file.
import { wholeNumber } from '../../schema/fields.js';

const DEFAULT_WINDOW = 8;

export const learningFields = {
  window: wholeNumber(1, 10_000)
    .default(DEFAULT_WINDOW)
    .describe(
      'Points open at once: a point is proposed from the results of all but the last `window` − 1 before it, however many workers there are and whichever is quicker. 1: strictly one after another',
    ),
};
