// A Gaussian process over rows of shares, given values at some of them: its posterior is a mean and a deviation, with their
// slopes.
import type { Axis } from '../space/axes.js';
import { KernelFactor } from './kernel-factor.js';
import { type KernelParameters, LEAST_NOISE } from './kernel-parameters.js';
import { solveLower, solveUpper } from './linear-algebra.js';

const LEAST_VARIANCE = LEAST_NOISE * 1e-4;

export class GaussianProcess {
  private readonly alpha: Float64Array;
  private readonly kernel: Float64Array;
  private readonly solved: Float64Array;
  private readonly falls: Float64Array;

  /**
   * Rows after those of `values` are taken to be what the process expects there: they say where it is known already.
   * `before`: another of the same study, whose factor is gone on with where it can be; it must not be asked any more.
   */
  static condition(
    axes: readonly Axis[],
    rows: Float64Array,
    values: Float64Array,
    parameters: KernelParameters,
    before?: GaussianProcess | null,
  ): GaussianProcess {
    const kept = before?.factor;
    const goesOn = kept?.parameters === parameters && kept.startsLike(rows, axes.length);
    const factor = goesOn ? kept : new KernelFactor(axes, parameters);
    factor.extend(rows, axes.length);
    return new GaussianProcess(factor, values);
  }

  private constructor(
    private readonly factor: KernelFactor,
    private readonly values: Float64Array,
  ) {
    const { count, lower } = factor;
    this.kernel = new Float64Array(count);
    this.solved = new Float64Array(count);
    this.falls = new Float64Array(count);
    // What is expected anyway moves no mean: of those rows alpha is 0.
    this.alpha = new Float64Array(count);
    const known = values.slice();
    solveLower(lower, values.length, known);
    solveUpper(lower, values.length, known);
    this.alpha.set(known);
  }

  /** The least of what the process expects at the points whose values it knows: without noise, their least value. */
  get leastMean(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.values.length; i++)
      least = Math.min(least, (this.values[i] as number) - this.factor.noise * (this.alpha[i] as number));
    return least;
  }

  /**
   * Mean, and a bound that the deviation is not above: that given the nearest point alone. O(n·d), where the deviation
   * itself takes O(n²).
   */
  screen(row: Float64Array): { readonly mean: number; readonly deviation: number } {
    const { scale, noise } = this.factor;
    const { sum, nearest } = this.factor.rough(row, this.alpha);
    const variance = scale - (nearest * nearest) / (scale + noise);
    return { mean: sum, deviation: Math.sqrt(Math.max(variance, LEAST_VARIANCE)) };
  }

  /** Posterior of the function, without the noise. Where slopes are given they are filled: of the mean, of the deviation. */
  predict(
    row: Float64Array,
    meanSlope?: Float64Array,
    deviationSlope?: Float64Array,
  ): { readonly mean: number; readonly deviation: number } {
    const { kernel, solved, alpha, falls, factor } = this;
    const { count: n, lower } = factor;
    factor.fill(row, n, kernel, meanSlope && falls);
    let mean = 0;
    for (let i = 0; i < n; i++) mean += (kernel[i] as number) * (alpha[i] as number);
    solved.set(kernel);
    solveLower(lower, n, solved);
    let variance = factor.scale;
    for (let i = 0; i < n; i++) variance -= (solved[i] as number) ** 2;
    const isFloor = !(variance > LEAST_VARIANCE);
    const deviation = Math.sqrt(isFloor ? LEAST_VARIANCE : variance);
    if (meanSlope === undefined || deviationSlope === undefined) return { mean, deviation };
    solveUpper(lower, n, solved);
    meanSlope.fill(0);
    deviationSlope.fill(0);
    const factorOfSlope = isFloor ? 0 : -1 / deviation;
    for (let i = 0; i < n; i++) {
      const fall = falls[i] as number;
      falls[i] = fall * (alpha[i] as number);
      solved[i] = factorOfSlope * fall * (solved[i] as number);
    }
    factor.addSlopes(row, falls, meanSlope);
    factor.addSlopes(row, solved, deviationSlope);
    return { mean, deviation };
  }
}
