// The order of all observations in each dimension, kept as they come: a proposal among a thousand sorts nothing.
import type { Observations } from './observations.js';

export class SortedColumns {
  private readonly columns: number[][];
  private count = 0;

  constructor(private readonly dimensions: number) {
    this.columns = Array.from({ length: dimensions }, () => []);
  }

  clear(): void {
    for (const column of this.columns) column.length = 0;
    this.count = 0;
  }

  read({ rows, count }: Observations): void {
    for (; this.count < count; this.count++) this.insert(this.columns, rows, this.count);
  }

  /** Places of `rows` in ascending order, for each dimension; those from `known` on are not kept. NaN stands nowhere. */
  withRows(rows: Float64Array, known: number): Int32Array[] {
    const added = rows.length / Math.max(1, this.dimensions) - known;
    if (added <= 0) return this.columns.map(pack);
    const copies = this.columns.map((column) => column.slice());
    for (let place = known; place < known + added; place++) this.insert(copies, rows, place);
    return copies.map(pack);
  }

  private insert(columns: number[][], rows: Float64Array, place: number): void {
    for (const [dimension, column] of columns.entries()) {
      const share = rows[place * this.dimensions + dimension] ?? Number.NaN;
      if (Number.isNaN(share)) continue;
      let low = 0;
      let high = column.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((rows[(column[middle] ?? 0) * this.dimensions + dimension] ?? 0) <= share) low = middle + 1;
        else high = middle;
      }
      column.splice(low, 0, place);
    }
  }
}

/** Element by element: Int32Array.from goes through an iterator, five times as long. */
function pack(column: readonly number[]): Int32Array {
  const packed = new Int32Array(column.length);
  for (let place = 0; place < column.length; place++) packed[place] = column[place] as number;
  return packed;
}
