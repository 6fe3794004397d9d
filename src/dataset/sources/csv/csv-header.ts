// The first lines of a CSV file: delimiter, column names, which columns are the time and the features.
import { inferSchema, initParser } from 'udsv';
import { SweepError } from '../../../errors.js';
import type { CsvSource } from '../../../study/dataset-source.js';
import { faultError, type Notice } from '../../../wording/fault-words.js';
import { showField } from '../../../wording/show-field.js';
import { isMissingText, parseNumber } from './csv-numbers.js';
import { isClock, looksLikeDate } from './loose-dates.js';
import { numberHint } from './number-hint.js';
import { isDigitDate, parseEpoch, parseTimestamp, TIME_FORMS } from './time-stamps.js';
import { findUnreadTimes, isMonotone, TIME_NAME, type UnreadColumn } from './unread-times.js';

const DELIMITERS = [',', ';', '\t'];

export interface CsvLayout {
  readonly delimiter: string;
  /** All columns of the file. */
  readonly names: readonly string[];
  /** Place of the time column; −1: none. */
  readonly timeColumn: number;
  /** Place of the column that tells series apart; −1: the file is one series. */
  readonly seriesColumn: number;
  /** Places of the features, in the order of the dataset's columns. */
  readonly featureColumns: readonly number[];
  /** The column that shows the order of rows without a time that is read; null: there is none, or there is such a time. */
  readonly unread: UnreadColumn | null;
  /** A column of times of day; null: there is none. */
  readonly clock: string | null;
  /** Columns that hold no number, each with a field of theirs. */
  readonly textColumns: readonly TextColumn[];
  /** What a person should know about the choice: columns left out, and times that were not taken for such. */
  readonly notices: readonly Notice[];
}

export interface TextColumn {
  readonly name: string;
  readonly example: string;
}

