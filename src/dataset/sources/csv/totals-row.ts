// A last row that is the sum of all others, as spreadsheets end in: nothing else tells it from a row where there are no times.
import type { CsvBlock } from './csv-block.js';

const LEAST_ROWS = 4;
/** Sums that were rounded as the values are. */
const TOLERANCE = 1e-6;

export class TotalsRow {
  private readonly sums: Float64Array;
  private readonly last: Float64Array;
  private rows = 0;
  private row = 0;

  constructor(private readonly features: number) {
    this.sums = new Float64Array(features);
    this.last = new Float64Array(features);
  }

  see({ values, rows, count }: CsvBlock): void {
    if (count === 0) return;
    const { features, sums } = this;
    for (let feature = 0; feature < features; feature++) {
      let sum = sums[feature]!;
      for (let at = feature, end = count * features; at < end; at += features) sum += values[at]!;
      sums[feature] = sum;
    }
    this.last.set(values.subarray((count - 1) * features, count * features));
    this.rows += count;
    this.row = rows[count - 1]!;
  }

  /** Of the table, from 0; null: the last row is none. */
  find(): number | null {
    const { sums, last } = this;
    const isTotal =
      this.rows > LEAST_ROWS &&
      last.some((value) => value !== 0) &&
      last.every((value, feature) => Math.abs(sums[feature]! - 2 * value) <= TOLERANCE * Math.abs(value));
    return isTotal ? this.row : null;
  }
}
