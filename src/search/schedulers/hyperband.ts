// Hyperband (Li et al. 2018, table 1): brackets from the most trials with the least epochs each to few trials that all run
// to the end, one after the other and then again. Within a bracket a trial is judged among those before it, as in ASHA, so
// that nobody waits for the rest of the bracket.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { SchedulerContext } from '../scheduler.js';
import { BestShare, bestOf, tellVerdict } from './best-share.js';
import { IDLE } from './idle.js';
import { forEachKind } from './like-trials.js';
import { createRungScheduler } from './rungs.js';

const schema = strictObject({
  type: z.literal('hyperband'),
  reduction: wholeNumber(2, 1_000).default(3).describe('η: one of so many goes on at a rung'),
});

export interface Rung {
  readonly trials: number;
  readonly epoch: number;
}

/** Brackets s_max … 0 for R epochs: ⌊(s_max + 1) / (s + 1)⌋ · η^s trials begin with ⌊R · η^−s⌋ epochs. */
export function hyperbandBrackets(epochs: number, reduction: number): Rung[][] {
  let most = 0;
  while (reduction ** (most + 1) <= epochs) most += 1;
  return Array.from({ length: most + 1 }, (_, place) => {
    const s = most - place;
    const trials = Math.floor((most + 1) / (s + 1)) * reduction ** s;
    return Array.from({ length: s + 1 }, (_rung, step) => ({
      trials: Math.floor(trials / reduction ** step),
      epoch: Math.floor(epochs / reduction ** (s - step)),
    }));
  });
}

export const hyperbandScheduler = {
  schema,
  summary: 'brackets from many trials of few epochs to few trials of all epochs',
  create({ reduction }: z.output<typeof schema>, context: SchedulerContext) {
    const { epochs, repeats } = context;
    const brackets = hyperbandBrackets(epochs, reduction);
    const rungs = (brackets[0] ?? []).map(({ epoch }) => epoch).filter((epoch) => epoch < epochs);
    if (rungs.length === 0) return IDLE;
    const sizes = brackets.map(([first]) => first?.trials ?? 0);
    const cycle = sizes.reduce((sum, size) => sum + size, 0);
    /** By the bracket's number in all cycles and the rung. */
    const sharesOf = forEachKind(context, () => new Map<string, BestShare>());
    return createRungScheduler(rungs, {
      judge(rung, index, losses) {
        const point = Math.floor(index / repeats);
        let place = point % cycle;
        let bracket = 0;
        while (place >= (sizes[bracket] ?? cycle)) place -= sizes[bracket++] ?? cycle;
        // Bracket 0 has all rungs, each further one begins a rung later.
        if (rung < bracket) return null;
        const key = `${Math.floor(point / cycle)}/${bracket}/${rung}`;
        const shares = sharesOf(index);
        const share = shares.get(key) ?? new BestShare(1 / reduction);
        shares.set(key, share);
        const loss = bestOf(losses);
        const verdict = share.judge(loss);
        const where = `rung ${rung - bracket + 1} (epoch ${rungs[rung]}) of bracket ${brackets.length - 1 - bracket}`;
        return verdict.goesOn ? null : tellVerdict(where, loss, verdict);
      },
    });
  },
};
