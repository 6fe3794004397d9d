// A row of a table on its way into a stream of windows.

export interface StreamRow {
  readonly series: string | null;
  readonly values: Float64Array;
  /** 1 where a value was missing and is that of the row before; null: none was. */
  readonly filled: Uint8Array | null;
  readonly seconds: number;
  /** Of the table. */
  readonly row: number;
  /** The number of its label, where labels are read. */
  readonly label: number;
}
