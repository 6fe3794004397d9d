// Where the logarithm of the expected improvement is greatest: many points looked at roughly, the best of them exactly, and
// from the best of those uphill; numbers by the slope, choices and cells one dimension at a time.
import type { Axis } from '../space/axes.js';
import { descend } from './box-descent.js';
import type { GaussianProcess } from './gaussian-process.js';
import { logImprovement, normalCdf, normalDensity } from './normal.js';

const EXACT_CANDIDATES = 64;
const CLIMBS = 4;
const CLIMB_STEPS = 40;
const CLIMB_TOLERANCE = 1e-5;
/** Values of a dimension with cells that are tried from a point: all of so many, else its neighbours. */
const MOST_TRIED = 16;
const MOST_ROUNDS = 4;

export interface Ranked {
  readonly row: Float64Array;
  readonly score: number;
}

export interface RankOptions {
  readonly process: GaussianProcess;
  readonly axes: readonly Axis[];
  /** Snapped to their cells, and allowed. */
  readonly candidates: readonly Float64Array[];
  readonly starts: readonly Float64Array[];
  /** Whether constraints leave the point; null: there are none. */
  readonly isAllowed: ((row: Float64Array) => boolean) | null;
}

/** Points by falling score; the first few have been climbed from. */
export function rankByImprovement({ process, axes, candidates, starts, isAllowed }: RankOptions): Ranked[] {
  const least = process.leastMean;
  const scoreOf = ({ mean, deviation }: { mean: number; deviation: number }) =>
    logImprovement((least - mean) / deviation) + Math.log(deviation);
  const screened = candidates
    .map((row) => ({ row, score: scoreOf(process.screen(row)) }))
    .sort(byScore)
    .slice(0, EXACT_CANDIDATES);
  const exact = [...screened.map(({ row }) => row), ...starts]
    .map((row) => ({ row, score: scoreOf(process.predict(row)) }))
    .sort(byScore);
  const climbed = exact
    .slice(0, CLIMBS)
    .map(({ row }) => climb(process, axes, row, least, scoreOf, isAllowed));
  return [...climbed, ...exact].sort(byScore);
}

function byScore(one: Ranked, other: Ranked): number {
  return other.score - one.score;
}

function climb(
  process: GaussianProcess,
  axes: readonly Axis[],
  start: Float64Array,
  least: number,
  scoreOf: (posterior: { mean: number; deviation: number }) => number,
  isAllowed: RankOptions['isAllowed'],
): Ranked {
  const meanSlope = new Float64Array(axes.length);
  const deviationSlope = new Float64Array(axes.length);
  const slope = (row: Float64Array, gradient: Float64Array): number => {
    const { mean, deviation } = process.predict(row, meanSlope, deviationSlope);
    const z = (least - mean) / deviation;
    const log = logImprovement(z);
    // d log(σ·h(z)) = (−Φ(z)·dμ + φ(z)·dσ) / (σ·h(z)); both by logarithms, since far off each alone is 0.
    const byMean = Math.exp(logCdf(z) - log) / deviation;
    const byDeviation = Math.exp(-0.5 * z * z - LOG_SQRT_2_PI - log) / deviation;
    for (let d = 0; d < gradient.length; d++)
      gradient[d] = byMean * (meanSlope[d] as number) - byDeviation * (deviationSlope[d] as number);
    return -(log + Math.log(deviation));
  };
  let best: Ranked = { row: start, score: scoreOf(process.predict(start)) };
  const hasReals = axes.some(({ count }) => count === null);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = best.score;
    if (hasReals) {
      const low = best.row.map((share, d) => (axes[d]?.count === null ? 0 : share));
      const high = best.row.map((share, d) => (axes[d]?.count === null ? 1 : share));
      const { x, value } = descend(slope, best.row, low, high, CLIMB_STEPS, CLIMB_TOLERANCE);
      const end = isAllowed === null ? x : lastAllowed(best.row, x, isAllowed);
      const score = end === x ? -value : scoreOf(process.predict(end));
      if (score > best.score) best = { row: end, score };
    }
    for (const [place, axis] of axes.entries())
      if (axis.count !== null)
        for (const share of sharesToTry(axis, best.row[place] as number)) {
          const row = best.row.with(place, share);
          if (isAllowed !== null && !isAllowed(row)) continue;
          const score = scoreOf(process.predict(row));
          if (score > best.score) best = { row, score };
        }
    if (!(best.score > before + CLIMB_TOLERANCE) || axes.every(({ count }) => count === null)) break;
  }
  return best;
}

/** Halvings on the way back to where constraints hold. */
const RETREATS = 20;

/** `end`, or the farthest point found on the straight way to it from `start`, which is allowed. */
function lastAllowed(
  start: Float64Array,
  end: Float64Array,
  isAllowed: (row: Float64Array) => boolean,
): Float64Array {
  if (isAllowed(end)) return end;
  let within = 0;
  let beyond = 1;
  const at = (share: number) => start.map((own, place) => own + share * ((end[place] as number) - own));
  for (let step = 0; step < RETREATS; step++) {
    const middle = (within + beyond) / 2;
    if (isAllowed(at(middle))) within = middle;
    else beyond = middle;
  }
  return at(within);
}

/** `own` is the middle of a cell. */
function sharesToTry(axis: Axis, own: number): number[] {
  const count = axis.count ?? 1;
  const first = axis.valueAt(0);
  const shareAt = (place: number) =>
    axis.cell === 0 ? axis.shareOf(Number(first) + place) : (place + 0.5) / count;
  if (count <= MOST_TRIED)
    return Array.from({ length: count }, (_, place) => shareAt(place)).filter((share) => share !== own);
  const at = axis.cell === 0 ? Number(axis.valueAt(own)) - Number(first) : Math.floor(own * count);
  return [-8, -3, -1, 1, 3, 8]
    .map((step) => at + step)
    .filter((place) => place >= 0 && place < count)
    .map(shareAt);
}

const LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

function logCdf(z: number): number {
  // Far below, Φ(z) = φ(z)/|z|·(1 − 1/z² …).
  if (z > -30) return Math.log(normalCdf(z));
  return Math.log(normalDensity(0)) - 0.5 * z * z - Math.log(-z) - 1 / (z * z);
}
