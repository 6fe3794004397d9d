// Sums over all windows of a series of the products of two of its values, each at a distance of its own from a window's first
// row: what a regression on windows takes. Windows that begin one row after the other share almost all products, so that each
// distance between two values takes one pass over the rows. Only sums and products: the same bits everywhere.

export class LaggedSums {
  /** `[left, all]`: of the first `left` offsets with all of them. */
  private readonly products: Float64Array;
  private readonly totals: Float64Array;
  /** By distance the pairs that have it: places among the offsets, one after the other. */
  private readonly pairs = new Map<number, number[]>();
  private prefix = new Float64Array(0);
  windows = 0;

  /** `offsets`: rows after a window's first one, ascending; products are asked for of the first `left` of them with any. */
  constructor(
    private readonly offsets: readonly number[],
    left: number,
  ) {
    this.products = new Float64Array(left * offsets.length);
    this.totals = new Float64Array(offsets.length);
    for (let one = 0; one < left; one++)
      for (let other = one; other < offsets.length; other++) {
        const lag = offsets[other]! - offsets[one]!;
        const known = this.pairs.get(lag);
        if (known === undefined) this.pairs.set(lag, [one, other]);
        else known.push(one, other);
      }
  }

  /** Passes over the rows that `add` takes. */
  get lags(): number {
    return this.pairs.size;
  }

  /** The windows that begin with each of the first `count` values. O(lags · values + offsets²). */
  add(values: Float64Array, count: number): void {
    const { offsets, totals, products } = this;
    this.windows += count;
    if (this.prefix.length <= values.length) this.prefix = new Float64Array(values.length + 1);
    const { prefix } = this;
    for (let at = 0; at < values.length; at++) prefix[at + 1] = prefix[at]! + values[at]!;
    for (const [place, offset] of offsets.entries())
      totals[place]! += prefix[offset + count]! - prefix[offset]!;
    for (const [lag, pairs] of this.pairs) {
      for (let at = 0; at + lag < values.length; at++)
        prefix[at + 1] = prefix[at]! + values[at]! * values[at + lag]!;
      for (let pair = 0; pair < pairs.length; pair += 2) {
        const offset = offsets[pairs[pair]!]!;
        products[pairs[pair]! * offsets.length + pairs[pair + 1]!]! +=
          prefix[offset + count]! - prefix[offset]!;
      }
    }
  }

  /** Over all windows the sum of the value at a place among the offsets. */
  sum(place: number): number {
    return this.totals[place]!;
  }

  /** And of the product of two of them, one of which is among the first. */
  product(one: number, other: number): number {
    return this.products[Math.min(one, other) * this.offsets.length + Math.max(one, other)]!;
  }
}
