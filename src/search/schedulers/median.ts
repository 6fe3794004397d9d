// The median stopping rule (Golovin et al. 2017, "Google Vizier", section 3.2.2): a trial stops at an epoch when its best
// loss so far is worse than the median of the running averages, up to this epoch, of the trials before it.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { SchedulerContext } from '../scheduler.js';
import { IDLE } from './idle.js';
import { forEachKind } from './like-trials.js';
import { createRungScheduler } from './rungs.js';

const schema = strictObject({
  type: z.literal('median'),
  warmup: wholeNumber(0, 1_000_000).default(2).describe('Epochs in which no trial is stopped'),
  minTrials: wholeNumber(1, 1_000_000)
    .default(5)
    .describe('Trials that must have reached an epoch before another is stopped there'),
});

export const medianScheduler = {
  schema,
  summary: 'stops a trial whose best loss is worse than the median of the averages of those before it',
  create({ warmup, minTrials }: z.output<typeof schema>, context: SchedulerContext) {
    const { epochs } = context;
    // A stop at the last epoch would stop nothing.
    const judged = Array.from({ length: Math.max(0, epochs - 1 - warmup) }, (_, place) => warmup + 1 + place);
    if (judged.length === 0) return IDLE;
    /** Running averages of the trials that reached each epoch, ascending. */
    const averagesOf = forEachKind(context, () => judged.map((): number[] => []));
    return createRungScheduler(judged, {
      judge(rung, index, losses) {
        const finite = losses.filter((loss) => loss !== null);
        const others = averagesOf(index)[rung] ?? [];
        const median = others[Math.floor((others.length - 1) / 2)];
        const best = Math.min(...finite);
        const isWorse = others.length >= minTrials && median !== undefined && !(best <= median);
        const seen = others.length;
        if (finite.length > 0) insert(others, finite.reduce((sum, loss) => sum + loss, 0) / finite.length);
        return isWorse
          ? `at epoch ${judged[rung]} its best loss ${show(best)} is above the median ${show(median)} of ${seen} trials before it`
          : null;
      },
    });
  },
};

function insert(sorted: number[], value: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}

function show(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : 'nothing finite';
}
