// What a table of numbers is handed over as, block by block, and how its labels are read.
import type { RowBlock } from '../row-source.js';

/** `seconds`: of each row since 1970 (NaN without a time column); `rows`: its place in the table, from 0. */
export interface CsvBlock extends RowBlock {
  readonly seconds: Float64Array;
  readonly rows: Float64Array;
  /** Name of each row's series; null: the table is one series. */
  readonly series: readonly string[] | null;
  /** The number of each row's label; null: none are read. */
  readonly labels: Float64Array | null;
  /** 1 where a value was missing and is that of the row before, row-major; null: none was. */
  readonly filled: Uint8Array | null;
}

/** Where labels stand, and the number of the one in a field of a row. */
export interface LabelColumn {
  readonly column: string;
  codeOf(field: string, row: number): number;
}
