// A table to predict on may lack the line of names that the training's had: its columns are taken by their order then.
import { parseNumber } from '../../dataset/sources/csv/csv-numbers.js';
import { looksLikeDate } from '../../dataset/sources/csv/times/loose-dates.js';
import { isDigitDate } from '../../dataset/sources/csv/times/time-stamps.js';
import { openTable } from '../../dataset/sources/table/open-table.js';
import { SweepError } from '../../errors.js';
import type { CsvSource } from '../../study/dataset-source.js';
import { nameSeriesColumn } from '../../wording/series-column.js';
import type { WindowUse } from './window-use.js';

type Series = NonNullable<WindowUse['series']>;

export interface FittedSource {
  readonly source: CsvSource;
  /** Which column tells the series apart, where there are several. */
  readonly series: Pick<Series, 'column'> | null;
  readonly notices: readonly string[];
}

/**
 * `source` with columns by place, where its first line holds a date and numbers, or numbers alone, as many as the training
 * read, and of several series one text. Anything else stays as it is, for the errors of reading it. Throws CSV_SYNTAX where a
 * line of values does not show which of them tells the series.
 */
export async function fitHeader(
  source: CsvSource,
  hasTimes: boolean,
  series: Series | null,
): Promise<FittedSource> {
  const asTrained = { source, series, notices: [] };
  const { columns, time, path } = source;
  if (columns === null || source.header !== undefined || source.where !== undefined) return asTrained;
  const fields = await firstLine(source);
  const times = typeof time === 'string' ? [time] : (time ?? (hasTimes ? ['the time'] : []));
  const ids = [series?.column ?? []].flat();
  // A date and a clock in columns of their own would need the training's order.
  if (fields === null || times.length > 1 || fields.length !== times.length + ids.length + columns.length)
    return asTrained;
  const timeAt = times.length === 0 ? null : placeOfTime(fields);
  if (timeAt === -1) return asTrained;
  const others = fields.map((_, place) => place).filter((place) => place !== timeAt);
  const texts = others.filter((place) => Number.isNaN(parseNumber(fields[place]!)));
  if (texts.length === others.length || (ids.length === 0 && texts.length > 0)) return asTrained;
  const [idAt] = texts;
  if (ids.length > 0 && (ids.length > 1 || texts.length !== 1)) throw untold(path, fields, ids);
  const numbers = others.filter((place) => place !== idAt);
  const read = fields.map((_, place) =>
    place === timeAt ? times[0]! : place === idAt ? ids[0]! : columns[numbers.indexOf(place)]!,
  );
  return {
    source: {
      ...source,
      header: false,
      time: time === null ? null : String(timeAt),
      columns: numbers.map(String),
    },
    series: series === null ? null : { column: idAt === undefined ? null : String(idAt) },
    notices: [
      `no line of ${path} names its columns: they are read in the order of the training's, ${read.join(', ')}, the first line too`,
    ],
  };
}

/** The first field, or the only one that is a date; −1: there is none. */
function placeOfTime(fields: readonly string[]): number {
  const [first = ''] = fields;
  if (looksLikeDate(first) || isDigitDate(first)) return 0;
  const dates = fields.flatMap((field, place) => (looksLikeDate(field) ? [place] : []));
  return dates.length === 1 ? dates[0]! : -1;
}

function untold(path: string, fields: readonly string[], ids: readonly string[]): SweepError {
  const at = `${path}:1`;
  return new SweepError(
    'CSV_SYNTAX',
    `${at}: the first line holds values, not column names (${fields.join(', ')}), and they do not show which of them ${ids.length === 1 ? 'is' : 'are'} ${nameSeriesColumn(ids)}, by which the model tells series apart`,
    { path: at, hint: 'put a line above it that names the columns as the table of the training does' },
  );
}

/** null: it has none, or is not read at all. */
async function firstLine(source: CsvSource): Promise<readonly string[] | null> {
  try {
    const table = await openTable(source);
    table.close();
    return table.dialect === null ? null : table.columns.map(({ name }) => name);
  } catch (thrown) {
    // Said by the reading itself.
    if (thrown instanceof SweepError) return null;
    throw thrown;
  }
}
