// The contract of an open table: columns and first rows, then numbers and texts in blocks.
import type { Dialect, DialectSettings } from './dialect.js';

/** `number`: of numbers, `time`: of dates, as their type or, of text, the first rows say. */
export type ColumnKind = 'number' | 'text' | 'time';

export interface TableSettings extends DialectSettings {
  /** A file, a folder of files, or a pattern such as `data/*.csv`. */
  readonly path: string;
  /** A single SELECT whose rows are read; `path` is the folder that its files lie in. */
  readonly sql?: string | undefined;
  /** SQL condition over the columns by name: rows for which it does not hold are left out. */
  readonly where?: string | undefined;
  /** Whether it holds texts with labels, not numbers. */
  readonly holdsTexts?: boolean;
  /** Quotes are characters, unless all fields of the first rows that begin with one also end with one. */
  readonly isQuotedByChance?: boolean;
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
  /** Whether its fields come as they are written. */
  readonly isText: boolean;
}

/** Columns by their place. */
export interface Projection {
  readonly numbers: readonly number[];
  readonly texts: readonly number[];
  readonly time?: TimeProjection | undefined;
  /** That the rows go by time; those without one come last. */
  readonly sorted?: boolean;
}

/** The time of a row: one column, or several joined by blanks. */
export interface TimeProjection {
  readonly columns: readonly number[];
  /** strptime words; the first that fits is taken. */
  readonly formats: readonly string[];
  /** Of the times, where their form names none; null: they are taken as UTC. */
  readonly zone: string | null;
}

export interface TableBlock {
  readonly count: number;
  /** Place among the table's files of the one that its rows are of. */
  readonly file: number;
  /** Row of the table, from 0, of each row here. */
  readonly rowOf: (index: number) => number;
  /** Since 1970; NaN: in none of the formats. null: no time was asked for. */
  readonly seconds: Float64Array | null;
  /** One array for each column asked for; of rows in `rough` they say nothing. */
  readonly numbers: readonly Float64Array[];
  /** One list for each column asked for; null: the field is empty. */
  readonly texts: readonly (readonly (string | null)[])[];
  /**
   * Of rows with a field that is no plain number, or a time in none of the formats: the fields of all `numbers` as they are
   * written, and then those of the time; null: empty.
   */
  readonly rough: ReadonlyMap<number, readonly (string | null)[]>;
}

export interface RowPlaces {
  readonly placeOf: (row: number) => TablePlace;
  /** The first row that goes on over several lines; null: none does. */
  readonly firstWrapped: TablePlace | null;
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
  /** Where rows stand, once they were read: one more reading of the files, where some line is no row. */
  readonly findPlaces: () => Promise<RowPlaces>;
  /** The first row of which an SQL condition on a column's text holds, from 0; null: of none. One reading of the files at most. */
  readonly findRow: (column: number, condition: (text: string) => string) => Promise<number | null>;
  /** A field as it is written, of a row from 0; '' when it is empty. */
  readonly fieldOf: (row: number, column: number) => Promise<string>;
  /** Different texts of a column, not more than `most`. */
  readonly distinct: (column: number, most: number) => Promise<readonly string[]>;
  /** Where a column's text begins to be another one, the first row among them; null: oftener than `most`. One reading of the files. */
  readonly runs: (column: number, most: number) => Promise<readonly TextRun[] | null>;
  readonly close: () => void;
}

export interface TextRun {
  /** From 0. */
  readonly row: number;
  readonly text: string;
}
