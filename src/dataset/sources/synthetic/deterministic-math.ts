// exp, log, sine and arc tangent from additions, multiplications and divisions only, which IEEE 754 fixes to the bit.
// Math.exp and its kin may differ in the last digit between machines; the synthetic series must not.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = Math.LOG2E;
const TWO_PI = 2 * Math.PI;
const EXPONENT_BIAS = 1023;

const bits = new DataView(new ArrayBuffer(8));

/** Taylor coefficients 1/n!, n = 0 … 13: below one ulp for |r| ≤ ln 2 / 2. */
const FACTORIALS = [1];
for (let n = 1; n <= 13; n++) FACTORIALS.push(FACTORIALS[n - 1]! * n);

/** e^x for |x| ≤ 700; relative error below 1e-15. */
export function exp(x: number): number {
  // x = k·ln2 + r, |r| ≤ ln2 / 2: e^x = 2^k · e^r. ln2 in two parts keeps r exact.
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 0;
  for (let n = 13; n >= 0; n--) sum = sum * r + 1 / FACTORIALS[n]!;
  bits.setInt32(0, (k + EXPONENT_BIAS) << 20);
  bits.setInt32(4, 0);
  return sum * bits.getFloat64(0);
}

/** ln x for normal x > 0; absolute error below 1e-15 · max(1, |ln x|). */
export function log(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getInt32(0);
  let k = (high >>> 20) - EXPONENT_BIAS;
  bits.setInt32(0, (high & 0x000f_ffff) | (EXPONENT_BIAS << 20));
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m *= 0.5;
    k++;
  }
  // ln m = 2·artanh(s), s = (m − 1)/(m + 1), |s| ≤ 0.172: eleven odd terms.
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * sum);
}

/** sin(2π · turns); absolute error below 1e-14 for |turns| ≤ 2^20. */
export function sinTurns(turns: number): number {
  // To −1/2 … 1/2, then by symmetry to −1/4 … 1/4; both subtractions are exact.
  let t = turns - Math.floor(turns + 0.5);
  if (t > 0.25) t = 0.5 - t;
  else if (t < -0.25) t = -0.5 - t;
  const x = t * TWO_PI;
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 2; n <= 20; n += 2) {
    term *= -square / (n * (n + 1));
    sum += term;
  }
  return sum;
}

export function cosTurns(turns: number): number {
  return sinTurns(turns + 0.25);
}

/** The angle of (x, y) in turns, in (−1/2, 1/2]; 0 for the origin. Absolute error below 1e-14. */
export function atan2Turns(y: number, x: number): number {
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  const larger = Math.max(ax, ay);
  if (larger === 0) return 0;
  let angle = atan(Math.min(ax, ay) / larger) / TWO_PI;
  if (ay > ax) angle = 0.25 - angle;
  if (x < 0) angle = 0.5 - angle;
  return y < 0 ? -angle : angle;
}

/** arctan of 0 ≤ ratio ≤ 1: the half-angle formula twice brings the argument below 0.2, then the series. */
function atan(ratio: number): number {
  let x = ratio;
  for (let halving = 0; halving < 2; halving++) x = x / (1 + Math.sqrt(1 + x * x));
  const square = x * x;
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = 1 / n - square * sum;
  return 4 * x * sum;
}
