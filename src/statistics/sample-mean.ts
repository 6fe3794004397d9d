// How sure a mean over samples is when neighbours may be alike: its 95 % interval, or why there is none. Which constants
// keep the coverage is found by simulation (`npm run bench -- statistics`; docs/statistics.md).
import { autoregressiveBlockLength, optimalBlockLength } from './block-length.js';
import { type IntervalReason, LEAST_SAMPLES } from './interval-reason.js';
import { standardErrorOfMean } from './long-run-variance.js';
import { type Interval, intervalWithin, type Range } from './range-interval.js';
import { studentQuantile } from './student-t.js';

const CONFIDENCE = 0.95;
/** Blocks that the samples must make, by what they are known to share and by how they follow each other. */
const LEAST_BLOCKS = 16;
/** Short series hide their dependence: they must look like more. */
const SHORT_SERIES = 400;
const LEAST_BLOCKS_SHORT = 20;
/** By lengths that are estimated over many lags, or over blocks of a known overlap, and therefore vary more. */
const LEAST_BLOCKS_ROUGH = 8;
/** Periodogram ordinates a block: fewer than the half that a variance alone would take, as coverage wants less bias. */
const ORDINATES_PER_BLOCK = 0.2;
const LEAST_ORDINATES = 2;
/** More narrow the interval by less than 2 %, at a cost that grows with them. */
const MOST_ORDINATES = 32;

export interface SampleMean {
  readonly mean: number;
  readonly standardError: number;
  /** The degrees of freedom of Student's t. */
  readonly degrees: number;
}
export type Bearing = SampleMean | { readonly reason: IntervalReason };

export interface IntervalOrReason {
  /** 95 %. */
  readonly interval: Interval | null;
  /** null when there is an interval. */
  readonly reason: IntervalReason | null;
}

export function isBorne(bearing: Bearing): bearing is SampleMean {
  return 'mean' in bearing;
}

/**
 * Mean of values in time order with its standard error, or why they bear none. `overlap`: over how many values a sample
 * shares its horizon with later ones, 1 or less: it does not. Throws RangeError for none and for what is not finite.
 */
export function meanOfSamples(values: ArrayLike<number>, overlap = 1): Bearing {
  const count = values.length;
  const { mean, isConstant } = describe(values);
  if (count < LEAST_SAMPLES) return { reason: 'too-few' };
  if (isConstant) return { reason: 'constant' };
  const known = Math.max(1, overlap);
  const leastBlocks = count < SHORT_SERIES ? LEAST_BLOCKS_SHORT : LEAST_BLOCKS;
  if (count / known < leastBlocks) return { reason: 'overlap' };
  const optimal = Math.max(known, optimalBlockLength(values).circular);
  const autoregressive = autoregressiveBlockLength(values, known);
  const isTooLong =
    count / optimal < LEAST_BLOCKS_ROUGH ||
    count / autoregressive < (known > 1 ? LEAST_BLOCKS_ROUGH : leastBlocks);
  if (isTooLong) return { reason: 'dependent' };
  const ordinates = ordinatesFor(count, Math.max(optimal, autoregressive));
  return { mean, standardError: standardErrorOfMean(values, mean, ordinates), degrees: 2 * ordinates };
}

/** 95 % interval of the mean behind `values`, within `range`. */
export function meanInterval(values: ArrayLike<number>, range: Range, overlap = 1): IntervalOrReason {
  const bearing = meanOfSamples(values, overlap);
  if (!isBorne(bearing)) return { interval: null, reason: bearing.reason };
  const { mean, standardError, degrees } = bearing;
  const interval = intervalWithin(range, mean, studentQuantile(degrees, CONFIDENCE) * standardError);
  return { interval, reason: interval === null ? 'constant' : null };
}

/** At most n^(1/3), as Coroneo & Iacone (2020) choose: an estimate that sees no dependence is not trusted with more. */
function ordinatesFor(count: number, blockLength: number): number {
  const byBlocks = Math.floor((ORDINATES_PER_BLOCK * count) / blockLength);
  return Math.max(LEAST_ORDINATES, Math.min(byBlocks, MOST_ORDINATES, wholeCubeRoot(count)));
}

/** floor(n^(1/3)), up to MOST_ORDINATES, by whole numbers. */
function wholeCubeRoot(count: number): number {
  let root = 1;
  while (root < MOST_ORDINATES && (root + 1) ** 3 <= count) root += 1;
  return root;
}

function describe(values: ArrayLike<number>): { readonly mean: number; readonly isConstant: boolean } {
  if (values.length < 1) throw new RangeError('a mean needs at least one value');
  let sum = 0;
  let isConstant = true;
  for (let at = 0; at < values.length; at += 1) {
    sum += values[at]!;
    if (values[at] !== values[0]) isConstant = false;
  }
  const mean = sum / values.length;
  if (!Number.isFinite(mean)) throw new RangeError('a mean needs finite values');
  return { mean, isConstant };
}
