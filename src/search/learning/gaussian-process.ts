// A Gaussian process over rows of shares: Matérn 5/2 with a length scale for each dimension, unequal choices one apart
// (Hamming). Its parameters are the likeliest under priors, its posterior a mean and a deviation with their slopes.
import type { Axis } from '../space/axes.js';
import { descend } from './box-descent.js';
import { decay } from './decay.js';
import { factor, invert, solveLower, solveUpper } from './linear-algebra.js';

/**
 * Logarithms of: the inverse squared length scale w of each dimension, the variance of the function, that of the noise.
 */
export type KernelParameters = Float64Array;

const SQRT_5 = Math.sqrt(5);
const LEAST_NOISE = 1e-6;
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
  const lower = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
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
      for (let j = 0; j < i; j++, pair++) {
        let square = 0;
        for (let d = 0; d < dimensions; d++)
          square += (weights[d] as number) * (squares[pair * dimensions + d] as number);
        const r = SQRT_5 * Math.sqrt(square);
        const height = scale * Math.exp(-r);
        lower[i * n + j] = height * (1 + r + (r * r) / 3);
        // The derivative of the kernel by the squared distance.
        falls[pair] = (-5 / 6) * height * (1 + r);
      }
      lower[i * n + i] = scale + noise;
    }
    if (!factor(lower, n)) return Number.POSITIVE_INFINITY;
    const alpha = values.slice();
    solveLower(lower, n, alpha);
    let loss = 0;
    for (let i = 0; i < n; i++)
      loss += 0.5 * (alpha[i] as number) ** 2 + Math.log(lower[i * n + i] as number);
    solveUpper(lower, n, alpha);
    invert(lower, n, inverse, scratch);
    gradient.fill(0);
    pair = 0;
    let fit = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const difference = (inverse[i * n + j] as number) - (alpha[i] as number) * (alpha[j] as number);
        const fall = difference * (falls[pair] as number);
        for (let d = 0; d < dimensions; d++)
          gradient[d] = (gradient[d] as number) + fall * (squares[pair * dimensions + d] as number);
      }
      fit += (inverse[i * n + i] as number) - (alpha[i] as number) ** 2;
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

export class GaussianProcess {
  private readonly lower: Float64Array;
  private readonly alpha: Float64Array;
  private readonly weights: Float64Array;
  private readonly scale: number;
  /** 1 for each dimension of choices. */
  private readonly mask: Uint8Array;
  private readonly kernel: Float64Array;
  private readonly solved: Float64Array;
  private readonly falls: Float64Array;
  readonly noise: number;

  /** Rows after those of `values` are taken to be what the process expects there: they say where it is known already. */
  static condition(
    axes: readonly Axis[],
    rows: Float64Array,
    values: Float64Array,
    parameters: KernelParameters,
  ): GaussianProcess {
    const n = rows.length / axes.length;
    const known = new GaussianProcess(
      axes,
      rows.subarray(0, values.length * axes.length),
      values,
      parameters,
    );
    if (n === values.length) return known;
    const all = new Float64Array(n);
    all.set(values);
    for (let place = values.length; place < n; place++)
      all[place] = known.mean(rows.subarray(place * axes.length, (place + 1) * axes.length));
    return new GaussianProcess(axes, rows, all, parameters);
  }

  private constructor(
    private readonly axes: readonly Axis[],
    /** [n, d] */
    private readonly rows: Float64Array,
    readonly values: Float64Array,
    parameters: KernelParameters,
  ) {
    const n = values.length;
    const dimensions = axes.length;
    this.weights = parameters.map(Math.exp);
    this.mask = Uint8Array.from(axes, ({ isChoice }) => (isChoice ? 1 : 0));
    this.scale = this.weights[dimensions] as number;
    this.kernel = new Float64Array(n);
    this.solved = new Float64Array(n);
    this.falls = new Float64Array(n);
    this.lower = new Float64Array(n * n);
    let noise = this.weights[dimensions + 1] as number;
    // Points that lie on one another make the matrix singular to rounding: then, more noise.
    for (;;) {
      for (let i = 0; i < n; i++) {
        this.fillKernel(this.rows.subarray(i * dimensions, (i + 1) * dimensions), i);
        this.lower.set(this.kernel.subarray(0, i), i * n);
        this.lower[i * n + i] = this.scale + noise;
      }
      if (factor(this.lower, n)) break;
      noise *= 10;
    }
    this.noise = noise;
    this.alpha = values.slice();
    solveLower(this.lower, n, this.alpha);
    solveUpper(this.lower, n, this.alpha);
  }

