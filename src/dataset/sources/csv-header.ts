// The first lines of a CSV file: delimiter, column names, which columns are the time and the features.
import { inferSchema, initParser } from 'udsv';
import { SweepError } from '../../errors.js';
import type { CsvSource } from '../../study/dataset-source.js';
import { faultError, type Notice } from '../../wording/fault-words.js';
import { isMissingText, parseNumber } from './csv-numbers.js';
import {
  isDigitDate,
  looksLikeDate,
  parseEpoch,
  parseTimestamp,
  runsBackwards,
  TIME_FORMS,
} from './time-stamps.js';

const DELIMITERS = [',', ';', '\t'];

export interface CsvLayout {
  readonly delimiter: string;
  /** All columns of the file. */
  readonly names: readonly string[];
  /** Place of the time column; −1: none. */
  readonly timeColumn: number;
  /** Places of the features, in the order of the dataset's columns. */
  readonly featureColumns: readonly number[];
  /** What a person should know about the choice: columns left out, and times that were not taken for such. */
  readonly notices: readonly Notice[];
}

/** A parser of rows of `columns` strings that takes whole lines; `isQuoted` is the slower path for quotes. */
export function rowParser(
  delimiter: string,
  columns: number,
  isQuoted: boolean,
): (lines: string, onRow: (fields: string[]) => void) => void {
  const probe = `${Array(columns).fill('1').join(delimiter)}\n`;
  const schema = inferSchema(probe, {
    col: delimiter,
    row: '\n',
    encl: isQuoted ? '"' : '',
    trim: isQuoted,
    header: () => [],
  });
  const parser = initParser(schema);
  // udsv keeps the callback of the first chunk: so it gets one that asks for today's.
  let today: (fields: string[]) => void = () => {};
  const forward = (fields: string[]): void => today(fields);
  // `chunk` rather than a whole parse: at the end of input udsv (0.7) loops for ever on a row with too few fields.
  return (lines, onRow) => {
    today = onRow;
    parser.chunk<string[]>(lines, parser.stringArrs, forward);
  };
}

/** Reads the header line (without its line end). Throws CSV_SYNTAX. */
export function readHeader(
  line: string,
  path: string,
  lineNumber: number,
): { delimiter: string; names: string[] } {
  const at = `${path}:${lineNumber}`;
  checkQuotes(line, at);
  const counts = DELIMITERS.map((delimiter) => countUnquoted(line, delimiter));
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
  const columns = Math.max(...counts) + 1;
  const names: string[] = [];
  rowParser(delimiter, columns, line.includes('"'))(`${line}\n`, (fields) => names.push(...fields));
  const trimmed = names.map((name) => name.trim());
  trimmed.forEach((name, column) => {
    if (name === '') {
      throw new SweepError('CSV_SYNTAX', `${at}: column ${column + 1} of ${columns} has no name`, {
        path: at,
        hint: 'the first line must name every column',
      });
    }
    const earlier = trimmed.indexOf(name);
    if (earlier < column) {
      throw new SweepError(
        'CSV_SYNTAX',
        `${at}: columns ${earlier + 1} and ${column + 1} are both called "${name}"`,
        { path: at, hint: 'give every column a name of its own' },
      );
    }
  });
  if (trimmed.every((name) => !Number.isNaN(parseNumber(name)))) {
    throw new SweepError('CSV_SYNTAX', `${at}: the first line holds numbers, not column names`, {
      path: at,
      hint: 'add a first line that names the columns',
    });
  }
  const isNumber = (name: string): boolean => !Number.isNaN(parseNumber(name));
  const date = trimmed.find((name) => looksLikeDate(name) || isDigitDate(name));
  if (date !== undefined && trimmed.some((name) => name !== date && isNumber(name))) {
    throw new SweepError(
      'CSV_SYNTAX',
      `${at}: the first line holds the date ${JSON.stringify(date)} and numbers, not column names`,
      { path: at, hint: 'add a first line that names the columns' },
    );
  }
  return { delimiter, names: trimmed };
}

/** Decides by the first rows which columns are what. Throws CSV_SYNTAX, SPEC_INVALID (a column asked for is not there). */
export function chooseColumns(
  source: CsvSource,
  header: { delimiter: string; names: readonly string[] },
  firstRows: readonly (readonly string[])[],
  /** Line of the first row in the file. */
  firstLine: number,
): CsvLayout {
  const { names } = header;
  const samples = names.map((_, column) =>
    firstRows.map((row) => row[column] ?? '').filter((field) => !isMissingText(field)),
  );
  const timeColumn = chooseTimeColumn(source, names, samples);
  // One number among them makes it a column of numbers: a bad first value is an error later, not a reason to leave it out.
  const isText = (column: number): boolean => {
    const fields = samples[column] ?? [];
    return fields.length > 0 && fields.every((field) => Number.isNaN(parseNumber(field)));
  };
  const others = names.map((_, column) => column).filter((column) => column !== timeColumn);
  const featureColumns =
    source.columns === null
      ? others.filter((column) => !isText(column))
      : source.columns.map((name) => findColumn(name, names, source.path, 'columns'));
  if (featureColumns.length === 0) {
    throw new SweepError('CSV_SYNTAX', `${source.path} has no column of numbers`, {
      path: source.path,
      hint: `its columns are ${names.map((name) => `"${name}"`).join(', ')}; decimals are written with a point`,
    });
  }
  const left = others.filter((column) => isText(column) && !featureColumns.includes(column));
  if (timeColumn < 0) requireForward(source, names, samples, firstLine);
  const notices = describeLeft(names, left, timeColumn < 0, samples, source.columns === null);
  if (timeColumn < 0) {
    notices.push(
      'no column was read as the time, so that the order of the rows is not checked: they must go from the oldest to the newest',
    );
    for (const column of featureColumns.filter((one) => isDigitDates(one, names, samples)))
      notices.push(
        `"${names[column]}" looks like dates written as digits, which are not read as times, and is read as a feature: write them as ${TIME_FORMS}`,
      );
  }
  if (timeColumn < 0 && source.columns === null) {
    for (const column of featureColumns.filter((one) => isEpoch(one, names, samples)))
      notices.push({ kind: 'clock-as-feature', column: names[column]! });
  }
  return { delimiter: header.delimiter, names, timeColumn, featureColumns, notices };
}

