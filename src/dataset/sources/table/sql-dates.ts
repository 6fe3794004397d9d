// In which form DuckDB takes the dates of the text files that a SELECT names: it decides by itself, and that is said.
import { basename } from 'node:path';
import { type Duck, quoted } from './duck.js';
import { formatOf } from './table-files.js';
import type { TablePart } from './table-part.js';

/** The query itself says how its files or dates are read. */
const SET_IN_SQL = /dateformat|timestampformat|strptime|all_varchar|types|columns/i;

/** Of the first file whose dates do not begin with the year, where the rows have any; null: there is none. */
export async function describeSqlDates(
  duck: Duck,
  sql: string,
  files: readonly string[],
  { columns }: TablePart,
): Promise<string | null> {
  if (SET_IN_SQL.test(sql) || !columns.some(({ kind, isText }) => kind === 'time' && !isText)) return null;
  for (const file of files.filter((one) => formatOf(one) === 'text')) {
    const [formats = []] = await duck
      .rows(`select DateFormat, TimestampFormat from sniff_csv(${quoted(file)})`)
      // What cannot be sniffed the query itself meets and tells.
      .catch(() => []);
    for (const [place, name] of (['dateformat', 'timestampformat'] as const).entries()) {
      const format = formats[place];
      if (typeof format !== 'string' || format === '' || format.startsWith('%Y')) continue;
      return `dates of ${basename(file)} are read as "${format}": where they are written in another way, say so within "sql" by read_csv(${quoted(basename(file))}, ${name} = '%m/%d/%Y')`;
    }
  }
  return null;
}
