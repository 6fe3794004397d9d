// Successive halving over forecasts: at epochs that double, a trial goes on among the best half of where the curves are
// heading rather than of where they stand, so that one that starts slowly and falls fast is not taken for a bad one. The
// forecast is as cheap as it can be: a trial's best loss falls by a gain each time its epochs double, each gain is a share of
// the one before, and the share is the median of those of the trials judged at the rung so far. Losses are noisy and so are
// gains: only a part of the forecast fall is trusted.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { SchedulerContext } from '../scheduler.js';
import { rungEpochs } from './asha.js';
import { BestShare, bestOf, tellLoss } from './best-share.js';
import { IDLE } from './idle.js';
import { forEachKind } from './like-trials.js';
import { createRungScheduler } from './rungs.js';

/** Epochs from rung to rung: rungs are cheap, and the more there are the sooner the weak are seen. */
const FACTOR = 2;
/** Share of a gain in the one before: until a few trials tell, and at most, as no curve falls for ever. */
const FIRST_SHARE = 0.6;
const MOST_SHARE = 0.95;
const TRIALS_THAT_TELL = 5;

const schema = strictObject({
  type: z.literal('projected-halving'),
  grace: wholeNumber(1, 1_000_000).default(1).describe('Epochs before the first rung judges'),
  share: z.number().gt(0).lt(1).default(0.5).describe('Share of the trials that goes on at a rung'),
  trust: z.number().min(0).max(1).default(0.5).describe('Part of the forecast fall that counts; 0: none'),
});

/**
 * What the best loss falls by until `epochs` when the last doubling, up to `epoch`, brought `gain`, and each further one
 * brings `share` of the one before; of a part of a doubling that part. O(log epochs).
 */
export function projectedFall(gain: number, share: number, epoch: number, epochs: number): number {
  let fall = 0;
  let next = gain * share;
  let left = Math.log(epochs / epoch) / Math.log(FACTOR);
  for (; left > 0; left -= 1) {
    fall += next * Math.min(1, left);
    next *= share;
  }
  return fall;
}

export const projectedHalvingScheduler = {
  schema,
  summary: 'at epochs that double, only the best half goes on, by a forecast of where their curves end',
  create({ grace, share, trust }: z.output<typeof schema>, context: SchedulerContext) {
    const { epochs } = context;
    const rungs = rungEpochs(grace, FACTOR, epochs);
    if (rungs.length === 0) return IDLE;
    const forecastsOf = forEachKind(context, () => rungs.map(() => new BestShare(share)));
    /** For the trials judged at each rung, the last gain as a share of the one before, ascending. */
    const sharesOf = forEachKind(context, () => rungs.map((): number[] => []));
    return createRungScheduler(rungs, {
      judge(rung, index, losses) {
        const epoch = rungs[rung] ?? grace;
        const best = bestOf(losses);
        const half = bestOf(losses.slice(0, Math.ceil(epoch / FACTOR)));
        const quarter = bestOf(losses.slice(0, Math.ceil(epoch / FACTOR ** 2)));
        const known = sharesOf(index)[rung] ?? [];
        // Epoch 1 has no gain yet, and a first loss that is not finite no measure of one.
        const gain = Number.isFinite(half) ? half - best : 0;
        const before = Number.isFinite(quarter) ? quarter - half : 0;
        if (before > 0) insert(known, gain / before);
        const middle = known[Math.floor((known.length - 1) / 2)];
        const typical =
          middle === undefined || known.length < TRIALS_THAT_TELL
            ? FIRST_SHARE
            : Math.min(MOST_SHARE, middle);
        const forecast = best - trust * projectedFall(gain, typical, epoch, epochs);
        const verdict = forecastsOf(index)[rung]?.judge(forecast);
        if (verdict === undefined || verdict.goesOn) return null;
        const { rank, judged, cutoff } = verdict;
        return `rung ${rung + 1} of ${rungs.length} (epoch ${epoch}): rank ${rank} of ${judged}, its best loss ${tellLoss(best)}, forecast to fall to ${tellLoss(forecast)}, is above the cut-off ${tellLoss(cutoff)}`;
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
