// The order of all observations in each dimension, kept as they come: a proposal among a thousand sorts nothing.
import type { Observations } from './observations.js';

const FIRST_PLACES = 64;

/** Places of rows in ascending order of one of their shares; equal ones in the order of the rows. Longer than `size`. */
interface Column {
  places: Int32Array;
  size: number;
}

export class SortedColumns {
  private readonly columns: readonly Column[];
  private count = 0;

  constructor(private readonly dimensions: number) {
    this.columns = Array.from({ length: dimensions }, () => ({
      places: new Int32Array(FIRST_PLACES),
      size: 0,
    }));
  }

  clear(): void {
    for (const column of this.columns) column.size = 0;
    this.count = 0;
  }

  read({ rows, count }: Observations): void {
    for (; this.count < count; this.count++) this.insert(this.columns, rows, this.count);
  }

  /**
   * Places of the first `count` of `rows` in ascending order, for each dimension; those from `known` on are not kept. NaN
   * stands nowhere. To be read until the next call.
   */
  withRows(rows: Float64Array, count: number, known: number): Int32Array[] {
    const view = ({ places, size }: Column): Int32Array => places.subarray(0, size);
    if (count === known) return this.columns.map(view);
    const copies = this.columns.map(({ places, size }) => {
      const copy = { places: new Int32Array(size + count - known), size };
      copy.places.set(places.subarray(0, size));
      return copy;
    });
    for (let place = known; place < count; place++) this.insert(copies, rows, place);
    return copies.map(view);
  }

  private insert(columns: readonly Column[], rows: Float64Array, place: number): void {
    for (const [dimension, column] of columns.entries()) {
      const share = rows[place * this.dimensions + dimension] ?? Number.NaN;
      if (Number.isNaN(share)) continue;
      const { size } = column;
      if (size === column.places.length) {
        const grown = new Int32Array(2 * size);
        grown.set(column.places);
        column.places = grown;
      }
      const { places } = column;
      let low = 0;
      let high = size;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((rows[(places[middle] ?? 0) * this.dimensions + dimension] ?? 0) <= share) low = middle + 1;
        else high = middle;
      }
      places.copyWithin(low + 1, low, size);
      places[low] = place;
      column.size = size + 1;
    }
  }
}
