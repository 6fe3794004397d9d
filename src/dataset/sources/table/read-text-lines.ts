// The physical lines of a text table, as DuckDB reads and unpacks them: the first ones to find how the table is written, and
// those that shift the rows against the lines, to name lines in errors.
import type { Dialect } from './dialect.js';
import { type Duck, quoted } from './duck.js';
import { endsInside } from './table-fields.js';

/** No line holds it: a line is one field. */
const NO_DELIMITER = String.raw`e'\x01'`;

/** Enough for a hundred rows below a preamble. */
const SNIFFED_LINES = 200;
export const LONGEST_LINE_BYTES = 1 << 22;
/** What DuckDB reads at a time: by default 16 of the longest lines, which is more memory, and less to share among threads. */
export const BUFFER_BYTES = 2 * LONGEST_LINE_BYTES;

function linesOf(path: string): string {
  return `read_csv(${quoted(path)}, auto_detect = false, columns = {'line': 'VARCHAR'}, delim = ${NO_DELIMITER}, quote = '', escape = '', header = false, strict_mode = false, parallel = false, max_line_size = ${LONGEST_LINE_BYTES}, buffer_size = ${BUFFER_BYTES})`;
}

/** The first lines; blank ones are ''. */
export async function firstLines(duck: Duck, path: string): Promise<string[]> {
  const rows = await duck.rows(`select coalesce(line, '') from ${linesOf(path)} limit ${SNIFFED_LINES}`);
  return rows.map(([line]) => String(line));
}

export interface LineFinder {
  /** Of a row, from 0, the line, from 1. */
  readonly lineOf: (row: number) => number;
  /** The first line that ends inside quotes; null: none does. */
  readonly firstWrapped: number | null;
}

/** One reading of the file, few lines in memory. */
export async function findLines(
  duck: Duck,
  path: string,
  { firstLine, delimiter, quote }: Pick<Dialect, 'firstLine' | 'delimiter' | 'quote'>,
): Promise<LineFinder> {
  const isOdd = quote === '' ? 'false' : `contains(line, ${quoted(quote)})`;
  const shifting = duck.stream(
    `select number, line from (select row_number() over () as number, line from ${linesOf(path)}) where number >= ${firstLine} and (line is null or ${isOdd})`,
  );
  /** First line after each place where rows and lines part, and how many lines lie before it that begin no row. */
  const from: number[] = [firstLine];
  const extra: number[] = [0];
  let isInside = false;
  let firstWrapped: number | null = null;
  let before = firstLine - 1;
  const skip = (line: number): void => {
    from.push(line + 1);
    extra.push(extra.at(-1)! + 1);
  };
  for await (const chunk of shifting) {
    const numbers = chunk.getColumnValues(0);
    const texts = chunk.getColumnValues(1);
    for (let index = 0; index < chunk.rowCount; index++) {
      const line = Number(numbers[index]);
      const text = String(texts[index] ?? '');
      // Lines between two that are told hold no quote: they belong to the field that is open.
      if (isInside) for (let inner = before + 1; inner < line; inner++) skip(inner);
      const begins = !isInside && text !== '';
      if (!begins) skip(line);
      isInside = endsInside(text, delimiter, quote, isInside);
      if (isInside) firstWrapped ??= line;
      before = line;
    }
  }
  const lineOf = (row: number): number => {
    // The last run that begins at or before the row.
    let run = from.length - 1;
    while (run > 0 && from[run]! - extra[run]! - firstLine > row) run--;
    return row + firstLine + extra[run]!;
  };
  return { lineOf, firstWrapped };
}
