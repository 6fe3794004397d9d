// For repeated seeds: a point whose first seeds lose against the same seeds of the best point so far gets no further ones
// (Optuna's WilcoxonPruner does so over problem instances). Compared are the best losses up to an epoch, pair by pair.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { leastPValue, MOST_PAIRS, signedRankPValue } from '../../statistics/signed-rank.js';
import type { SchedulerContext, SchedulerFault } from '../scheduler.js';
import { rungEpochs } from './asha.js';
import { bestOf } from './best-share.js';
import { IDLE } from './idle.js';
import { createRungScheduler } from './rungs.js';

const schema = strictObject({
  type: z.literal('wilcoxon'),
  grace: wholeNumber(1, 1_000_000).default(1).describe('Epochs before seeds are compared'),
  reduction: wholeNumber(2, 1_000)
    .default(3)
    .describe('They are compared again at so many times as many epochs'),
  pValue: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.1)
    .describe('A point whose seeds are worse with a smaller p-value is given up'),
});

/** Seeds from which on a point can be given up. */
export function seedsNeeded(pValue: number): number {
  let pairs = 1;
  while (leastPValue(pairs) >= pValue) pairs += 1;
  return pairs;
}

export const wilcoxonScheduler = {
  schema,
  summary: 'with `repeats`: no further seeds of a point whose first ones lose against the best point',
  faultOf({ pValue }: z.output<typeof schema>, repeats: number): SchedulerFault | null {
    const needed = seedsNeeded(pValue);
    if (repeats >= needed) return null;
    return {
      message: `compares seeds and would never stop one: a p-value below ${pValue} takes ${needed} of them, and "repeats" is ${repeats}`,
      hint: `set "repeats" to ${needed} or more, or take another scheduler`,
    };
  },
  create({ grace, reduction, pValue }: z.output<typeof schema>, { epochs, repeats }: SchedulerContext) {
    const rungs = rungEpochs(grace, reduction, epochs);
    if (rungs.length === 0) return IDLE;
    /** At each rung: the point at hand, and the best of those all of whose seeds were judged there. */
    const points = rungs.map(() => ({ point: 0, losses: new Map<number, number>() }));
    const best: (Map<number, number> | null)[] = rungs.map(() => null);
    const meanOf = (losses: ReadonlyMap<number, number>): number =>
      [...losses.values()].reduce((sum, loss) => sum + loss, 0) / losses.size;
    return createRungScheduler(rungs, {
      judge(rung, index, losses) {
        const current = points[rung];
        if (current === undefined) return null;
        const point = Math.floor(index / repeats);
        if (current.point !== point) {
          current.point = point;
          current.losses = new Map();
        }
        const repeat = index % repeats;
        current.losses.set(repeat, bestOf(losses));
        const leader = best[rung] ?? null;
        if (leader !== null) {
          const differences = [...current.losses]
            .map(([seed, loss]) => loss - (leader.get(seed) ?? Number.NaN))
            // Infinity minus infinity says nothing; one infinite loss is worse than any other.
            .filter((difference) => !Number.isNaN(difference))
            .slice(0, MOST_PAIRS);
          const p = signedRankPValue(differences);
          if (p < pValue)
            return `at epoch ${rungs[rung]} ${differences.length} of its seeds are worse than those of the best point before it (signed-rank test: p = ${Number(p.toPrecision(3))})`;
        }
        const isWhole = current.losses.size === repeats;
        if (isWhole && (leader === null || meanOf(current.losses) < meanOf(leader)))
          best[rung] = new Map(current.losses);
        return null;
      },
    });
  },
};
