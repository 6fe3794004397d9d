// How far a series of errors depends on itself, as the length of the blocks that a bootstrap of its mean would draw: Politis
// & White (2004), Econometric Reviews 23, with the correction of Patton, Politis & White (2009), Econometric Reviews 28.
// Sums and products only, so that every machine gives the same bits. O(n · lags); lags stop where the dependence does.

export interface BlockLengths {
  /** Expected length of a block of the stationary bootstrap. */
  readonly stationary: number;
  /** Length of a block of the circular bootstrap, in values. */
  readonly circular: number;
}

/** K_N of the paper: so many autocorrelations in a row within the band end the search. */
const LEAST_RUN = 5;
/** c of the paper: the band is ± c · sqrt(log10(n) / n). */
const BAND = 2;
/** Autocorrelations are estimated too small by about (1 + 3ρ) / n (Kendall 1954, Biometrika 41). */
const LARGEST_CORRELATION = 0.9999;

/** Block lengths of at least two values that are not all the same; not rounded. */
export function optimalBlockLength(values: ArrayLike<number>): BlockLengths {
  const deviations = deviationsOf(values);
  const count = deviations.length;
  const longest = Math.ceil(Math.min(3 * Math.sqrt(count), count / 3));
  const covariances = relevantCovariances(deviations);
  const lastLag = covariances.length - 1;
  let slope = 0;
  let variance = covariances[0]!;
  for (let lag = 1; lag <= lastLag; lag += 1) {
    // The flat-top window of Politis & Romano (1995).
    const weight = 2 * lag <= lastLag ? 1 : 2 * (1 - lag / lastLag);
    slope += 2 * weight * lag * covariances[lag]!;
    variance += 2 * weight * covariances[lag]!;
  }
  // G² / g(0)² of the paper; D is 2 g(0)² for the stationary bootstrap and 4/3 g(0)² for the circular one.
  const ratio = (slope / variance) ** 2;
  const lengthFor = (factor: number): number => {
    const length = cubeRoot(((2 * ratio) / factor) * count);
    return Number.isFinite(length) ? Math.min(length, longest) : longest;
  };
  return { stationary: lengthFor(2), circular: lengthFor(4 / 3) };
}

/**
 * The same length for a first-order autoregression with the series' own first autocorrelation (the plug-in of Andrews 1991,
 * Econometrica 59), without an upper end. It sees the strong dependence that few values hide from the estimate above. Where
 * values share `overlap` steps, their correlation at that lag stands for what the overlap does not explain.
 */
export function autoregressiveBlockLength(values: ArrayLike<number>, overlap = 1): number {
  const deviations = deviationsOf(values);
  const count = deviations.length;
  const estimate = productSum(deviations, overlap) / productSum(deviations, 0);
  const blocks = count / overlap;
  const correlation = Math.min(LARGEST_CORRELATION, Math.max(0, estimate + (1 + 3 * estimate) / blocks));
  const ratio = (2 * correlation) / (1 - correlation * correlation);
  return overlap * cubeRoot(1.5 * ratio * ratio * blocks);
}

/** Autocovariances from lag 0 to twice the lag after which none leaves the band. */
function relevantCovariances(deviations: Float64Array): number[] {
  const count = deviations.length;
  const leastRun = Math.max(LEAST_RUN, Math.floor(Math.log10(count)));
  const longestLag = Math.min(Math.ceil(Math.sqrt(count)) + leastRun, count - 1);
  const band = BAND * Math.sqrt(Math.log10(count) / count);
  const covariances = [productSum(deviations, 0) / count];
  let withoutFirst = productSum(deviations, 0) - deviations[0]! ** 2;
  let withoutLast = productSum(deviations, 0) - deviations[count - 1]! ** 2;
  let run = 0;
  let lastLag = longestLag;
  let isSearching = true;
  for (let lag = 1; lag <= lastLag; lag += 1) {
    const sum = productSum(deviations, lag);
    covariances.push(sum / count);
    if (!isSearching) continue;
    withoutFirst -= deviations[lag]! ** 2;
    withoutLast -= deviations[count - 1 - lag]! ** 2;
    run = isWithin(sum, withoutFirst, withoutLast, band) ? run + 1 : 0;
    if (run < leastRun || lag >= longestLag) continue;
    isSearching = false;
    lastLag = Math.min(longestLag, 2 * Math.max(lag - leastRun + 1, 1));
    if (covariances.length > lastLag + 1) covariances.length = lastLag + 1;
  }
  return covariances;
}

function isWithin(sum: number, first: number, second: number, band: number): boolean {
  // A series that is flat but for its ends has nothing left to correlate.
  return !(first > 0 && second > 0) || Math.abs(sum) < band * Math.sqrt(first) * Math.sqrt(second);
}

function productSum(deviations: Float64Array, lag: number): number {
  let sum = 0;
  for (let at = lag; at < deviations.length; at += 1) sum += deviations[at]! * deviations[at - lag]!;
  return sum;
}

/** Around the mean, in units of the largest of them, so that no product over- or underflows. */
function deviationsOf(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  let mean = 0;
  for (let at = 0; at < count; at += 1) mean += values[at]! / count;
  let largest = 0;
  for (let at = 0; at < count; at += 1) largest = Math.max(largest, Math.abs(values[at]! - mean));
  return Float64Array.from({ length: count }, (_, at) => (values[at]! - mean) / largest);
}

/** Newton's method; Math.cbrt may differ in its last digit between machines. */
function cubeRoot(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return value;
  let root = 1;
  while (root * root * root < value) root *= 2;
  for (let step = 0; step < 60; step += 1) root -= (root - value / (root * root)) / 3;
  return root;
}
