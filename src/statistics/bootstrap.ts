// Moving-block bootstrap of the mean of a series (Künsch 1989, Annals of Statistics 17): whole blocks are drawn with
// replacement, so that errors of neighbouring windows, which share most of their rows, are not taken for independent.
// Deterministic in its inputs and seed. O(n + resamples · n / blockLength) by prefix sums.
import { quantileSorted } from 'simple-statistics';
import { type SeededRandom, seededRandom } from './seeded-random.js';

export interface BootstrapOptions {
  /** Values per block, see defaultBlockLength; cut to half of the series, so that resamples can differ. */
  readonly blockLength: number;
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Probability inside the interval, default 0.95. */
  readonly confidence?: number;
}

export interface MeanEstimate {
  readonly mean: number;
  readonly interval: readonly [number, number];
}

export interface DifferenceEstimate {
  /** Mean of A minus mean of B: negative when A has the smaller errors. */
  readonly difference: number;
  readonly interval: readonly [number, number];
  /** One-sided: how often a series in which A does not beat B shows A this far ahead; in (0, 1]. */
  readonly pValue: number;
}

const DEFAULT_RESAMPLES = 1000;
const DEFAULT_CONFIDENCE = 0.95;

/** ceil(n^(1/3)), the order that is optimal for a mean, but at least `overlap`: how far apart windows still share rows. */
export function defaultBlockLength(count: number, overlap = 1): number {
  return Math.max(1, Math.ceil(Math.cbrt(count)), Math.ceil(overlap));
}

/** The mean of a series of errors with its interval. `errors` is in time order, at least one value, all finite. */
export function blockBootstrapMean(errors: ArrayLike<number>, options: BootstrapOptions): MeanEstimate {
  const series = new BlockSeries(errors.length, (at) => errors[at]!, options.blockLength);
  const deviations = series.resample(options.resamples ?? DEFAULT_RESAMPLES, options.seed ?? 0);
  return { mean: series.mean, interval: intervalAround(series.mean, deviations, options.confidence) };
}

/** Compares two series of errors on the same windows, in the same order: pairs stay together. */
export function blockBootstrapDifference(
  errorsA: ArrayLike<number>,
  errorsB: ArrayLike<number>,
  options: BootstrapOptions,
): DifferenceEstimate {
  if (errorsA.length !== errorsB.length) {
    throw new RangeError(
      `series of ${errorsA.length} and ${errorsB.length} errors are not of the same windows`,
    );
  }
  const series = new BlockSeries(errorsA.length, (at) => errorsA[at]! - errorsB[at]!, options.blockLength);
  const deviations = series.resample(options.resamples ?? DEFAULT_RESAMPLES, options.seed ?? 0);
  const asFarAhead = deviations.filter((deviation) => deviation <= series.mean).length;
  return {
    difference: series.mean,
    interval: intervalAround(series.mean, deviations, options.confidence),
    // Counting the sample itself keeps the estimate from being 0 (Davison & Hinkley 1997, eq. 4.11).
    pValue: (1 + asFarAhead) / (1 + deviations.length),
  };
}

function intervalAround(
  mean: number,
  deviations: Float64Array,
  confidence = DEFAULT_CONFIDENCE,
): readonly [number, number] {
  const sorted = Array.from(deviations.toSorted());
  const tail = (1 - confidence) / 2;
  return [mean + quantileSorted(sorted, tail), mean + quantileSorted(sorted, 1 - tail)];
}

/** A series with the sums of all its blocks at hand. */
class BlockSeries {
  readonly mean: number;
  readonly #count: number;
  readonly #blockLength: number;
  /** `#sums[i]`: sum of the first i values. */
  readonly #sums: Float64Array;

  constructor(count: number, valueAt: (at: number) => number, blockLength: number) {
    if (count < 1) throw new RangeError('a bootstrap needs at least one value');
    if (!(blockLength >= 1)) throw new RangeError(`a block of ${blockLength} values`);
    this.#count = count;
    this.#blockLength = Math.max(1, Math.min(Math.floor(blockLength), Math.floor(count / 2)));
    this.#sums = new Float64Array(count + 1);
    for (let at = 0; at < count; at += 1) this.#sums[at + 1] = this.#sums[at]! + valueAt(at);
    this.mean = this.#sums[count]! / count;
    if (!Number.isFinite(this.mean)) throw new RangeError('a bootstrap needs finite values');
  }

  /** Deviations of resampled means from their expectation, which is not quite the mean: the ends are in fewer blocks. */
  resample(resamples: number, seed: number): Float64Array {
    const random = seededRandom(seed);
    const expected = this.#expectedMean();
    const deviations = new Float64Array(resamples);
    for (let draw = 0; draw < resamples; draw += 1) deviations[draw] = this.#drawMean(random) - expected;
    return deviations;
  }

  #drawMean(random: SeededRandom): number {
    const starts = this.#count - this.#blockLength + 1;
    let sum = 0;
    // The last block is cut, so that each resample has as many values as the series.
    for (let filled = 0; filled < this.#count; filled += this.#blockLength) {
      const length = Math.min(this.#blockLength, this.#count - filled);
      const start = random.below(starts);
      sum += this.#sums[start + length]! - this.#sums[start]!;
    }
    return sum / this.#count;
  }

  #expectedMean(): number {
    const starts = this.#count - this.#blockLength + 1;
    const lastLength = this.#count % this.#blockLength;
    const wholeBlocks = Math.floor(this.#count / this.#blockLength);
    return (
      (wholeBlocks * this.#meanBlockSum(this.#blockLength, starts) + this.#meanBlockSum(lastLength, starts)) /
      this.#count
    );
  }

  #meanBlockSum(length: number, starts: number): number {
    let sum = 0;
    for (let start = 0; start < starts; start += 1) sum += this.#sums[start + length]! - this.#sums[start]!;
    return sum / starts;
  }
}
