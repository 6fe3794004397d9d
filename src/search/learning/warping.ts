// Losses made nearly normal before a Gaussian process sees them: the power transform of Yeo & Johnson 2000 (Biometrika 87),
// its exponent by likelihood. Keeps the order; pulls in what is very bad, which else would be all that the process explains.

const LEAST_POWER = -2;
const MOST_POWER = 3;
/** Each cuts the interval to 0.618 of itself: to a thousandth. */
const SECTIONS = 18;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Mean 0, variance 1; zeros when all losses are equal. O(n). */
export function warpLosses(losses: Float64Array): Float64Array {
  const sorted = losses.slice().sort();
  const least = sorted[0] ?? 0;
  // From the least on, in units of the better half: the few best of very uneven losses stay apart.
  const half = (sorted[sorted.length >> 1] as number) - least;
  if (!(half > 0) || !Number.isFinite(half)) return standardize(losses) ?? new Float64Array(losses.length);
  const plain = losses.map((loss) => (loss - least) / half);
  const power = bestPower(plain);
  return standardize(plain.map((value) => transform(value, power))) ?? plain;
}

/** Yeo & Johnson, eq. 2.1. */
export function transform(value: number, power: number): number {
  if (value >= 0) return power === 0 ? Math.log1p(value) : Math.expm1(power * Math.log1p(value)) / power;
  const other = 2 - power;
  return other === 0 ? -Math.log1p(-value) : -Math.expm1(other * Math.log1p(-value)) / other;
}

function bestPower(values: Float64Array): number {
  let low = LEAST_POWER;
  let high = MOST_POWER;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let atLeft = likelihood(values, left);
  let atRight = likelihood(values, right);
  for (let section = 0; section < SECTIONS; section++) {
    if (atLeft > atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - GOLDEN * (high - low);
      atLeft = likelihood(values, left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + GOLDEN * (high - low);
      atRight = likelihood(values, right);
    }
  }
  return (low + high) / 2;
}

/** Profile log likelihood of a normal, Yeo & Johnson, eq. 3.1. */
export function likelihood(values: Float64Array, power: number): number {
  let sum = 0;
  let squares = 0;
  let jacobian = 0;
  for (const value of values) {
    const warped = transform(value, power);
    sum += warped;
    squares += warped * warped;
    jacobian += Math.sign(value) * Math.log1p(Math.abs(value));
  }
  const variance = squares / values.length - (sum / values.length) ** 2;
  return (-values.length / 2) * Math.log(Math.max(variance, Number.MIN_VALUE)) + (power - 1) * jacobian;
}

function standardize(values: Float64Array): Float64Array | null {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
  return deviation > 1e-12 * Math.max(1e-300, Math.abs(mean)) && Number.isFinite(deviation)
    ? values.map((value) => (value - mean) / deviation)
    : null;
}
