// Which columns of a table are the time and the features, by their names and the first rows.
import { SweepError } from '../../../errors.js';
import type { CsvSource, SeriesColumn } from '../../../study/dataset-source.js';
import { faultError, type Notice } from '../../../wording/fault-words.js';
import { showField } from '../../../wording/show-field.js';
import { suggest } from '../../../wording/suggest.js';
import { settingWords } from '../table/dialect.js';
import { numberReader } from '../table/number-sql.js';
import { plainName } from '../table/sniff-dialect.js';
import type { Table } from '../table/table.js';
import { fieldsOf, isLeftOut, isNameless, isRowNumbers } from './column-names.js';
import { parseNumber } from './csv-numbers.js';
import { numberHint } from './number-hint.js';
import { formatOfParts } from './times/calendar-parts.js';
import { type ClockColumn, findClock } from './times/clock-column.js';
import { likelyFormats } from './times/likely-formats.js';
import { looksLikeDate, TIME_NAME } from './times/loose-dates.js';
import { parseEpoch, parseTimestamp, TIME_FORMS } from './times/time-stamps.js';
import { findUnreadTimes, isMonotone, type UnreadColumn } from './times/unread-times.js';

export interface CsvLayout {
  /** The first file. */
  readonly file: string;
  /** All columns of the file. */
  readonly names: readonly string[];
  /** Places of the columns that are the time together; none: there is no time. */
  readonly timeColumns: readonly number[];
  /** Places of the columns that tell series apart, together; none: no column does. */
  readonly seriesColumns: readonly number[];
  /** Place of the column of labels; −1: none is read. */
  readonly labelColumn: number;
  /** Places of the features, in the order of the dataset's columns. */
  readonly featureColumns: readonly number[];
  /** Columns left out, as no row has a value there. */
  readonly emptyColumns: readonly number[];
  /** The column that shows the order of rows without a time that is read; null: there is none, or there is such a time. */
  readonly unread: UnreadColumn | null;
  /** A column of times of day; null: there is none. */
  readonly clock: ClockColumn | null;
  /** Columns that hold no number, each with a field of theirs. */
  readonly textColumns: readonly TextColumn[];
  /** What a person should know about the choice: columns left out, and times that were not taken for such. */
  readonly notices: readonly Notice[];
}

/** Columns that are read as texts; null: none is. */
export interface TextRoles {
  /** Tell series apart. */
  readonly series: SeriesColumn;
  /** Holds the label of each row. */
  readonly label: string | null;
}

export interface TextColumn {
  readonly name: string;
  readonly example: string;
}

/** Columns that hold no value in the first rows, and that nobody asked for. */
export function emptyColumns(source: CsvSource, { columns, sample }: Table): number[] {
  return columns.flatMap(({ name }, column) =>
    (source.columns === null || name === '') && fieldsOf(sample, column).length === 0 ? [column] : [],
  );
}

