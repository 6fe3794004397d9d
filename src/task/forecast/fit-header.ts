// A table to predict on may lack the line of names that the training's had: its columns are taken by their order then.
import { parseNumber } from '../../dataset/sources/csv/csv-numbers.js';
import { looksLikeDate } from '../../dataset/sources/csv/loose-dates.js';
import { isDigitDate } from '../../dataset/sources/csv/time-stamps.js';
import { openTable } from '../../dataset/sources/table/open-table.js';
import { SweepError } from '../../errors.js';
import type { CsvSource } from '../../study/dataset-source.js';

export interface FittedSource {
  readonly source: CsvSource;
  readonly notices: readonly string[];
}

/**
 * `source` with columns by place, where its first line holds a date and numbers, or numbers alone, as many as the training
 * read. Anything else stays as it is, for the errors of reading it.
 */
export async function fitHeader(source: CsvSource, hasTimes: boolean): Promise<FittedSource> {
  const asTrained = { source, notices: [] };
  const { columns, time, path } = source;
  if (columns === null || source.header !== undefined || source.where !== undefined) return asTrained;
  const names = await firstLine(source);
  const times = typeof time === 'string' ? [time] : (time ?? (hasTimes ? ['the time'] : []));
  if (names === null || names.length !== times.length + columns.length) return asTrained;
  const isTime = (name: string): boolean => looksLikeDate(name) || isDigitDate(name);
  const isNumber = (name: string): boolean => !Number.isNaN(parseNumber(name));
  // A date and a clock in columns of their own would need the training's order: one column of times stands first.
  if (times.length > 1 || times.some((_, place) => !isTime(names[place]!))) return asTrained;
  if (!names.slice(times.length).every(isNumber)) return asTrained;
  return {
    source: {
      ...source,
      header: false,
      time: time === null ? null : '0',
      columns: columns.map((_, place) => String(times.length + place)),
    },
    notices: [
      `no line of ${path} names its columns: they are read in the order of the training's, ${[...times, ...columns].join(', ')}, the first line too`,
    ],
  };
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
