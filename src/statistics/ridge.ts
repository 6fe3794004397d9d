// Linear regression with a penalty on the squares of its weights (Hoerl & Kennard 1970), solved exactly: the same bits
// everywhere, as it takes no more than sums, products and square roots.

/** X′X and X′y of rows that come one after the other; the last weight stands on a constant 1. */
export class LeastSquares {
  private readonly gram: Float64Array;
  private readonly moments: Float64Array;
  private readonly size: number;

  /** `features` of a row, without the constant, and how many values they are to give, each by weights of its own. */
  constructor(
    private readonly features: number,
    private readonly targets = 1,
  ) {
    this.size = features + 1;
    this.gram = new Float64Array(this.size * this.size);
    this.moments = new Float64Array(targets * this.size);
  }

  /** `[features]`, and what they are to give, `[targets]`. O(features² + features · targets). */
  add(row: Float64Array, target: number | Float64Array): void {
    const { features, size, gram, moments, targets } = this;
    for (let one = 0; one < targets; one++) {
      const wanted = typeof target === 'number' ? target : target[one]!;
      const begin = one * size;
      for (let at = 0; at <= features; at++)
        moments[begin + at]! += (at === features ? 1 : row[at]!) * wanted;
    }
    for (let at = 0; at <= features; at++) {
      const value = at === features ? 1 : row[at]!;
      const begin = at * size;
      for (let other = 0; other <= at; other++)
        gram[begin + other]! += value * (other === features ? 1 : row[other]!);
    }
  }

  /**
   * Rows that are told by their sums: how many there are, of each feature's products with another one (null: the constant's)
   * and with a target. A feature is asked for with those up to itself.
   */
  addSums(
    rows: number,
    ofFeatures: (one: number | null, other: number) => number,
    ofTarget: (one: number | null, target: number) => number,
  ): void {
    const { features, size, gram, moments, targets } = this;
    for (let at = 0; at < features; at++)
      for (let other = 0; other <= at; other++) gram[at * size + other]! += ofFeatures(at, other);
    for (let other = 0; other < features; other++) gram[features * size + other]! += ofFeatures(null, other);
    gram[features * size + features]! += rows;
    for (let target = 0; target < targets; target++)
      for (let at = 0; at <= features; at++)
        moments[target * size + at]! += ofTarget(at === features ? null : at, target);
  }

  /**
   * `[targets, features + 1]` weights, the constant's last, of the least Σ (y − x·w)² + λ Σ w²; λ is `penalty` times the mean of the
   * diagonal of X′X, so that it does not depend on the scale of the features. O(features² · (features + targets)).
   */
  solve(penalty: number): Float64Array {
    const { size, gram, moments, targets } = this;
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
    for (let target = 0; target < targets; target++) {
      const own = weights.subarray(target * size, (target + 1) * size);
      for (let row = 0; row < size; row++) {
        for (let at = 0; at < row; at++) own[row]! -= lower[row * size + at]! * own[at]!;
        own[row]! /= lower[row * size + row]!;
      }
      for (let row = size - 1; row >= 0; row--) {
        for (let at = row + 1; at < size; at++) own[row]! -= lower[at * size + row]! * own[at]!;
        own[row]! /= lower[row * size + row]!;
      }
    }
    return weights;
  }
}
