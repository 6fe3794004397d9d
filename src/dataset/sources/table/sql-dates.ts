// In which form DuckDB takes the dates of the text files that a SELECT names: it decides by itself, and that is said.
import { basename } from 'node:path';
import { type Duck, quoted } from './duck.js';
import { formatOf } from './table-files.js';

const SET_IN_SQL = /dateformat|timestampformat/i;

/** Of files whose dates do not begin with the year. */
export async function describeSqlDates(duck: Duck, sql: string, files: readonly string[]): Promise<string[]> {
  if (SET_IN_SQL.test(sql)) return [];
  const notes: string[] = [];
  for (const file of files.filter((one) => formatOf(one) === 'text')) {
    const [formats = []] = await duck
      .rows(`select DateFormat, TimestampFormat from sniff_csv(${quoted(file)})`)
      // What cannot be sniffed the query itself meets and tells.
      .catch(() => []);
    for (const [place, name] of (['dateformat', 'timestampformat'] as const).entries()) {
      const format = formats[place];
      if (typeof format !== 'string' || format === '' || format.startsWith('%Y')) continue;
      notes.push(
        `dates of ${basename(file)} are read as "${format}": where they are written in another way, say so within "sql" by read_csv(${quoted(basename(file))}, ${name} = '%m/%d/%Y')`,
      );
    }
  }
  return notes;
}
