// Which series each row of a table is of, collected as the rows come by: four bytes a row.
import type { CommonTimes } from './split/split-times.js';
import type { TimeAxis } from './split/time-axis.js';

const FIRST_ROWS = 1 << 16;

/** Which series the rows of a table are of, as read. */
export interface SeriesOfRows {
  readonly names: readonly string[];
  /** Of each row the place of its series in `names`. */
  readonly ofRow: Uint32Array;
  /** Of each series the time of its first row in seconds; NaN: not known. */
  readonly firstSeconds: readonly number[];
  /** Seconds between rows; null: not known. */
  readonly stepSeconds: number | null;
  /** What the split of a series by itself is resolved on. */
  readonly axisOf: (series: string, rows: number) => TimeAxis;
  /** Of the series of these names, all that are learnt from; null: each is split by itself. */
  readonly commonOf: (kept: readonly string[]) => CommonTimes | null;
}

/** One that is learnt from. */
export interface KeptSeries {
  readonly name: string;
  /** Its place in `names`. */
  readonly series: number;
}

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
  summary(stepSeconds: number | null): Omit<SeriesOfRows, 'axisOf' | 'commonOf'> {
    return {
      names: [...this.places.keys()],
      ofRow: this.ofRow.subarray(0, this.rows),
      firstSeconds: this.firstSeconds,
      stepSeconds: stepSeconds === 0 ? null : stepSeconds,
    };
  }
}
