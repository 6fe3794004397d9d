// How a text table is written: what a person may set of it, and what was found in the file.

/** Settings of a text table; what is left out is found in the file. */
export interface DialectSettings {
  readonly delimiter?: string | undefined;
  /** '': none. */
  readonly quote?: string | undefined;
  /** Line that names the columns, from 1; false: none does. */
  readonly header?: number | false | undefined;
  /** Lines to leave out: at the beginning, or between the header and the first row where `header` names a line. */
  readonly skip?: number | undefined;
  readonly decimal?: string | undefined;
  /** '': none. */
  readonly thousands?: string | undefined;
  /** As TextDecoder names it. */
  readonly encoding?: string | undefined;
}

export interface Dialect {
  readonly encoding: string;
  readonly delimiter: string;
  readonly quote: string;
  /** false: no line names the columns. */
  readonly header: number | false;
  /** Line of the first row, from 1. */
  readonly firstLine: number;
  readonly decimal: string;
  readonly thousands: string;
  /** Of every column; '' where it has none. */
  readonly names: readonly string[];
  /** What was not set and is not what most files have, in the words that would set it. */
  readonly found: readonly string[];
}

/** `"decimal": ","`. */
export function settingWords(name: string, value: unknown): string {
  return `"${name}": ${JSON.stringify(value)}`;
}
