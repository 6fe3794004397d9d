// The first look at a table: all of its columns, read as what their first rows are.
import { isMissingText } from '../../dataset/sources/csv/csv-numbers.js';
import { numberHint } from '../../dataset/sources/csv/number-hint.js';
import { likelyFormats, unevennessOf } from '../../dataset/sources/csv/times/likely-formats.js';
import { type DateOrder, looseSeconds, TIME_NAME } from '../../dataset/sources/csv/times/loose-dates.js';
import { isDigitDate, parseEpoch, parseTimestamp } from '../../dataset/sources/csv/times/time-stamps.js';
import { openTable } from '../../dataset/sources/table/open-table.js';
import type { Table } from '../../dataset/sources/table/table.js';
import { formOf } from './date-form.js';
import { findGrouping, type Grouping } from './find-grouping.js';
import { findJoinedTime, type JoinedTime } from './joined-time.js';
import { wordsIn } from './propose-reviews.js';
import type { ColumnSketch, TableSketch } from './table-sketch.js';

/** More rows change no proposal. */
const MOST_ROWS = 1_000_000;
/** Words of a column whose commas and line breaks are part of a text. */
const PROSE_WORDS = 3;
/** So many rows show which labels there are, and so many of those there are. */
const LEAST_LABELLED = 8;
const MOST_LABELS = 4;
/** What loggers write for a missing value, as a sweep file takes it by default. */
const DEFAULT_MISSING = -9999;

export interface ReadSketch {
  readonly table: TableSketch;
  /** How the file is written, where that is not what most files are, in the words that would set it. */
  readonly found: readonly string[];
  readonly notices: readonly string[];
  readonly isCut: boolean;
}

/** O(rows · columns), up to a million rows. Throws what reading a table throws. */
export async function readSketch(path: string, signal: AbortSignal): Promise<ReadSketch> {
  const first = await openTable({ path }, { signal }).catch(async (refused: unknown) => {
    // Texts go on over several lines, rows of numbers do not.
    const texts = await openTable({ path, holdsTexts: true }, { signal }).catch(() => null);
    if (texts !== null && holdsProse(texts)) return texts;
    texts?.close();
    throw refused;
  });
  if (!holdsProse(first)) {
    const grouping = groupingOf(first);
    if (grouping === null) return sketch(first);
    first.close();
    return sketch(await openTable({ path, ...grouping }, { signal }), grouping);
  }
  first.close();
  const texts = await openTable({ path, holdsTexts: true }, { signal });
  if (!beginsWithRow(texts)) return sketch(texts);
  texts.close();
  return sketch(await openTable({ path, holdsTexts: true, header: false }, { signal }));
}

/** Whether its first line is a labelled text and no names: its label is that of rows below. */
function beginsWithRow({ columns, sample, dialect }: Table): boolean {
  if (dialect === null || sample.length < LEAST_LABELLED) return false;
  return columns.some(({ name }, place) => {
    const labels = new Set(sample.map((row) => (row[place] ?? '').trim()));
    return labels.size <= MOST_LABELS && labels.has(name);
  });
}

function holdsProse({ columns, sample }: Table): boolean {
  return columns.some(({ kind }, place) => {
    if (kind !== 'text') return false;
    // Numbers are no words: 29. Februar 2020.
    const wordsOf = (text: string): number => wordsIn(text.replaceAll(/\S*\d\S*/g, ''));
    const words = sample.reduce((sum, row) => sum + wordsOf(row[place] ?? ''), 0);
    return words >= PROSE_WORDS * sample.length;
  });
}

/** Of columns that seem to be words only because their numbers are grouped. */
function groupingOf({ columns, sample, dialect }: Table): Grouping | null {
  const texts = [...columns.keys()].filter((place) => columns[place]!.kind === 'text');
  if (dialect === null || texts.length === 0) return null;
  const rows = sample.map((row) => texts.map((place) => row[place] ?? ''));
  return findGrouping(rows, (mark) => dialect.decimal === '.' || mark === dialect.decimal);
}

