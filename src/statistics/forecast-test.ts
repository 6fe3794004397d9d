// Whether one forecast is better than another on the same samples. Errors of forecasts: the test of Diebold & Mariano (1995,
// Journal of Business & Economic Statistics 13) with fixed smoothing (Coroneo & Iacone 2020): the mean difference over its
// standard error is Student's t. Answers that are right or wrong: the exact sign test over the samples on which the two
// differ (McNemar 1947, Psychometrika 12). Both one-sided.
import type { IntervalReason } from './interval-reason.js';
import { isBorne, meanOfSamples } from './sample-mean.js';
import { studentTail } from './student-t.js';

export interface ForecastComparison {
  /** Mean error of A minus mean error of B: negative when A is better. */
  readonly difference: number;
  /** How often A would be this far ahead if it were no better; in (0, 1]. null: the samples bear no test. */
  readonly pValue: number | null;
  /** null when there is a p-value. */
  readonly reason: IntervalReason | null;
}

/** Errors of two forecasts in the same order of time; `overlap` as in meanOfSamples. */
export function compareForecasts(
  errorsA: ArrayLike<number>,
  errorsB: ArrayLike<number>,
  overlap = 1,
): ForecastComparison {
  const differences = Float64Array.from(
    { length: pairs(errorsA, errorsB) },
    (_, at) => errorsA[at]! - errorsB[at]!,
  );
  const bearing = meanOfSamples(differences, overlap);
  if (!isBorne(bearing)) {
    const difference = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    return { difference, pValue: null, reason: bearing.reason };
  }
  const { mean, standardError, degrees } = bearing;
  return { difference: mean, pValue: studentTail(-mean / standardError, degrees), reason: null };
}

/** One-sided p-value that A's answers (1 right, 0 wrong) are no more often right than B's; 1 where they never differ. */
export function compareAnswers(hitsA: ArrayLike<number>, hitsB: ArrayLike<number>): number {
  let wins = 0;
  let losses = 0;
  for (let at = 0; at < pairs(hitsA, hitsB); at += 1) {
    if (hitsA[at]! > hitsB[at]!) wins += 1;
    else if (hitsA[at]! < hitsB[at]!) losses += 1;
  }
  return fairCoinTail(wins, wins + losses);
}

function pairs(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length === second.length) return first.length;
  throw new RangeError(`${first.length} and ${second.length} values are not of the same samples`);
}

/** P(at least `heads` of `tosses`) of a fair coin. */
function fairCoinTail(heads: number, tosses: number): number {
  // The smaller tail is summed, so that nothing is lost to rounding.
  if (2 * heads <= tosses) return heads === 0 ? 1 : 1 - fairCoinTail(tosses - heads + 1, tosses);
  let logTerm = -tosses * Math.LN2;
  for (let chosen = 1; chosen <= tosses - heads; chosen += 1)
    logTerm += Math.log((tosses - chosen + 1) / chosen);
  let ratio = 1;
  let sum = 0;
  for (let at = heads; at <= tosses && ratio > 0; at += 1) {
    sum += ratio;
    ratio *= (tosses - at) / (at + 1);
  }
  return Math.max(Math.min(1, Math.exp(logTerm) * sum), Number.MIN_VALUE);
}
