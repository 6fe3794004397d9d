// Asynchronous successive halving (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning") at the epochs
// grace · η^k. The stopping variant: a trial goes on only among the best 1/η of the trials judged there so far. The promoting
// one: every trial waits there, and goes on as soon as it is among them.
// Bracket s begins s rungs later; points take the brackets in turn.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { Scheduler, SchedulerContext } from '../scheduler.js';
import { BestShare, bestOf, tellVerdict } from './best-share.js';
import { IDLE } from './idle.js';
import { forEachKind, likeTrials } from './like-trials.js';
import { createPromotionScheduler } from './promotion-rungs.js';
import { createRungScheduler } from './rungs.js';

const schema = strictObject({
  type: z.literal('asha'),
  grace: wholeNumber(1, 1_000_000).default(1).describe('Epochs before the first rung judges'),
  reduction: wholeNumber(2, 1_000).default(3).describe('η: one of so many goes on at a rung'),
  brackets: wholeNumber(1, 100)
    .default(1)
    .describe('Points take turns at so many brackets, each of which begins a rung later'),
  variant: z
    .enum(['stop', 'promote'])
    .exactOptional()
    .describe(
      '`stop`: the weak end at a rung; `promote`: all wait there, and the best go on from their checkpoints',
    ),
});

/** Rungs below the last epoch, where a stop would stop nothing. */
export function rungEpochs(grace: number, reduction: number, epochs: number): number[] {
  const rungs: number[] = [];
  for (let epoch = grace; epoch < epochs; epoch *= reduction) rungs.push(epoch);
  return rungs;
}

export const ashaScheduler = {
  schema,
  summary: 'at epochs that grow by a factor, only the best share of the trials so far goes on',
  create(
    { grace, reduction, brackets, variant }: z.output<typeof schema>,
    context: SchedulerContext,
  ): Scheduler {
    const { epochs, repeats, total } = context;
    const rungs = rungEpochs(grace, reduction, epochs);
    if (rungs.length === 0) return IDLE;
    const bracketOf = (index: number): number => Math.floor(index / repeats) % brackets;
    const placeOf = (rung: number, bracket: number): string =>
      `rung ${rung + 1} of ${rungs.length} (epoch ${rungs[rung]}${brackets > 1 ? `, bracket ${bracket}` : ''})`;
    if (variant === 'promote') {
      const { kinds, of: kindOf } = likeTrials(context);
      const ladders = Array.from({ length: brackets * kinds }, (_, ladder) => {
        const bracket = ladder % brackets;
        return {
          epochs: rungs.slice(bracket),
          nameOf: (rung: number) => placeOf(rung + bracket, bracket),
        };
      });
      const ladderOf = (index: number): number => kindOf(index) * brackets + bracketOf(index);
      return createPromotionScheduler({ ladders, ladderOf, total, reduction });
    }
    const sharesOf = forEachKind(context, () =>
      Array.from({ length: brackets }, () => rungs.map(() => new BestShare(1 / reduction))),
    );
    return createRungScheduler(rungs, {
      judge(rung, index, losses) {
        const bracket = bracketOf(index);
        const share = sharesOf(index)[bracket]?.[rung];
        if (rung < bracket || share === undefined) return null;
        const loss = bestOf(losses);
        const verdict = share.judge(loss);
        return verdict.goesOn ? null : tellVerdict(placeOf(rung, bracket), loss, verdict);
      },
    });
  },
};