  /** The least of what the process expects at the points it knows: without noise, their least value. */
  get leastMean(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.values.length; i++)
      least = Math.min(least, (this.values[i] as number) - this.noise * (this.alpha[i] as number));
    return least;
  }

  mean(row: Float64Array): number {
    this.fillKernel(row, this.values.length);
    let mean = 0;
    for (let i = 0; i < this.values.length; i++)
      mean += (this.kernel[i] as number) * (this.alpha[i] as number);
    return mean;
  }

  /**
   * Mean, and a bound that the deviation is not above: that given the nearest point alone. O(n·d), where the deviation
   * itself takes O(n²).
   */
  screen(row: Float64Array): { readonly mean: number; readonly deviation: number } {
    const { rows, weights, alpha, mask } = this;
    const n = this.values.length;
    const dimensions = this.axes.length;
    let mean = 0;
    let nearest = 0;
    let at = 0;
    for (let i = 0; i < n; i++) {
      let square = 0;
      for (let d = 0; d < dimensions; d++, at++) {
        const gap = (row[d] as number) - (rows[at] as number);
        square += (weights[d] as number) * (mask[d] === 1 ? (gap === 0 ? 0 : 1) : gap * gap);
      }
      const r = SQRT_5 * Math.sqrt(square);
      const correlation = decay(r) * (1 + r + (r * r) / 3);
      if (correlation > nearest) nearest = correlation;
      mean += correlation * (alpha[i] as number);
    }
    mean *= this.scale;
    nearest *= this.scale;
    const variance = this.scale - (nearest * nearest) / (this.scale + this.noise);
    return { mean, deviation: Math.sqrt(Math.max(variance, LEAST_NOISE * 1e-4)) };
  }

  /** Posterior of the function, without the noise. Where slopes are given they are filled: of the mean, of the deviation. */
  predict(
    row: Float64Array,
    meanSlope?: Float64Array,
    deviationSlope?: Float64Array,
  ): { readonly mean: number; readonly deviation: number } {
    const n = this.values.length;
    const dimensions = this.axes.length;
    const { kernel, solved, alpha } = this;
    this.fillKernel(row, n);
    let mean = 0;
    for (let i = 0; i < n; i++) mean += (kernel[i] as number) * (alpha[i] as number);
    solved.set(kernel);
    solveLower(this.lower, n, solved);
    let variance = this.scale;
    for (let i = 0; i < n; i++) variance -= (solved[i] as number) ** 2;
    const isFloor = !(variance > LEAST_NOISE * 1e-4);
    const deviation = Math.sqrt(isFloor ? LEAST_NOISE * 1e-4 : variance);
    if (meanSlope === undefined || deviationSlope === undefined) return { mean, deviation };
    solveUpper(this.lower, n, solved);
    meanSlope.fill(0);
    deviationSlope.fill(0);
    for (let i = 0; i < n; i++) {
      const fall = this.falls[i] as number;
      const byMean = fall * (alpha[i] as number);
      const byVariance = -2 * fall * (solved[i] as number);
      for (let d = 0; d < dimensions; d++) {
        if (this.axes[d]?.isChoice) continue;
        const by =
          2 * (this.weights[d] as number) * ((row[d] as number) - (this.rows[i * dimensions + d] as number));
        meanSlope[d] = (meanSlope[d] as number) + byMean * by;
        deviationSlope[d] = (deviationSlope[d] as number) + byVariance * by;
      }
    }
    const factorOfSlope = isFloor ? 0 : 0.5 / deviation;
    for (let d = 0; d < dimensions; d++) deviationSlope[d] = (deviationSlope[d] as number) * factorOfSlope;
    return { mean, deviation };
  }

  /** The kernel between `row` and the first `n` points, and its slope by the squared distance. */
  private fillKernel(row: Float64Array, n: number): void {
    const { rows, weights, scale, mask, kernel, falls } = this;
    const dimensions = this.axes.length;
    for (let i = 0; i < n; i++) {
      let square = 0;
      for (let d = 0; d < dimensions; d++) {
        const gap = (row[d] as number) - (rows[i * dimensions + d] as number);
        square += (weights[d] as number) * (mask[d] === 1 ? (gap === 0 ? 0 : 1) : gap * gap);
      }
      const r = SQRT_5 * Math.sqrt(square);
      const height = scale * Math.exp(-r);
      kernel[i] = height * (1 + r + (r * r) / 3);
      falls[i] = (-5 / 6) * height * (1 + r);
    }
  }
}
