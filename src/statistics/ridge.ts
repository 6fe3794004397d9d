// Linear regression with a penalty on the squares of its weights (Hoerl & Kennard 1970), solved exactly: the same bits
// everywhere, as it takes no more than sums, products and square roots.

/** X′X and X′y of rows that come one after the other; the last weight stands on a constant 1. */
export class LeastSquares {
  private readonly gram: Float64Array;
  private readonly moments: Float64Array;
  private readonly size: number;

  /** `features` of a row, without the constant. */
  constructor(private readonly features: number) {
    this.size = features + 1;
    this.gram = new Float64Array(this.size * this.size);
    this.moments = new Float64Array(this.size);
  }

  /** `[features]`, and what they are to give. O(features²). */
  add(row: Float64Array, target: number): void {
    const { features, size, gram, moments } = this;
    for (let at = 0; at <= features; at++) {
      const value = at === features ? 1 : row[at]!;
      moments[at]! += value * target;
      const begin = at * size;
      for (let other = 0; other <= at; other++)
        gram[begin + other]! += value * (other === features ? 1 : row[other]!);
    }
  }

  /**
   * `[features + 1]` weights, the constant's last, of the least Σ (y − x·w)² + λ Σ w²; λ is `penalty` times the mean of the
   * diagonal of X′X, so that it does not depend on the scale of the features. O(features³).
   */
  solve(penalty: number): Float64Array {
    const { size, gram, moments } = this;
    let trace = 0;
    for (let at = 0; at < size; at++) trace += gram[at * size + at]!;
    const added = Math.max(penalty * (trace / size), Number.MIN_VALUE * 2 ** 60);
    const lower = gram.slice();
    // Cholesky: X′X + λ is L L′.
    for (let row = 0; row < size; row++) {
      for (let column = 0; column <= row; column++) {
        let sum = lower[row * size + column]! + (row === column ? added : 0);
        for (let at = 0; at < column; at++) sum -= lower[row * size + at]! * lower[column * size + at]!;
        lower[row * size + column] =
          row === column ? Math.sqrt(Math.max(sum, added)) : sum / lower[column * size + column]!;
      }
    }
    const weights = moments.slice();
    for (let row = 0; row < size; row++) {
      for (let at = 0; at < row; at++) weights[row]! -= lower[row * size + at]! * weights[at]!;
      weights[row]! /= lower[row * size + row]!;
    }
    for (let row = size - 1; row >= 0; row--) {
      for (let at = row + 1; at < size; at++) weights[row]! -= lower[at * size + row]! * weights[at]!;
      weights[row]! /= lower[row * size + row]!;
    }
    return weights;
  }
}
