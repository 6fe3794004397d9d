// What a first look at a table found in each column: all that a proposal (propose.ts) is made from.

export interface TableSketch {
  readonly rows: number;
  readonly columns: readonly ColumnSketch[];
  /** Fields of a source that reading the file takes, as they stand in a sweep file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export type ColumnSketch = NumberColumn | TimeColumn | TextColumn;

export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  /** In the order of the file; NaN: missing. */
  readonly values: Float64Array;
}

export interface TimeColumn {
  readonly kind: 'time';
  readonly name: string;
  /** Seconds since 1970; NaN: missing. */
  readonly seconds: Float64Array;
}

export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  /** Empty: missing. */
  readonly texts: readonly string[];
}

export function isNumbers(column: ColumnSketch): column is NumberColumn {
  return column.kind === 'number';
}

export function countMissing(column: ColumnSketch): number {
  if (column.kind === 'text') return column.texts.filter((text) => text === '').length;
  const values = column.kind === 'number' ? column.values : column.seconds;
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
}

/** Each different value as text, with how often it comes, in the order of its first coming; null: more than `most`. */
export function countValues(column: ColumnSketch, most: number): ReadonlyMap<string, number> | null {
  const counts = new Map<string, number>();
  const rows = column.kind === 'text' ? column.texts.length : valuesOf(column).length;
  for (let row = 0; row < rows; row++) {
    const key = keyAt(column, row);
    if (key === '') continue;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (counts.size > most) return null;
  }
  return counts;
}

/** The value of a row as text; empty: missing. */
export function keyAt(column: ColumnSketch, row: number): string {
  if (column.kind === 'text') return column.texts[row] ?? '';
  const value = valuesOf(column)[row]!;
  return Number.isNaN(value) ? '' : String(value);
}

function valuesOf(column: NumberColumn | TimeColumn): Float64Array {
  return column.kind === 'number' ? column.values : column.seconds;
}
