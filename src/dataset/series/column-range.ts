// The lowest and the highest value of each column of the rows that come by. O(1) a value.

export class ColumnRange {
  readonly min: Float64Array;
  readonly max: Float64Array;

  constructor(private readonly features: number) {
    this.min = new Float64Array(features).fill(Number.POSITIVE_INFINITY);
    this.max = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
  }

  /** The first `count` rows of row-major values. */
  see(values: Float64Array, count: number): void {
    for (let feature = 0; feature < this.features; feature++)
      this.seeColumn(values, feature, count * this.features);
  }

  /** One column of row-major values up to `end`. */
  seeColumn(values: Float64Array, feature: number, end: number): void {
    let [lowest, highest] = [this.min[feature]!, this.max[feature]!];
    for (let at = feature; at < end; at += this.features) {
      const value = values[at]!;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
    this.min[feature] = lowest;
    this.max[feature] = highest;
  }
}