/** Decides by the first rows which columns are what. Throws CSV_SYNTAX, SPEC_INVALID (a column asked for is not there). */
export function chooseColumns(
  source: CsvSource,
  table: Table,
  file: string,
  emptyColumns: readonly number[],
  { series, label }: TextRoles,
): CsvLayout {
  const names = table.columns.map(({ name }) => name);
  const samples = names.map((_, column) => fieldsOf(table.sample, column));
  const toNumber = numberReader(table.dialect ?? { decimal: '.', thousands: '' });
  const timeColumns = chooseTimeColumns(source, names, samples, file);
  // One number among them makes it a column of numbers: a bad first value is an error later, not a reason to leave it out.
  const isText = (column: number): boolean => {
    const fields = samples[column] ?? [];
    return fields.length > 0 && fields.every((field) => Number.isNaN(toNumber(field)));
  };
  const seriesColumns = [series ?? []].flat().map((name) => findColumn(name, names, file, 'series'));
  const labelColumn = label === null ? -1 : findLabels(label, names);
  const nameless = names.flatMap((name, column) =>
    name === '' || (isNameless(name) && source.columns === null && isRowNumbers(samples[column]!))
      ? [column]
      : [],
  );
  const others = names
    .map((_, column) => column)
    .filter(
      (column) =>
        !timeColumns.includes(column) &&
        !seriesColumns.includes(column) &&
        column !== labelColumn &&
        !emptyColumns.includes(column) &&
        !nameless.includes(column),
    );
  const featureColumns =
    source.columns === null
      ? others.filter((column) => !isText(column))
      : source.columns.map((name) => findColumn(name, names, file, 'columns'));
  const textColumns = others
    .filter((column) => isText(column))
    .map((column) => ({ name: names[column] ?? '', example: samples[column]?.[0] ?? '' }));
  if (featureColumns.length === 0) {
    const other = otherDelimiter(textColumns);
    const { name = '', example = '' } =
      textColumns.find((one) => other !== null || numberHint(one.example) !== null) ?? {};
    const hint = other ?? numberHint(example);
    const held = textColumns.map((one) => `${one.name} holds ${showField(one.example)}`).slice(0, 3);
    throw new SweepError('CSV_SYNTAX', `${file} has no column of numbers`, {
      path: file,
      hint:
        hint === null
          ? `its columns are ${names.join(', ')}${held.length === 0 ? '' : `; ${held.join(', ')}`}; decimals are written with a point`
          : `${name} holds ${showField(example)}: ${hint}`,
    });
  }
  const left = others.filter((column) => isText(column) && !featureColumns.includes(column));
  const lacksTime = timeColumns.length === 0;
  const unread = lacksTime ? findUnreadTimes(names, samples) : null;
  const dated = timeColumns[0] ?? unread?.column;
  const clock = findClock(names, samples, dated === undefined ? [] : samples[dated]!, source.timeFormat);
  const notices: Notice[] = [
    ...describeEmpty(names, emptyColumns, nameless),
    ...(table.dialect?.header === false ? [] : numberedNames(names, featureColumns, source)),
    ...describeLeft(names, left, lacksTime, samples, source.columns === null, clock),
    ...(lacksTime && unread === null
      ? [
          'no column was read as the time, so that the order of the rows is not checked: they must go from the oldest to the newest',
        ]
      : []),
    ...describeParts(names, samples, unread),
    ...(lacksTime ? describeCounted(names, featureColumns, samples, unread, clock) : []),
  ];
  return {
    file,
    names,
    timeColumns,
    seriesColumns,
    labelColumn,
    featureColumns,
    emptyColumns,
    unread,
    clock,
    textColumns,
    notices,
  };
}

