// Which of many forecasts may be the best: the model confidence set of Hansen, Lunde & Nason (2011), Econometrica 79, with the
// statistic T_max. The worst is taken out as long as those that are left do not look equally good; the p-value of a forecast is
// the largest up to its turn. Of equally good ones all stay in at the level, however many there were to choose from.
import { blockResamples } from './block-bootstrap.js';
import { autoregressiveBlockLength, optimalBlockLength } from './block-length.js';
import { type IntervalReason, LEAST_SAMPLES } from './interval-reason.js';
import { studentTail } from './student-t.js';

/** A p-value above it is in the 95 % set. */
export const SET_SIGNIFICANCE = 0.05;
/** A p-value at 5 % then has a standard error of 0.7 points. */
const REPLICATIONS = 1_000;
const SEED = 2011;
/** The rounding error of a mean over models, relative to its size. */
const ROUNDING = 1e-12;
/** Blocks that the samples must make: fewer tell the bootstrap too little of the spread (`npm run bench -- statistics`). */
const LEAST_BLOCKS = 16;
/** How many blocks tell a forecast by long stretches alone, and the p-value that tells it, over all comparisons. */
const LEAST_BLOCKS_OUTCLASSED = 4;
const STRETCHES = 8;
const OUTCLASSED = 0.001;

export interface SampledSet {
  /** In the order of the forecasts, in [0, 1]; 1 of the best one. */
  readonly pValues: readonly number[];
  /** In samples. */
  readonly blockLength: number;
}

/**
 * p-values of forecasts by their errors on the same samples in order of time, the best forecast first; or why the samples bear
 * none. `overlap` as in meanOfSamples. Identical forecasts have the same p-value. O(forecasts² · replications).
 */
export function sampledConfidenceSet(
  errors: readonly ArrayLike<number>[],
  overlap = 1,
): SampledSet | { readonly reason: IntervalReason } {
  const [best, ...others] = errors;
  if (best === undefined) throw new RangeError('a confidence set needs at least one forecast');
  const count = best.length;
  const known = Math.max(1, Math.ceil(overlap));
  if (count < LEAST_SAMPLES) return { reason: 'too-few' };
  if (count / known < LEAST_BLOCKS) return { reason: 'overlap' };
  let longest = known;
  const outclassed = new Map<number, number>();
  for (const [at, other] of others.entries()) {
    const differences = differencesOf(other, best);
    if (differences.every((value) => value === differences[0])) continue;
    const length = Math.max(
      known,
      optimalBlockLength(differences).circular,
      autoregressiveBlockLength(differences, known),
    );
    if (count / length >= LEAST_BLOCKS) {
      longest = Math.max(longest, length);
      continue;
    }
    // One forecast that is far off, and off for long stretches, must not keep the others from being compared.
    const pValue = count / length < LEAST_BLOCKS_OUTCLASSED ? 1 : others.length * stretchPValue(differences);
    if (pValue > OUTCLASSED) return { reason: 'dependent' };
    outclassed.set(at + 1, pValue);
  }
  const blockLength = Math.ceil(longest);
  const compared = errors.filter((_, at) => !outclassed.has(at));
  const resamples = blockResamples(count, blockLength, REPLICATIONS, SEED);
  const pValues = confidenceSet(compared, resamples, count / blockLength - 1);
  // The outclassed ones leave first: no other's p-value is below theirs.
  const least = Math.max(0, ...outclassed.values());
  let next = 0;
  return {
    pValues: errors.map((_, at) => outclassed.get(at) ?? Math.max(least, pValues[next++] ?? 1)),
    blockLength,
  };
}

/**
 * One-sided p-value that the mean of `differences` is not above 0, from the means of a few long stretches, which depend on each
 * other far less than samples do: Student's t over them (Ibragimov & Müller 2010, Journal of Business & Economic Statistics 28).
 */
function stretchPValue(differences: Float64Array): number {
  const count = differences.length;
  const means = Float64Array.from({ length: STRETCHES }, (_, at) =>
    meanOf(
      differences.subarray(Math.floor((at * count) / STRETCHES), Math.floor(((at + 1) * count) / STRETCHES)),
    ),
  );
  return studentTail(pairedT(means, new Float64Array(STRETCHES)), STRETCHES - 1);
}

/**
 * p-values by given resamples: lists of as many places as there are samples. `degrees`: how many independent values the spread
 * stands on; the statistic is taken to the normal deviate of the same rarity, which Python's `arch` leaves out (infinity).
 */
export function confidenceSet(
  errors: readonly ArrayLike<number>[],
  resamples: Iterable<ArrayLike<number>>,
  degrees = Number.POSITIVE_INFINITY,
): number[] {
  const means = errors.map(meanOf);
  const series = errors.map((each) => Float64Array.from(each));
  const moved = Array.from(resamples, (places) => movesOf(series, means, Uint32Array.from(places)));
  const left = means.map((_, model) => model);
  const steps: { model: number; pValue: number }[] = [];
  while (left.length > 1) {
    const { worst, statistic, largest } = judge(left, means, moved);
    const deviate = normalDeviate(statistic, degrees);
    let beyond = 0;
    for (const value of largest) if (value > deviate) beyond += 1;
    // Nothing above a statistic of 0: all that are left are the same forecast.
    steps.push({ model: left[worst]!, pValue: statistic <= 0 ? 1 : beyond / moved.length });
    left.splice(worst, 1);
  }
  return runningLargest(errors.length, steps);
}

