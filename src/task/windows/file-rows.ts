// Where a row of a stream stands in its file: rows that were dropped, and those of other series, count there.
import type { RowLines } from '../../dataset/sources/csv/row-lines.js';

/** Both from 1. A row to come goes on from the last one; of one series among others it has no place: NaN. */
export function fileRowOf(
  {
    name,
    fileRows,
    rows,
  }: { readonly name: string | null; readonly fileRows: RowLines; readonly rows: number },
  row: number,
): number {
  if (row <= rows) return fileRows.lineOf(row - 1) + 1;
  return name === null ? fileRows.lineOf(rows - 1) + 1 + row - rows : Number.NaN;
}
