// How a series follows itself at every lag, by the fast Fourier transform; and the periods at which it repeats: what a
// proposal for an unknown table is made from. Nothing that is ranked or quoted rests on it.

/**
 * Sample autocorrelations r(0) … r(mostLag), r(0) = 1: Σ (xₜ − x̄)(xₜ₊ₖ − x̄) / Σ (xₜ − x̄)², the usual (biased)
 * estimate. All but r(0) are 0 where the values do not vary. O(n log n). Throws RangeError for a lag beyond n − 1.
 */
export function autocorrelation(values: ArrayLike<number>, mostLag: number): Float64Array {
  const count = values.length;
  if (!(mostLag >= 0 && mostLag < count))
    throw new RangeError(`${count} values have no autocorrelation at lag ${mostLag}`);
  let mean = 0;
  for (let at = 0; at < count; at += 1) mean += values[at]! / count;
  // Twice as long, so that the end does not wrap around to the beginning.
  const length = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * count)));
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  for (let at = 0; at < count; at += 1) real[at] = values[at]! - mean;
  transform(real, imaginary);
  for (let at = 0; at < length; at += 1) {
    real[at] = real[at]! ** 2 + imaginary[at]! ** 2;
    imaginary[at] = 0;
  }
  // Of a power spectrum, which is even, the transform and its inverse are the same but for the scale.
  transform(real, imaginary);
  const result = new Float64Array(mostLag + 1);
  result[0] = 1;
  if (real[0]! > 0) for (let lag = 1; lag <= mostLag; lag += 1) result[lag] = real[lag]! / real[0]!;
  return result;
}

export interface Season {
  /** In values. */
  readonly period: number;
  /** Autocorrelation at that lag. */
  readonly correlation: number;
}

/** Autocorrelations below it, of values and of their steps, are no season that a window should be made for. */
const LEAST_OF_VALUES = 0.2;
const LEAST_OF_STEPS = 0.1;
/** Nor are those that noise has: so many standard errors, 1 / √n. */
const LEAST_ERRORS = 4;
/** A longer season must say clearly more than the shorter one that it may be a multiple of. */
const CLEARLY_MORE = 0.03;
/** A season must have come so often. */
const LEAST_CYCLES = 3;
const LEAST_VALUES = 10;
/** Slow changes pull a crest to shorter lags: one so near to a season of the calendar is that season, if it says as much. */
const NEAR = 0.05;
const CALENDAR_SECONDS = [3_600, 86_400, 7 * 86_400];

/**
 * The periods at which a series repeats, the shortest first: lags whose autocorrelation, once a straight trend is taken
 * off, is larger than all around them; longer ones only where they say more than those before. Where slow changes hide all
 * of them, those of the steps from value to value. `stepSeconds`: between values; a season near an hour, a day or a week is
 * that. O(n log n).
 */
export function findSeasons(values: ArrayLike<number>, stepSeconds: number | null = null): Season[] {
  if (values.length < LEAST_VALUES) return [];
  const calendar = CALENDAR_SECONDS.map((seconds) => seconds / (stepSeconds ?? Number.NaN)).filter(
    (period) => Number.isInteger(period) && period > 1,
  );
  const seasons = crestsOf(withoutTrend(values), LEAST_OF_VALUES, calendar);
  if (seasons.length > 0) return seasons;
  const steps = Float64Array.from({ length: values.length - 1 }, (_, at) => values[at + 1]! - values[at]!);
  return crestsOf(steps, LEAST_OF_STEPS, calendar);
}

function crestsOf(values: Float64Array, leastCorrelation: number, calendar: readonly number[]): Season[] {
  const least = Math.max(leastCorrelation, LEAST_ERRORS / Math.sqrt(values.length));
  const mostLag = Math.floor(values.length / LEAST_CYCLES);
  const correlations = autocorrelation(values, mostLag);
  const seasons: Season[] = [];
  for (let period = 2; period < mostLag; period += 1) {
    const correlation = correlations[period]!;
    const known = seasons.at(-1)?.correlation ?? least - CLEARLY_MORE;
    if (correlation < known + CLEARLY_MORE || !isCrest(correlations, period)) continue;
    const named = calendar.find((one) => Math.abs(one - period) <= NEAR * one) ?? period;
    const itsOwn = correlations[named] ?? Number.NEGATIVE_INFINITY;
    seasons.push(
      itsOwn > correlation - CLEARLY_MORE ? { period: named, correlation: itsOwn } : { period, correlation },
    );
  }
  return seasons;
}

/** Whether no lag from half of it to one and a half times it has a larger value, and the way there leads through a trough. */
function isCrest(correlations: Float64Array, lag: number): boolean {
  const from = Math.ceil(lag / 2);
  const to = Math.min(correlations.length - 1, Math.floor(1.5 * lag));
  let lowest = Number.POSITIVE_INFINITY;
  for (let at = from; at <= to; at += 1) {
    if (correlations[at]! > correlations[lag]!) return false;
    if (at < lag) lowest = Math.min(lowest, correlations[at]!);
  }
  return lowest < correlations[lag]! - CLEARLY_MORE && correlations[lag + 1]! < correlations[lag]!;
}

/** The values less their least-squares line. */
function withoutTrend(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  const middle = (count - 1) / 2;
  let mean = 0;
  let products = 0;
  for (let at = 0; at < count; at += 1) mean += values[at]! / count;
  for (let at = 0; at < count; at += 1) products += (at - middle) * (values[at]! - mean);
  const slope = products / ((count * (count * count - 1)) / 12);
  return Float64Array.from({ length: count }, (_, at) => values[at]! - mean - slope * (at - middle));
}

/** The discrete Fourier transform in place (Cooley & Tukey 1965), of a power of two values. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const count = real.length;
  for (let at = 1, mirrored = 0; at < count; at += 1) {
    let bit = count >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (at >= mirrored) continue;
    [real[at], real[mirrored]] = [real[mirrored]!, real[at]!];
    [imaginary[at], imaginary[mirrored]] = [imaginary[mirrored]!, imaginary[at]!];
  }
  for (let width = 2; width <= count; width *= 2) {
    const half = width / 2;
    for (let place = 0; place < half; place += 1) {
      const angle = (-2 * Math.PI * place) / width;
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      for (let even = place; even < count; even += width) {
        const odd = even + half;
        const turnedReal = real[odd]! * cosine - imaginary[odd]! * sine;
        const turnedImaginary = real[odd]! * sine + imaginary[odd]! * cosine;
        real[odd] = real[even]! - turnedReal;
        imaginary[odd] = imaginary[even]! - turnedImaginary;
        real[even] = real[even]! + turnedReal;
        imaginary[even] = imaginary[even]! + turnedImaginary;
      }
    }
  }
}
