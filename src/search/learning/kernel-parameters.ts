// The parameters of a Gaussian process' kernel, and the likeliest ones of points and values under priors.
import type { Axis } from '../space/axes.js';
import { descend } from './box-descent.js';
import { factor, invert, rowStart, solveLower, solveUpper } from './linear-algebra.js';

/**
 * Logarithms of: the inverse squared length scale w of each dimension, the variance of the function, that of the noise.
 */
export type KernelParameters = Float64Array;

export const LEAST_NOISE = 1e-6;
const SQRT_5 = Math.sqrt(5);
const LOG_LENGTH_RANGE = [Math.log(1e-4), Math.log(1e4)] as const;
const LOG_SCALE_RANGE = [Math.log(1e-3), Math.log(1e3)] as const;
const LOG_NOISE_RANGE = [Math.log(LEAST_NOISE), Math.log(1)] as const;
const FIT_STEPS = 40;
const FIT_TOLERANCE = 1e-3;

/** What the first fit starts from: lengths of the cube's side, little noise. */
export function firstParameters(dimensions: number): KernelParameters {
  const parameters = new Float64Array(dimensions + 2);
  parameters[dimensions + 1] = Math.log(1e-3);
  return parameters;
}

/** Squared distances by dimension, a triangle by rows: a fit asks for them again and again. */
function distances(axes: readonly Axis[], rows: Float64Array, n: number): Float64Array {
  const dimensions = axes.length;
  const squares = new Float64Array(((n * (n - 1)) / 2) * dimensions);
  let at = 0;
  for (let i = 1; i < n; i++)
    for (let j = 0; j < i; j++)
      for (let d = 0; d < dimensions; d++) {
        const gap = (rows[i * dimensions + d] as number) - (rows[j * dimensions + d] as number);
        squares[at++] = axes[d]?.isChoice ? (gap === 0 ? 0 : 1) : gap * gap;
      }
  return squares;
}

/** The parameters of greatest posterior density, searched from `start`. O(n³) a step. */
export function fitParameters(
  axes: readonly Axis[],
  rows: Float64Array,
  values: Float64Array,
  start: KernelParameters,
): KernelParameters {
  const n = values.length;
  const dimensions = axes.length;
  const squares = distances(axes, rows, n);
  const lower = new Float64Array(rowStart(n));
  const inverse = new Float64Array(rowStart(n));
  const scratch = new Float64Array(n * n);
  const falls = new Float64Array((n * (n - 1)) / 2);
  const bound = (side: 0 | 1) =>
    Float64Array.from(start, (_, i) =>
      i < dimensions
        ? LOG_LENGTH_RANGE[side]
        : i === dimensions
          ? LOG_SCALE_RANGE[side]
          : LOG_NOISE_RANGE[side],
    );
  const slope = (parameters: Float64Array, gradient: Float64Array): number => {
    const weights = parameters.map(Math.exp);
    const scale = weights[dimensions] as number;
    const noise = weights[dimensions + 1] as number;
    let pair = 0;
    for (let i = 0; i < n; i++) {
      const own = rowStart(i);
      for (let j = 0; j < i; j++, pair++) {
        let square = 0;
        for (let d = 0; d < dimensions; d++)
          square += (weights[d] as number) * (squares[pair * dimensions + d] as number);
        const r = SQRT_5 * Math.sqrt(square);
        const height = scale * Math.exp(-r);
        lower[own + j] = height * (1 + r + (r * r) / 3);
        // The derivative of the kernel by the squared distance.
        falls[pair] = (-5 / 6) * height * (1 + r);
      }
      lower[own + i] = scale + noise;
    }
    if (!factor(lower, n)) return Number.POSITIVE_INFINITY;
    const alpha = values.slice();
    solveLower(lower, n, alpha);
    let loss = 0;
    for (let i = 0; i < n; i++)
      loss += 0.5 * (alpha[i] as number) ** 2 + Math.log(lower[rowStart(i) + i] as number);
    solveUpper(lower, n, alpha);
    invert(lower, n, inverse, scratch);
    gradient.fill(0);
    pair = 0;
    let fit = 0;
    for (let i = 0; i < n; i++) {
      const own = rowStart(i);
      for (let j = 0; j < i; j++, pair++) {
        const difference = (inverse[own + j] as number) - (alpha[i] as number) * (alpha[j] as number);
        const fall = difference * (falls[pair] as number);
        for (let d = 0; d < dimensions; d++)
          gradient[d] = (gradient[d] as number) + fall * (squares[pair * dimensions + d] as number);
      }
      fit += (inverse[own + i] as number) - (alpha[i] as number) ** 2;
    }
    for (let d = 0; d < dimensions; d++) gradient[d] = (gradient[d] as number) * (weights[d] as number);
    // tr(G·K) with K = scale·M + noise·I, where G·K's trace is n − yᵀα.
    let explained = n;
    for (let i = 0; i < n; i++) explained -= (values[i] as number) * (alpha[i] as number);
    gradient[dimensions] = 0.5 * (explained - noise * fit);
    gradient[dimensions + 1] = 0.5 * noise * fit;
    return loss + addPriors(weights, gradient, dimensions);
  };
  return descend(slope, start, bound(0), bound(1), FIT_STEPS, FIT_TOLERANCE).x;
}

/**
 * −log of Optuna 5's priors (its `default_log_prior`): w near 1, exp(−0.1/w − 0.1·w); variance Gamma(2, 1); noise
 * Gamma(1.1, 30).
 */
function addPriors(weights: Float64Array, gradient: Float64Array, dimensions: number): number {
  let loss = 0;
  for (let d = 0; d < dimensions; d++) {
    const w = weights[d] as number;
    loss += 0.1 / w + 0.1 * w;
    gradient[d] = (gradient[d] as number) - 0.1 / w + 0.1 * w;
  }
  const gamma = (place: number, shape: number, rate: number) => {
    const x = weights[place] as number;
    loss -= (shape - 1) * Math.log(x) - rate * x;
    gradient[place] = (gradient[place] as number) - (shape - 1) + rate * x;
  };
  gamma(dimensions, 2, 1);
  gamma(dimensions + 1, 1.1, 30);
  return loss;
}
