// What a point promises, from what a Gaussian process expects there: its mean and its deviation. Larger is better.
import { logImprovement, normalCdf, normalDensity } from './normal.js';

const LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

export interface Criterion {
  valueOf(mean: number, deviation: number): number;
  /** Its derivatives by the mean and by the deviation. */
  slopeOf(mean: number, deviation: number): { readonly byMean: number; readonly byDeviation: number };
}

/** The logarithm of the expected improvement below `least` (Ament et al. 2023). */
export function logExpectedImprovement(least: number): Criterion {
  return {
    valueOf: (mean, deviation) => logImprovement((least - mean) / deviation) + Math.log(deviation),
    // d log(σ·h(z)) = (−Φ(z)·dμ + φ(z)·dσ) / (σ·h(z)); both by logarithms, since far off each alone is 0.
    slopeOf(mean, deviation) {
      const z = (least - mean) / deviation;
      const log = logImprovement(z);
      return {
        byMean: -Math.exp(logCdf(z) - log) / deviation,
        byDeviation: Math.exp(-0.5 * z * z - LOG_SQRT_2_PI - log) / deviation,
      };
    },
  };
}

/** How low the function may be there: `trust` deviations below what is expected (Srinivas et al. 2010). */
export function lowerBound(trust: number): Criterion {
  return {
    valueOf: (mean, deviation) => trust * deviation - mean,
    slopeOf: () => ({ byMean: -1, byDeviation: trust }),
  };
}

function logCdf(z: number): number {
  // Far below, Φ(z) = φ(z)/|z|·(1 − 1/z² …).
  if (z > -30) return Math.log(normalCdf(z));
  return Math.log(normalDensity(0)) - 0.5 * z * z - Math.log(-z) - 1 / (z * z);
}