/** Throws CSV_VALUE when dates that are not read as the time show that the rows go backwards. */
function requireForward(
  source: CsvSource,
  names: readonly string[],
  samples: readonly (readonly string[])[],
  firstLine: number,
): void {
  const column = samples.findIndex(
    (fields, one) =>
      runsBackwards(fields) && (!isDigitDate(fields[0]!.trim()) || isDigitDates(one, names, samples)),
  );
  if (column < 0) return;
  const at = `${source.path}:${firstLine}:${names[column]}`;
  const dates = samples[column] ?? [];
  throw new SweepError(
    'CSV_VALUE',
    `${at}: the rows go from the newest to the oldest: ${JSON.stringify(dates[0])} comes before ${JSON.stringify(dates.at(-1))}`,
    { path: at, hint: 'sort the rows by time, the oldest first' },
  );
}

function isDigitDates(
  column: number,
  names: readonly string[],
  samples: readonly (readonly string[])[],
): boolean {
  const fields = samples[column] ?? [];
  return (
    (column === 0 || TIME_NAME.test(names[column] ?? '')) &&
    fields.length > 1 &&
    fields.every((field) => isDigitDate(field.trim()))
  );
}

/** A dataset without times may have lost them to a form that is not read, or to a place that is not the first. */
function describeLeft(
  names: readonly string[],
  left: readonly number[],
  lacksTime: boolean,
  samples: readonly (readonly string[])[],
  tellsText: boolean,
): Notice[] {
  const dates = lacksTime ? left.filter((column) => samples[column]?.every(looksLikeDate)) : [];
  const text = left.filter((column) => !dates.includes(column));
  return [
    ...(text.length === 0 || !tellsText
      ? []
      : [`columns of text are left out: ${text.map((column) => names[column]).join(', ')}`]),
    ...dates.map((column): Notice => {
      const first = samples[column]?.[0] ?? '';
      return Number.isNaN(parseTimestamp(first.trim()))
        ? `"${names[column]}" looks like dates, but ${JSON.stringify(first)} is in no form that is read, so that the rows have no times: accepted are ${TIME_FORMS}`
        : { kind: 'dates-left-out', column: names[column]! };
    }),
  ];
}

const TIME_NAME = /time|date|stamp|epoch|unix/i;

/** Numbers that grow from row to row like those of a clock, in the first column or one whose name speaks of time. */
function isEpoch(column: number, names: readonly string[], samples: readonly (readonly string[])[]): boolean {
  const seconds = (samples[column] ?? []).map((field) => parseEpoch(field.trim()));
  return (
    (column === 0 || TIME_NAME.test(names[column] ?? '')) &&
    seconds.length > 1 &&
    seconds.every((second, row) => !Number.isNaN(second) && (row === 0 || second > seconds[row - 1]!))
  );
}

function chooseTimeColumn(
  source: CsvSource,
  names: readonly string[],
  samples: readonly (readonly string[])[],
): number {
  if (source.time !== null) return findColumn(source.time, names, source.path, 'time');
  const first = samples[0]?.[0];
  return first !== undefined && !Number.isNaN(parseTimestamp(first.trim())) ? 0 : -1;
}

function findColumn(
  name: string,
  names: readonly string[],
  file: string,
  setting: 'time' | 'columns',
): number {
  const column = names.indexOf(name);
  if (column >= 0) return column;
  throw faultError('SPEC_INVALID', { kind: 'column-not-there', file, column: name, setting, names });
}

/** Throws CSV_SYNTAX for a line that ends inside quotes. */
export function checkQuotes(line: string, at: string): void {
  if (!line.includes('"') || (line.split('"').length - 1) % 2 === 0) return;
  throw new SweepError('CSV_SYNTAX', `${at}: a quote is opened and not closed on its line`, {
    path: at,
    hint: 'close it; line breaks inside quotes are not read',
  });
}

/** How often `delimiter` stands outside quotes. */
export function countUnquoted(line: string, delimiter: string): number {
  let count = 0;
  let isOutside = true;
  for (const character of line) {
    if (character === '"') isOutside = !isOutside;
    else if (isOutside && character === delimiter) count++;
  }
  return count;
}
