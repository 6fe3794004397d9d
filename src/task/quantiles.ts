// Quantiles of a forecast: in order whatever the model says, which of them stands for the forecast, and how wide a band of two
// must be to cover what it claims.
import { SweepError } from '../errors.js';

/**
 * Puts the quantiles of each of `steps` steps into ascending order, which makes no pinball loss larger (Chernozhukov,
 * Fernández-Val and Galichon 2010, Econometrica 78), moves them by `offsets`, if any, and into order again. In place, from `at`.
 */
export function arrangeQuantiles(
  values: Float32Array,
  at: number,
  steps: number,
  quantiles: number,
  offsets?: readonly number[],
): void {
  for (let step = 0; step < steps; step++) {
    const begin = at + step * quantiles;
    const ofStep = values.subarray(begin, begin + quantiles);
    ofStep.sort();
    if (offsets === undefined) continue;
    for (let quantile = 0; quantile < quantiles; quantile++)
      ofStep[quantile]! += offsets[step * quantiles + quantile] ?? 0;
    ofStep.sort();
  }
}

/** The place of the quantile nearest to a half, the lower of two. */
export function middleOf(quantiles: readonly number[]): number {
  const distance = (place: number): number => Math.abs(quantiles[place]! - 0.5);
  return quantiles.reduce((best, _, place) => (distance(place) < distance(best) - 1e-12 ? place : best), 0);
}

/** The places of quantiles that make a band: the outermost two, the next ones, … */
export function bandsOf(quantiles: readonly number[]): readonly (readonly [low: number, high: number])[] {
  return Array.from({ length: Math.floor(quantiles.length / 2) }, (_, place) => [
    place,
    quantiles.length - 1 - place,
  ]);
}

/** The share between the outermost two; null of one quantile. */
export function claimOf(quantiles: readonly number[]): number | null {
  return quantiles.length < 2 ? null : quantiles.at(-1)! - quantiles[0]!;
}

/**
 * How far both ends of a band that claims the share `claimed` are to be moved outwards (below 0: inwards), by its `scores` on
 * samples that the model was not trained on: max(low − y, y − high). The ⌈(n + 1)·claimed⌉-th of them in order (Romano,
 * Patterson and Candès 2019, "Conformalized quantile regression"), so that a further sample of the same kind lies within with
 * at least that probability. Sorts `scores`. Throws TRIAL_BAD_INPUT where they are too few for the claim.
 */
export function conformalOffset(scores: Float64Array, claimed: number): number {
  const count = scores.length;
  // A claim such as 0.9 − 0.1 is a hair above 0.8.
  const rank = Math.ceil((count + 1) * claimed - 1e-9);
  if (rank > count)
    throw new SweepError(
      'TRIAL_BAD_INPUT',
      `${count} validation windows are too few for a band of ${claimed}: ${Math.ceil(claimed / (1 - claimed))} at least`,
      { path: 'training.loss.conformal', hint: 'a longer validation split, or quantiles nearer to a half' },
    );
  return scores.sort()[Math.max(0, rank - 1)]!;
}