/** A parser of rows of `columns` strings that takes whole lines; `isQuoted` is the slower path for quotes. */
export function rowParser(
  delimiter: string,
  columns: number,
  isQuoted: boolean,
): (lines: string, onRow: (fields: string[]) => void) => void {
  if (columns === 1) return eachLine;
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

/** In a file of one column a line is the field: udsv (0.7) finds no rows there when they are quoted. */
function eachLine(lines: string, onRow: (fields: string[]) => void): void {
  for (const line of lines.slice(0, -1).split('\n')) onRow([unquoted(line)]);
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
  const names = splitLine(line, delimiter).map(plainName);
  requireNames(names, at);
  return { delimiter, names };
}

/** The fields of one line: a quoted one without its quotes, doubled ones in it once. */
function splitLine(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let isOutside = true;
  let field = '';
  for (const character of line) {
    if (character === '"') isOutside = !isOutside;
    if (isOutside && character === delimiter) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field].map(unquoted);
}

function unquoted(field: string): string {
  const trimmed = field.trim();
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  return isQuoted ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed;
}

/** As a person reads and types it: every blank a plain one, what cannot be seen left out. */
function plainName(name: string): string {
  return name
    .replaceAll(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replaceAll(/[^\S ]/g, ' ')
    .trim();
}

function requireNames(names: readonly string[], at: string): void {
  const isNumber = (name: string): boolean => !Number.isNaN(parseNumber(name));
  const refuse = (what: string, hint: string): SweepError =>
    new SweepError('CSV_SYNTAX', `${at}: ${what}`, { path: at, hint });
  if (names.every(isNumber))
    throw refuse('the first line holds numbers, not column names', 'add a first line that names the columns');
  const date = names.find((name) => looksLikeDate(name) || isDigitDate(name));
  if (date !== undefined && names.some((name) => name !== date && (isNumber(name) || isMissingText(name))))
    throw refuse(
      `the first line holds the date ${JSON.stringify(date)} and numbers, not column names`,
      'add a first line that names the columns',
    );
  for (const [column, name] of names.entries()) {
    if (name === '')
      throw refuse(
        `column ${column + 1} of ${names.length} has no name`,
        'the first line must name every column',
      );
    const earlier = names.indexOf(name);
    if (earlier < column)
      throw refuse(
        `columns ${earlier + 1} and ${column + 1} are both called "${name}"`,
        'give every column a name of its own',
      );
  }
}

/** Decides by the first rows which columns are what. Throws CSV_SYNTAX, SPEC_INVALID (a column asked for is not there). */
export function chooseColumns(
  source: CsvSource,
  header: { delimiter: string; names: readonly string[] },
  firstRows: readonly (readonly string[])[],
  series: string | null,
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
  const seriesColumn = series === null ? -1 : findColumn(series, names, source.path, 'series');
  const others = names
    .map((_, column) => column)
    .filter((column) => column !== timeColumn && column !== seriesColumn);
  const featureColumns =
    source.columns === null
      ? others.filter((column) => !isText(column))
      : source.columns.map((name) => findColumn(name, names, source.path, 'columns'));
  const textColumns = others
    .filter((column) => isText(column))
    .map((column) => ({ name: names[column] ?? '', example: samples[column]?.[0] ?? '' }));
  if (featureColumns.length === 0) {
    const { name = '', example = '' } = textColumns.find((one) => numberHint(one.example) !== null) ?? {};
    const hint = numberHint(example);
    throw new SweepError('CSV_SYNTAX', `${source.path} has no column of numbers`, {
      path: source.path,
      hint:
        hint === null
          ? `its columns are ${names.join(', ')}; decimals are written with a point`
          : `${name} holds ${showField(example)}: ${hint}`,
    });
  }
  const left = others.filter((column) => isText(column) && !featureColumns.includes(column));
  const lacksTime = timeColumn < 0;
  const clock = names[samples.findIndex((fields) => fields.length > 0 && fields.every(isClock))] ?? null;
  const unread = lacksTime ? findUnreadTimes(names, samples) : null;
  const notices: Notice[] = [
    ...numberedNames(names, featureColumns, source),
    ...describeLeft(names, left, lacksTime, samples, source.columns === null),
    ...(lacksTime && unread === null
      ? [
          'no column was read as the time, so that the order of the rows is not checked: they must go from the oldest to the newest',
        ]
      : []),
    ...(lacksTime ? describeCounted(names, featureColumns, samples, unread) : []),
  ];
  return {
    delimiter: header.delimiter,
    names,
    timeColumn,
    seriesColumn,
    featureColumns,
    unread,
    clock,
    textColumns,
    notices,
  };
}

/** Names that are numbers may be a row: of a file whose first line names nothing. */
function numberedNames(names: readonly string[], features: readonly number[], source: CsvSource): string[] {
  const numbers = features.map((column) => names[column]!).filter((name) => !Number.isNaN(parseNumber(name)));
  if (numbers.length === 0 || source.columns !== null) return [];
  return [
    `columns are called ${numbers.slice(0, 3).join(', ')}${numbers.length > 3 ? ', …' : ''}, as the first line has it: if that line is a row, add one above it that names the columns`,
  ];
}

/** Days since 1900 as spreadsheets count them, from 1927 to 2119. */
const SERIAL_DATE = /^\s*[1-7]\d{4}(?:\.\d+)?\s*$/;

/** Features that look like a time. */
function describeCounted(
  names: readonly string[],
  featureColumns: readonly number[],
  samples: readonly (readonly string[])[],
  unread: UnreadColumn | null,
): Notice[] {
  return featureColumns.flatMap((column): Notice[] => {
    const name = names[column]!;
    const fields = samples[column] ?? [];
    if (column === unread?.column && unread.kind === 'digits')
      return [
        `"${name}" looks like dates written as digits, which are not read as times, and is read as a feature: write them as ${TIME_FORMS}`,
      ];
    if (!(column === 0 || TIME_NAME.test(name)) || !isMonotone(fields.map(parseNumber))) return [];
    if (fields.every((field) => !Number.isNaN(parseEpoch(field.trim()))))
      return [{ kind: 'clock-as-feature', column: name }];
    if (TIME_NAME.test(name) && fields.every((field) => SERIAL_DATE.test(field)))
      return [{ kind: 'days-as-feature', column: name, forms: TIME_FORMS }];
    return [];
  });
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
  setting: 'time' | 'columns' | 'series',
): number {
  const column = names.indexOf(plainName(name));
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