interface Judgement {
  /** Place in `left` of the model to take out. */
  readonly worst: number;
  /** Its t value against the mean of all that are left, the largest of them. */
  readonly statistic: number;
  /** The largest t value in each resample. */
  readonly largest: Float64Array;
}

function judge(left: readonly number[], means: readonly number[], moved: readonly Float64Array[]): Judgement {
  const meanOfLeft = (of: ArrayLike<number>): number =>
    left.reduce((sum, model) => sum + of[model]!, 0) / left.length;
  const centre = meanOfLeft(means);
  const rounding = ROUNDING * Math.max(...left.map((model) => Math.abs(means[model]!)));
  const centres = Float64Array.from(moved, meanOfLeft);
  const largest = new Float64Array(moved.length).fill(Number.NEGATIVE_INFINITY);
  let worst = left.length - 1;
  let statistic = Number.NEGATIVE_INFINITY;
  // From the last: of equals the one that ranks lower goes.
  for (let at = left.length - 1; at >= 0; at -= 1) {
    const model = left[at]!;
    let squares = 0;
    moved.forEach((each, replication) => {
      squares += (each[model]! - centres[replication]!) ** 2;
    });
    const spread = Math.sqrt(squares / moved.length);
    const value = ratio(means[model]! - centre, spread, rounding);
    if (value > statistic) {
      statistic = value;
      worst = at;
    }
    moved.forEach((each, replication) => {
      const moves = ratio(each[model]! - centres[replication]!, spread, rounding);
      if (moves > largest[replication]!) largest[replication] = moves;
    });
  }
  return { worst, statistic, largest };
}

/** What is below `rounding` is none. */
function ratio(difference: number, spread: number, rounding: number): number {
  if (spread > rounding) return difference / spread;
  return Math.abs(difference) <= rounding ? 0 : Math.sign(difference) * Number.POSITIVE_INFINITY;
}

/** The normal deviate of Student's t with `degrees` degrees of freedom (Abramowitz & Stegun 26.7.8). */
function normalDeviate(t: number, degrees: number): number {
  if (!Number.isFinite(degrees) || !Number.isFinite(t)) return t;
  return (t * (1 - 1 / (4 * degrees))) / Math.sqrt(1 + (t * t) / (2 * degrees));
}

/**
 * p-values of models by one value a seed, the same seeds in the same order, the best model first. Few seeds bear no bootstrap:
 * the statistic is T_max, the largest of the models' paired t values against the mean of those left, and its p-value
 * Bonferroni's bound, so that the set rather holds too many. At least two seeds.
 */
export function seededConfidenceSet(values: readonly ArrayLike<number>[]): number[] {
  const seeds = values[0]?.length ?? 0;
  if (seeds < 2) throw new RangeError(`a confidence set over seeds needs two or more, not ${seeds}`);
  const left = values.map((_, model) => model);
  const steps: { model: number; pValue: number }[] = [];
  while (left.length > 1) {
    const means = Float64Array.from(
      { length: seeds },
      (_, seed) => left.reduce((sum, model) => sum + values[model]![seed]!, 0) / left.length,
    );
    let worst = left.length - 1;
    let statistic = Number.NEGATIVE_INFINITY;
    for (let at = left.length - 1; at >= 0; at -= 1) {
      const value = pairedT(values[left[at]!]!, means);
      if (value > statistic) {
        statistic = value;
        worst = at;
      }
    }
    const pValue = statistic <= 0 ? 1 : Math.min(1, left.length * studentTail(statistic, seeds - 1));
    steps.push({ model: left[worst]!, pValue });
    left.splice(worst, 1);
  }
  return runningLargest(values.length, steps);
}

/** The model confidence set's p-value: the largest of the steps up to the model's own; the last one left has 1. */
function runningLargest(
  models: number,
  steps: readonly { readonly model: number; readonly pValue: number }[],
): number[] {
  const pValues = new Array<number>(models).fill(1);
  let largest = 0;
  for (const { model, pValue } of steps) {
    largest = Math.max(largest, pValue);
    pValues[model] = largest;
  }
  return pValues;
}

function pairedT(values: ArrayLike<number>, others: ArrayLike<number>): number {
  const differences = differencesOf(values, others);
  const mean = meanOf(differences);
  const rounding = ROUNDING * Math.max(...Array.from(values, Math.abs));
  let squares = 0;
  for (const value of differences) squares += (value - mean) ** 2;
  return ratio(mean, Math.sqrt(squares / (differences.length - 1) / differences.length), rounding);
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at]!;
  return sum / values.length;
}

/** How far, in one resample, each mean is from the one it stands for. */
function movesOf(
  series: readonly Float64Array[],
  means: readonly number[],
  places: Uint32Array,
): Float64Array {
  const moves = new Float64Array(series.length);
  series.forEach((values, model) => {
    let sum = 0;
    for (let at = 0; at < places.length; at += 1) sum += values[places[at]!]!;
    moves[model] = sum / places.length - means[model]!;
  });
  return moves;
}

function differencesOf(left: ArrayLike<number>, right: ArrayLike<number>): Float64Array {
  if (left.length !== right.length)
    throw new RangeError(`${left.length} and ${right.length} values are not of the same samples`);
  return Float64Array.from({ length: left.length }, (_, at) => left[at]! - right[at]!);
}
