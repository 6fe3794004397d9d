// The normal distribution, for estimators and for expected improvement far from the best: densities, tails, logarithms.
import type { SeededRandom } from '../../statistics/seeded-random.js';

const SQRT_2_PI = Math.sqrt(2 * Math.PI);
const LOG_SQRT_2_PI = Math.log(SQRT_2_PI);
/** Chebyshev coefficients of log erfcx (Press et al., "Numerical Recipes", 3rd edition, section 6.2.2): error below 1.2e-16. */
const ERFC = [
  -1.3026537197817094, 0.6419697923564902, 1.9476473204185836e-2, -9.561514786808631e-3, -9.46595344482036e-4,
  3.66839497852761e-4, 4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.30365583558e-6,
  1.5626441722e-8, -8.5238095915e-8, 6.529054439e-9, 5.059343495e-9, -9.91364156e-10, -2.27365122e-10,
  9.6467911e-11, 2.394038e-12, -6.886027e-12, 8.94487e-13, 3.13092e-13, -1.12708e-13, 3.81e-16, 7.106e-15,
  -1.523e-15, -9.4e-17, 1.21e-16, -2.8e-17,
] as const;
/** Beyond this the first term of the tail's expansion is exact to rounding. */
const FAR = 1e4;

/** exp(x²)·erfc(x) for x ≥ 0. */
function scaledErfc(x: number): number {
  const t = 2 / (2 + x);
  const ty = 4 * t - 2;
  let low = 0;
  let lower = 0;
  for (let term = ERFC.length - 1; term > 0; term--) {
    const kept = low;
    low = ty * low - lower + (ERFC[term] ?? 0);
    lower = kept;
  }
  return t * Math.exp(0.5 * (ERFC[0] + ty * low) - lower);
}

export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_2_PI;
}

export function normalCdf(z: number): number {
  const tail = 0.5 * scaledErfc(Math.abs(z) / Math.SQRT2) * Math.exp(-0.5 * z * z);
  return z < 0 ? tail : 1 - tail;
}

/** log(φ(z) + z·Φ(z)): the expected improvement of a unit normal, without cancellation (Ament et al. 2023, eq. 9). */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(normalDensity(z) + z * normalCdf(z));
  const depth = -z;
  const left =
    depth > FAR ? 1 / (depth * depth) : 1 - depth * Math.sqrt(Math.PI / 2) * scaledErfc(depth / Math.SQRT2);
  return -0.5 * z * z - LOG_SQRT_2_PI + Math.log(Math.max(left, Number.MIN_VALUE));
}

/** Box & Muller 1958, one of the pair. */
export function drawNormal(random: SeededRandom): number {
  // 1 − u lies in (0, 1]: its logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  return radius * Math.cos(2 * Math.PI * random.uniform());
}
