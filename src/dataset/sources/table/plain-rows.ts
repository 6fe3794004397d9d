// The quick way through a text table: DuckDB parses its columns of numbers while it splits the lines. Taken for rows whose every
// number is plain; what begins with the first other one is read the careful way (projection-sql.ts), which judges each field.
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { isUsual, parsesAlone } from './number-sql.js';
import { rawName } from './raw-name.js';
import type { Projection, TableBlock } from './table.js';
import type { TablePart } from './table-part.js';
import { secondsSql } from './time-sql.js';

/** null: of this table, or of what is asked for, no row can be read so. */
export function plainQuery(
  { columns, dialect, fromTyped, sample }: TablePart,
  { numbers, texts, time, sorted }: Projection,
  where: string | undefined,
): string | null {
  if (fromTyped === null || dialect === null || !isUsual(dialect)) return null;
  if (where !== undefined || sorted === true || time?.formats.length === 0) return null;
  const others = [...texts, ...(time?.columns ?? [])];
  if (numbers.some((column) => others.includes(column))) return null;
  if (sample.some((row) => numbers.some((column) => !parsesAlone(row[column] ?? '')))) return null;
  const fields = time?.columns.map((column) => columns[column]!.text) ?? [];
  const selected = [
    ...numbers.map(rawName),
    ...(time === undefined ? [] : [secondsSql(fields, time)]),
    ...texts.map((column) => columns[column]!.text),
  ];
  return selected.length === 0 ? null : `select ${selected.join(', ')} from ${fromTyped(numbers)}`;
}

type PlainBlock = Omit<TableBlock, 'file' | 'rowOf'>;

interface DoubleVector {
  readonly items: Float64Array;
  /** One bit a row; null: each has a value. */
  readonly validity: { readonly data: BigUint64Array | null };
}

/** null: a row of the chunk is not plain. */
export function plainBlock(chunk: DuckDBDataChunk, { numbers, texts, time }: Projection): PlainBlock | null {
  const count = chunk.rowCount;
  const vectorOf = (place: number): DoubleVector => chunk.getColumnVector(place) as unknown as DoubleVector;
  const rough = new Map<number, (string | null)[]>();
  const vectors = numbers.map((_, place) => vectorOf(place));
  for (const { items, validity } of vectors) {
    const isEmpty = emptyRows(validity.data);
    for (let row = 0; row < count; row++) {
      if (isEmpty?.(row)) rough.set(row, []);
      else if (!Number.isFinite(items[row]!)) return null;
    }
  }
  const seconds = time === undefined ? null : vectorOf(numbers.length);
  if (seconds !== null) {
    const isEmpty = emptyRows(seconds.validity.data);
    if (isEmpty !== null) for (let row = 0; row < count; row++) if (isEmpty(row)) return null;
  }
  for (const [row, fields] of rough)
    for (const { items, validity } of vectors)
      fields.push(emptyRows(validity.data)?.(row) ? null : written(items[row]!));
  const firstText = numbers.length + (seconds === null ? 0 : 1);
  return {
    count,
    seconds: seconds?.items ?? null,
    numbers: vectors.map(({ items }) => items),
    texts: texts.map((_, index) => chunk.getColumnValues(firstText + index) as (string | null)[]),
    rough,
  };
}

/** Whether a row has no value; null: all have. */
function emptyRows(validity: BigUint64Array | null): ((row: number) => boolean) | null {
  if (validity === null) return null;
  const bytes = new Uint8Array(validity.buffer, validity.byteOffset, validity.byteLength);
  return (row) => (bytes[row >> 3]! & (1 << (row & 7))) === 0;
}

/** Reads as the same number again. */
function written(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