async function sketch(table: Table, grouping: Grouping | null = null): Promise<ReadSketch> {
  try {
    // A column without a name cannot be asked for; it mostly counts the rows.
    const named = [...table.columns.keys()].filter((place) => table.columns[place]!.name !== '');
    const nested = named.filter((place) => holdsSeveral(table, place));
    const places = named.filter((place) => !nested.includes(place));
    const joined = findJoinedTime(table, places);
    const isTime = (place: number): boolean => holdsTimes(table, place);
    const numbers = places.filter(
      (place) =>
        table.columns[place]!.kind === 'number' && !isTime(place) && joined?.columns.includes(place) !== true,
    );
    const texts = places.filter((place) => !numbers.includes(place));
    const values: number[][] = numbers.map(() => []);
    const fields: string[][] = texts.map(() => []);
    let rows = 0;
    for await (const block of table.read({ numbers, texts })) {
      for (const [at, column] of block.numbers.entries())
        for (let row = 0; row < block.count; row++)
          values[at]!.push(numberOf(block.rough.get(row)?.[at], column[row]!));
      for (const [at, column] of block.texts.entries())
        for (let row = 0; row < block.count; row++) fields[at]!.push((column[row] ?? '').trim());
      rows += block.count;
      if (rows >= MOST_ROWS) break;
    }
    const fieldsOf = (place: number): readonly string[] => fields[texts.indexOf(place)] ?? [];
    const settings = {
      ...(table.dialect?.header === false ? { header: false } : {}),
      ...grouping,
      ...timeSettings(table, joined, places.find(isTime), fieldsOf),
    };
    const columns = places.flatMap((place): ColumnSketch[] => {
      const { name } = table.columns[place]!;
      const at = numbers.indexOf(place);
      if (at >= 0) return [{ kind: 'number', name, values: Float64Array.from(values[at]!) }];
      const own = fields[texts.indexOf(place)]!;
      if (joined !== null && place === joined.columns[0])
        return [{ kind: 'time', name, seconds: joined.secondsOf(joined.columns.map(fieldsOf), readSeconds) }];
      if (joined?.columns.includes(place) === true) return [];
      return isTime(place)
        ? [{ kind: 'time', name, seconds: readSeconds(own) }]
        : [{ kind: 'text', name, texts: own.map((text) => (isMissingText(text) ? '' : text)) }];
    });
    return {
      table: { rows, columns, settings },
      found: table.dialect?.found ?? [],
      notices: [
        ...table.notices,
        ...nested.map((place) => `"${table.columns[place]!.name}" ${numberHint(firstOf(table, place))}`),
      ],
      isCut: rows >= MOST_ROWS,
    };
  } finally {
    table.close();
  }
}

/** A column of lists, or of values with names, as JSON and Parquet have them. */
function holdsSeveral(table: Table, place: number): boolean {
  const { kind, isText } = table.columns[place]!;
  return kind === 'text' && !isText && /^[{[]/.test(firstOf(table, place));
}

function firstOf({ sample }: Table, place: number): string {
  return sample.find((row) => (row[place] ?? '') !== '')?.[place] ?? '';
}

/** What a source must say of its times to have them read: the form, where it is none that is read unasked. */
function timeSettings(
  { columns }: Table,
  joined: JoinedTime | null,
  alone: number | undefined,
  fieldsOf: (place: number) => readonly string[],
): Readonly<Record<string, unknown>> {
  const nameOf = (place: number): string => columns[place]!.name;
  if (joined !== null) {
    const form = joined.format ?? formUnread(joined.textsOf(joined.columns.map(fieldsOf)));
    return {
      time: joined.columns.map(nameOf),
      ...(form === undefined ? {} : { timeFormat: form }),
    };
  }
  const form = alone === undefined ? undefined : formUnread(fieldsOf(alone));
  return form === undefined ? {} : { time: nameOf(alone!), timeFormat: form };
}

/** undefined: some are read unasked, or none is known. */
function formUnread(texts: readonly string[]): string | undefined {
  const written = texts.filter((text) => !isMissingText(text));
  return written.every((text) => Number.isNaN(parseTimestamp(text))) ? formOf(written) : undefined;
}

/** `field`: as it is written, where it is no plain number; a mark of a missing value is NaN. */
function numberOf(field: string | null | undefined, value: number): number {
  const number =
    field === undefined ? value : field === null || isMissingText(field) ? Number.NaN : Number(field);
  return number === DEFAULT_MISSING ? Number.NaN : number;
}

/** A column of dates that are read, or can be, or of seconds since 1970 or dates as digits that is called like a time. */
function holdsTimes({ columns, sample }: Table, place: number): boolean {
  const { kind, name } = columns[place]!;
  const fields = sample.map((row) => (row[place] ?? '').trim()).filter((field) => field !== '');
  if (kind === 'time')
    return fields.some((field) => !Number.isNaN(parseTimestamp(field))) || likelyFormats(fields).length > 0;
  if (kind !== 'number' || fields.length === 0 || !TIME_NAME.test(name)) return false;
  return fields.every((field) => isDigitDate(field) || !Number.isNaN(parseEpoch(field)));
}

/** Good for steps and order; month and day are told apart by the whole column. */
function readSeconds(texts: readonly string[]): Float64Array {
  const exact = Float64Array.from(texts, (text) => {
    const seconds = parseTimestamp(text);
    return Number.isNaN(seconds) ? parseEpoch(text) : seconds;
  });
  if (exact.some((seconds) => !Number.isNaN(seconds))) return exact;
  const form = formOf(texts.filter((text) => !isMissingText(text)));
  if (form?.startsWith('%y') === true)
    return Float64Array.from(texts, (text) => looseSeconds(text, 'year first'));
  const reading = (order: DateOrder): Float64Array =>
    Float64Array.from(texts, (text) => looseSeconds(text, order));
  const unread = (seconds: Float64Array): number => seconds.filter(Number.isNaN).length;
  const [dayFirst, monthFirst] = [reading('day first'), reading('month first')];
  if (unread(dayFirst) !== unread(monthFirst))
    return unread(dayFirst) < unread(monthFirst) ? dayFirst : monthFirst;
  // Both fit: the one in which rows follow each other most evenly.
  return unevennessOf(dayFirst) < unevennessOf(monthFirst) ? dayFirst : monthFirst;
}
