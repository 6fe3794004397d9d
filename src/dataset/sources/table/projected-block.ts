// A block of rows from a chunk that DuckDB answered a projected query with.
import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { ProjectedPlaces } from './projection-sql.js';
import type { Projection, TableBlock } from './table.js';

/** `firstRow`: of the file; `before`: rows of it that came before. */
export function projectedBlock(
  chunk: DuckDBDataChunk,
  { numbers, texts }: Projection,
  places: ProjectedPlaces,
  firstRow: number,
  before: number,
): Omit<TableBlock, 'file'> {
  const count = chunk.rowCount;
  const doubles = (column: number): Float64Array =>
    (chunk.getColumnVector(column) as unknown as { readonly items: Float64Array }).items;
  const isRough = doubles(places.rough);
  const rough = new Map<number, readonly (string | null)[]>();
  if (isRough.some((mark) => mark !== 0)) {
    const fields = chunk.getColumnVector(places.fields);
    for (let row = 0; row < count; row++)
      if (isRough[row] !== 0)
        rough.set(row, (fields.getItem(row) as { readonly items: readonly (string | null)[] }).items);
  }
  const rows = places.row < 0 ? null : doubles(places.row);
  return {
    count,
    rowOf: (index) => firstRow + (rows === null ? before + index : rows[index]!),
    seconds: places.seconds < 0 ? null : doubles(places.seconds),
    numbers: numbers.map((_, index) => doubles(index)),
    texts: texts.map((_, index) => chunk.getColumnValues(places.texts + index) as readonly (string | null)[]),
    rough,
  };
}
