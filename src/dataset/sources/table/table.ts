// The contract of an open table: columns and first rows, then numbers and texts in blocks.
import type { Dialect, DialectSettings } from './dialect.js';

/** `number`: of numbers, `time`: of dates, as their type or, of text, the first rows say. */
export type ColumnKind = 'number' | 'text' | 'time';

export interface TableSettings extends DialectSettings {
  /** A file, a folder of files, or a pattern such as `data/*.csv`. */
  readonly path: string;
  /** Whether it holds texts with labels, not numbers. */
  readonly holdsTexts?: boolean;
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets the raw bytes of the files, in order, before any row is read. */
  readonly onBytes?: (bytes: Buffer) => void;
  /** A folder for what does not fit into memory, and for files that are written anew; by default the system's. */
  readonly temporary?: string | undefined;
}

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Columns by their place. */
export interface Projection {
  readonly numbers: readonly number[];
  readonly texts: readonly number[];
}

export interface TableBlock {
  readonly count: number;
  /** Row of the table, from 0, of the first row here; the others follow it. */
  readonly firstRow: number;
  /** One array for each column asked for; of rows in `rough` they say nothing. */
  readonly numbers: readonly Float64Array[];
  /** One list for each column asked for; null: the field is empty. */
  readonly texts: readonly (readonly (string | null)[])[];
  /** Of rows with a field that is no plain number: the fields of all `numbers`, as they are written; null: empty. */
  readonly rough: ReadonlyMap<number, readonly (string | null)[]>;
}

export interface TablePlace {
  readonly file: string;
  /** Of a table without lines the row, both from 1. */
  readonly line: number;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  /** The first rows as texts, all columns; null: empty. */
  readonly sample: readonly (readonly (string | null)[])[];
  readonly files: readonly string[];
  /** How its text is written; null: it is no text. */
  readonly dialect: Dialect | null;
  readonly notices: readonly string[];
  /** Throws CSV_SYNTAX where a line has not one field for each column, INTERRUPTED when the signal says so. */
  readonly read: (projection: Projection) => AsyncGenerator<TableBlock>;
  /** Where rows stand; one reading of the files, once rows were read. */
  readonly findPlaces: () => Promise<(row: number) => TablePlace>;
  readonly close: () => void;
}
