// Which series each row of a table is of, collected as the rows come by: four bytes a row.
import type { SeriesOfRows } from './arrange-series.js';

const FIRST_ROWS = 1 << 16;

export class SeriesRows {
  private readonly places = new Map<string, number>();
  private readonly firstSeconds: number[] = [];
  private ofRow = new Uint32Array(FIRST_ROWS);
  private rows = 0;

  /** `seconds`: the times of the rows, NaN where they are not known. */
  append(names: readonly string[], seconds: Float64Array | undefined): void {
    if (this.rows + names.length > this.ofRow.length) {
      const grown = new Uint32Array(2 * (this.rows + names.length));
      grown.set(this.ofRow.subarray(0, this.rows));
      this.ofRow = grown;
    }
    for (const [row, name] of names.entries()) {
      let place = this.places.get(name);
      if (place === undefined) {
        place = this.places.size;
        this.places.set(name, place);
        this.firstSeconds.push(seconds?.[row] ?? Number.NaN);
      }
      this.ofRow[this.rows++] = place;
    }
  }

  /** Of all rows. `stepSeconds`: between two of them; null: not known. */
  summary(stepSeconds: number | null): Omit<SeriesOfRows, 'before'> {
    return {
      names: [...this.places.keys()],
      ofRow: this.ofRow.subarray(0, this.rows),
      firstSeconds: this.firstSeconds,
      stepSeconds: stepSeconds === 0 ? null : stepSeconds,
    };
  }
}