/** Of a table with one column whose name and fields hold some mark equally often: it may part them. */
function otherDelimiter(columns: readonly TextColumn[]): string | null {
  const [{ name, example } = { name: '', example: '' }, ...others] = columns;
  const marks = [...new Set(name)].filter((mark) => /[^\p{L}\p{N}\s.,'"()[\]_%°µ+-]/u.test(mark));
  const mark = marks.find((one) => name.split(one).length === example.split(one).length);
  return others.length > 0 || mark === undefined
    ? null
    : `its fields seem to be parted by ${mark}: set ${settingWords('delimiter', mark)}`;
}

/** Names that are numbers may be a row: of a file whose first line names nothing. */
function numberedNames(names: readonly string[], features: readonly number[], source: CsvSource): string[] {
  const numbers = features.map((column) => names[column]!).filter((name) => !Number.isNaN(parseNumber(name)));
  if (numbers.length === 0 || source.columns !== null) return [];
  return [
    `columns are called ${numbers.slice(0, 3).join(', ')}${numbers.length > 3 ? ', …' : ''}, as the first line has it: if that line is a row, add one above it that names the columns`,
  ];
}

/** Years, months, days in columns of their own. */
function describeParts(
  names: readonly string[],
  samples: readonly (readonly string[])[],
  unread: UnreadColumn | null,
): string[] {
  const format = unread === null ? null : formatOfParts(unread.parts, samples);
  if (unread === null || format === null) return [];
  const columns = [unread.column, ...unread.others].map((column) => names[column]);
  return [
    `the time stands in several columns: it is read with ${settingWords('time', columns)}, ${settingWords('timeFormat', format)}`,
  ];
}

/** Days since 1900 as spreadsheets count them, from 1927 to 2119. */
export const SERIAL_DATE = /^\s*[1-7]\d{4}(?:\.\d+)?\s*$/;

/** Features that look like a time. */
function describeCounted(
  names: readonly string[],
  featureColumns: readonly number[],
  samples: readonly (readonly string[])[],
  unread: UnreadColumn | null,
  clock: ClockColumn | null,
): Notice[] {
  return featureColumns.flatMap((column): Notice[] => {
    const name = names[column]!;
    const fields = samples[column] ?? [];
    if (column === unread?.column && unread.kind === 'digits')
      return [
        `"${name}" looks like dates written as digits, which are not read as times, and is read as a feature: write them as ${TIME_FORMS}${suggestForm(name, fields, clock)}`,
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
  clock: ClockColumn | null,
): Notice[] {
  const dates = lacksTime
    ? left.filter(
        (column) =>
          column !== clock?.column &&
          (samples[column]?.every(looksLikeDate) || likelyFormats(samples[column] ?? []).length > 0),
      )
    : [];
  const text = left.filter((column) => !dates.includes(column));
  return [
    ...(text.length === 0 || !tellsText
      ? []
      : [`columns of text are left out: ${text.map((column) => names[column]).join(', ')}`]),
    ...dates.map((column): Notice => {
      const first = samples[column]?.[0] ?? '';
      return Number.isNaN(parseTimestamp(first.trim()))
        ? `"${names[column]}" looks like dates, but ${JSON.stringify(first)} is in no form that is read, so that the rows have no times: accepted are ${TIME_FORMS}${suggestForm(names[column] ?? '', samples[column] ?? [], clock)}`
        : { kind: 'dates-left-out', column: names[column]! };
    }),
  ];
}

/** How a column would be named as the time, with the hours beside it where its days come again. */
function suggestForm(name: string, fields: readonly string[], clock: ClockColumn | null): string {
  const formats = likelyFormats(fields);
  if (formats.length === 0) return '';
  if (clock !== null && clock.format !== null && new Set(fields).size < fields.length)
    return `; it is read with ${settingWords('time', [name, clock.name])}, ${settingWords('timeFormat', clock.format)}`;
  const [first, ...others] = formats.map((format) => settingWords('timeFormat', format));
  return `; it is read with ${settingWords('time', name)}, ${[first, ...others].join(' or ')}`;
}

function describeEmpty(
  names: readonly string[],
  empty: readonly number[],
  nameless: readonly number[],
): Notice[] {
  const named = empty.filter((column) => !nameless.includes(column)).map((column) => `"${names[column]}"`);
  const numbered = nameless.filter((column) => !empty.includes(column)).map((column) => column + 1);
  const bare = nameless.filter((column) => empty.includes(column)).map((column) => column + 1);
  return [
    ...(named.length === 0 ? [] : [`columns without any value are left out: ${named.join(', ')}`]),
    ...(bare.length === 0 ? [] : [`columns without name and value are left out: ${bare.join(', ')}`]),
    ...(numbered.length === 0
      ? []
      : [`columns without name that number the rows are left out: ${numbered.join(', ')}`]),
  ];
}

function chooseTimeColumns(
  source: CsvSource,
  names: readonly string[],
  samples: readonly (readonly string[])[],
  file: string,
): number[] {
  if (source.time !== null) return [source.time].flat().map((name) => findColumn(name, names, file, 'time'));
  const column = samples.findIndex((fields, at) => !isLeftOut(fields) || !isNameless(names[at]!));
  const first = samples[column]?.[0];
  return first !== undefined && !Number.isNaN(parseTimestamp(first.trim())) ? [column] : [];
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

function findLabels(name: string, names: readonly string[]): number {
  const column = names.indexOf(plainName(name));
  if (column >= 0) return column;
  throw new SweepError('SPEC_INVALID', `the target "${name}" is not a column of the dataset`, {
    path: 'dataset.target',
    hint: suggest(name, names),
  });
}
