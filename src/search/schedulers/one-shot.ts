// One rung: all trials run some epochs, and the best share of those so far finishes. The plain rule that is hard to beat
// (Bohdal et al. 2023, arXiv 2307.15422; Egele et al. 2024, arXiv 2404.04111).
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { SchedulerContext } from '../scheduler.js';
import { BestShare, bestOf, tellVerdict } from './best-share.js';
import { IDLE } from './idle.js';
import { forEachKind } from './like-trials.js';
import { createRungScheduler } from './rungs.js';

const schema = strictObject({
  type: z.literal('one-shot'),
  epochs: wholeNumber(1, 1_000_000).default(1).describe('Epochs that every trial runs'),
  share: z.number().gt(0).max(1).default(0.1).describe('Share of the trials that finishes'),
});

export const oneShotScheduler = {
  schema,
  summary: 'every trial runs some epochs, the best share of those so far finishes',
  create({ epochs: first, share }: z.output<typeof schema>, context: SchedulerContext) {
    const { epochs } = context;
    if (first >= epochs) return IDLE;
    const bestOfKind = forEachKind(context, () => new BestShare(share));
    return createRungScheduler([first], {
      judge(_rung, index, losses) {
        const loss = bestOf(losses);
        const verdict = bestOfKind(index).judge(loss);
        return verdict.goesOn ? null : tellVerdict(`the only rung (epoch ${first})`, loss, verdict);
      },
    });
  },
};
