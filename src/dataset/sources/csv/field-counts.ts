// That each line of a CSV has one field for each column: udsv would let a short line run on into the next one.
import { SweepError } from '../../../errors.js';
import { countOf } from '../../../wording/plural.js';
import { type CsvLayout, checkQuotes, countUnquoted } from './csv-header.js';
import type { LineBlock } from './csv-lines.js';

export type CsvHeader = Pick<CsvLayout, 'delimiter' | 'names'>;

/** Throws CSV_SYNTAX for the first line of the block that has not one field for each column. */
export function requireFieldCounts(block: LineBlock, { delimiter, names }: CsvHeader, path: string): void {
  const columns = names.length;
  let index = 0;
  for (let from = 0; from < block.text.length; index++) {
    const to = block.text.indexOf('\n', from);
    const line = block.text.slice(from, to);
    from = to + 1;
    const at = `${path}:${block.lineOf(index)}`;
    checkQuotes(line, at);
    const fields = countUnquoted(line, delimiter) + 1;
    if (fields === columns) continue;
    throw new SweepError(
      'CSV_SYNTAX',
      `${at}: ${countOf(fields, 'field')}, the header has ${countOf(columns, 'column')}`,
      {
        path: at,
        hint: line.trimEnd().endsWith(delimiter)
          ? 'the line ends with a delimiter: take it away, or name one more column in the first line'
          : 'a row has one field for each column; a field that holds the delimiter is written in quotes, and the first line of the file names the columns',
      },
    );
  }
}
