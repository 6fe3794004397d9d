// The variance of a mean over dependent values, by fixed smoothing: the average of the first m periodogram ordinates (the
// weighted periodogram estimate with Daniell's kernel, Coroneo & Iacone 2020, Journal of Applied Econometrics 35). The mean
// over its root is Student's t with 2m degrees of freedom while m is held fixed. Same bits on every machine. O(n · m).

/** Taylor terms of the sine of at most a quarter turn: below one ulp. */
const SINE_TERMS = 20;

/** Standard error of the mean of `values` from `ordinates` ordinates, 1 ≤ 2 · ordinates < n. */
export function standardErrorOfMean(values: ArrayLike<number>, mean: number, ordinates: number): number {
  const count = values.length;
  const largest = largestDeviation(values, mean);
  if (largest === 0) return 0;
  let sum = 0;
  for (let ordinate = 1; ordinate <= ordinates; ordinate += 1)
    sum += powerAt(values, mean, largest, ordinate / count);
  return (largest / count) * Math.sqrt(sum / ordinates);
}

/** Squared length of the Fourier coefficient at `turns` turns a value, of deviations in units of the largest. */
function powerAt(values: ArrayLike<number>, mean: number, largest: number, turns: number): number {
  const cosine = sineOfTurns(0.25 - turns);
  const sine = sineOfTurns(turns);
  let real = 1;
  let imaginary = 0;
  let realSum = 0;
  let imaginarySum = 0;
  for (let at = 0; at < values.length; at += 1) {
    const deviation = (values[at]! - mean) / largest;
    realSum += deviation * real;
    imaginarySum += deviation * imaginary;
    const next = real * cosine - imaginary * sine;
    imaginary = real * sine + imaginary * cosine;
    real = next;
  }
  return realSum * realSum + imaginarySum * imaginarySum;
}

function largestDeviation(values: ArrayLike<number>, mean: number): number {
  let largest = 0;
  for (let at = 0; at < values.length; at += 1) largest = Math.max(largest, Math.abs(values[at]! - mean));
  return largest;
}

/** sin(2π · turns) for −1/2 ≤ turns ≤ 1/2. */
function sineOfTurns(turns: number): number {
  let quarter = turns;
  if (turns > 0.25) quarter = 0.5 - turns;
  else if (turns < -0.25) quarter = -0.5 - turns;
  const angle = 2 * Math.PI * quarter;
  let term = angle;
  let sum = angle;
  for (let power = 2; power <= SINE_TERMS; power += 2) {
    term *= -(angle * angle) / (power * (power + 1));
    sum += term;
  }
  return sum;
}
