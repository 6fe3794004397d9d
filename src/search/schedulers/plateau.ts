// Stops what stands still: a trial whose loss has not fallen for some epochs, unless it is the best of those before it at
// this epoch. A stopped trial ranks below the complete ones, so the best may stand still to its end.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { SchedulerContext } from '../scheduler.js';
import { bestOf, tellLoss } from './best-share.js';
import { IDLE } from './idle.js';
import { forEachKind } from './like-trials.js';
import { createRungScheduler } from './rungs.js';

const schema = strictObject({
  type: z.literal('plateau'),
  patience: wholeNumber(1, 1_000_000).default(3).describe('Epochs in which the loss must fall once'),
  minDelta: z.number().min(0).default(0).describe('A fall that is no larger than this is none'),
});

export const plateauScheduler = {
  schema,
  summary: 'stops a trial whose loss has not fallen for some epochs, unless it is the best so far',
  create({ patience, minDelta }: z.output<typeof schema>, context: SchedulerContext) {
    const { epochs } = context;
    // A stop at the last epoch would stop nothing.
    const judged = Array.from({ length: Math.max(0, epochs - 1 - patience) }, (_, place) => {
      return patience + 1 + place;
    });
    if (judged.length === 0) return IDLE;
    /** Best losses of those that reached each epoch. */
    const leastOf = forEachKind(context, () => judged.map(() => Number.POSITIVE_INFINITY));
    return createRungScheduler(judged, {
      judge(rung, index, losses) {
        const before = bestOf(losses.slice(0, -patience));
        const best = bestOf(losses);
        const least = leastOf(index);
        const others = least[rung] ?? Number.POSITIVE_INFINITY;
        least[rung] = Math.min(others, best);
        const isStill = !(before - best > minDelta);
        if (!isStill || best <= others) return null;
        return `at epoch ${judged[rung]} its best loss ${tellLoss(best)} has not fallen${minDelta === 0 ? '' : ` by more than ${minDelta}`} in ${patience} epochs, and one before it had ${tellLoss(others)}`;
      },
    });
  },
};
