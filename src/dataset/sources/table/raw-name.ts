// What DuckDB calls the columns of a file: names of our own, so that a condition may use those of the file beside them.

/** No name in a file begins so. */
export const RAW = '\u0001';

/** The number of a row, from 0. */
export const ROW = `"${RAW}row"`;

export function rawName(column: number): string {
  return `"${RAW}${column}"`;
}
