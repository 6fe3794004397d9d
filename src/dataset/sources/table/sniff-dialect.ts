// Finds how a text table is written from its first lines: delimiter, which line names the columns and where the rows begin,
// which mark stands before decimals. Pure; what it finds beyond the usual is said in the words that would set it.
import { SweepError } from '../../../errors.js';
import { countOf } from '../../../wording/plural.js';
import { isMissingText, parseNumber } from '../csv/csv-numbers.js';
import { looksLikeDate, TIME_NAME } from '../csv/times/loose-dates.js';
import { COMMA_NUMBER, findDecimal } from './decimal-comma.js';
import { type Dialect, settingWords } from './dialect.js';
import type { TableSettings } from './table.js';
import { endsInside, splitFields } from './table-fields.js';

const DELIMITERS = ['\t', ';', '|', ','];
/** A preamble and lines of units are not longer. */
const MOST_PREAMBLE = 40;

/** The first line of what spreadsheets write: it tells the delimiter. */
const SEPARATOR = /^\ufeff?"?sep=(.)"?[\s]*$/i;

/** Begins a line that is for people; alone it may be the name of a column that numbers the rows. */
const NOTE = /^\s*(?:#+|\/\/)\s*[^\s#/]/;

/** A line that is whole: quoted line breaks are within it. */
interface Whole {
  readonly text: string;
  /** Its first line in the file, from 1. */
  readonly line: number;
  readonly nextLine: number;
  /** The lines end before its quote is closed. */
  readonly isOpen: boolean;
}

/** `lines`: the first ones of the file; blank ones are ''. Throws CSV_SYNTAX when none of them can hold a row. */
export function sniffDialect(
  lines: readonly string[],
  settings: TableSettings,
  path: string,
  encoding: string,
): Dialect {
  const { holdsTexts = false } = settings;
  const quote = settings.quote ?? (settings.isQuotedByChance === true ? findQuote(lines) : '"');
  const found: string[] = [];
  const isHeaderSet = typeof settings.header === 'number';
  const told = SEPARATOR.exec(lines[0] ?? '')?.[1];
  const skipped = isHeaderSet
    ? settings.header - 1
    : Math.max(settings.skip ?? 0, told === undefined ? 0 : 1);
  const wholesBy = (delimiter: string): Whole[] => wholeLines(lines, skipped, delimiter, quote);
  const delimiter = settings.delimiter ?? told ?? findDelimiter(wholesBy, quote);
  if (settings.delimiter === undefined && delimiter !== ',') found.push(settingWords('delimiter', delimiter));
  const wholes = wholesBy(delimiter);
  const [first] = wholes;
  if (first === undefined) throw new EmptyTable(path, 'is empty');
  if (!holdsTexts) requireOneLine(wholes, path);
  const rows = wholes.map(({ text }) => splitFields(text, delimiter, quote));
  const isFree = settings.header === undefined && settings.skip === undefined;
  const headerAt = isFree ? findHeader(rows) : 0;
  const header = settings.header === false ? false : wholes[headerAt]!.line;
  if (header !== false && isFree && headerAt > 0) found.push(settingWords('header', header));
  let rowsAt = header === false ? 0 : headerAt + 1;
  if (isHeaderSet) rowsAt += settings.skip ?? 0;
  else if (isFree && !holdsTexts) {
    const units = countUnits(rows.slice(rowsAt), headerAt > 0 ? 1 : 2);
    if (units > 0) {
      rowsAt += units;
      if (headerAt === 0) found.push(settingWords('header', wholes[0]!.line));
      found.push(settingWords('skip', units));
    }
  }
  const names =
    header === false ? rows[0]!.map((_, column) => String(column)) : rows[headerAt]!.map(plainName);
  if (!holdsTexts) requireFieldCounts(wholes.slice(rowsAt), rows.slice(rowsAt), names, delimiter, path);
  const decimal = settings.decimal ?? (holdsTexts ? '.' : findDecimal(rows.slice(rowsAt), delimiter));
  if (settings.decimal === undefined && decimal !== '.') found.push(settingWords('decimal', decimal));
  return {
    encoding,
    delimiter,
    quote,
    header,
    firstLine: wholes[rowsAt]?.line ?? wholes.at(-1)!.nextLine,
    decimal,
    thousands: settings.thousands ?? '',
    names,
    found,
  };
}

/** A quote where fields that begin with one end with one, all of them; else none. */
function findQuote(lines: readonly string[]): string {
  const quoted = lines.flatMap((line) => line.split('\t').filter((field) => field.startsWith('"')));
  return quoted.length > 0 && quoted.every((field) => field.length > 1 && field.endsWith('"')) ? '"' : '';
}

/** Lines joined where a quote is open at their end; blank ones left out. */
function wholeLines(lines: readonly string[], skipped: number, delimiter: string, quote: string): Whole[] {
  const wholes: Whole[] = [];
  let open: string[] = [];
  for (let index = skipped; index < lines.length; index++) {
    const text = lines[index]!;
    if (open.length === 0 && text === '') continue;
    const isInside = endsInside(text, delimiter, quote, open.length > 0);
    open.push(text);
    if (isInside) continue;
    wholes.push({
      text: open.join('\n'),
      line: index + 2 - open.length,
      nextLine: index + 2,
      isOpen: false,
    });
    open = [];
  }
  // A quote that is never closed is told by who reads the rows.
  if (open.length > 0)
    wholes.push({
      text: open[0]!,
      line: lines.length - open.length + 1,
      nextLine: lines.length + 1,
      isOpen: true,
    });
  return wholes;
}

/** Throws CSV_SYNTAX where a row of numbers goes on over several lines. */
function requireOneLine(wholes: readonly Whole[], path: string): void {
  const wrapped = wholes.find(({ text, isOpen }) => isOpen || text.includes('\n'));
  if (wrapped !== undefined) throw wrappedRow(`${path}:${wrapped.line}`);
}

export function wrappedRow(at: string): SweepError {
  return new SweepError('CSV_SYNTAX', `${at}: a quote is opened and not closed on its line`, {
    path: at,
    hint: 'close it; line breaks inside quotes are not read',
  });
}

/** Throws CSV_SYNTAX for the first row that has not one field for each column. */
function requireFieldCounts(
  wholes: readonly Whole[],
  rows: readonly (readonly string[])[],
  names: readonly string[],
  delimiter: string,
  path: string,
): void {
  const row = rows.findIndex((fields) => fields.length !== names.length);
  if (row < 0 || wholes[row]!.isOpen) return;
  throw fieldCountFault(`${path}:${wholes[row]!.line}`, rows[row]!, names, delimiter);
}

export function fieldCountFault(
  at: string,
  fields: readonly string[],
  names: readonly string[],
  delimiter: string,
): SweepError {
  const shown = delimiter === '\t' ? 'tab' : delimiter;
  return new SweepError(
    'CSV_SYNTAX',
    `${at}: ${countOf(fields.length, 'field')}, the header has ${countOf(names.length, 'column')}`,
    {
      path: at,
      hint:
        fields.length > names.length && fields.at(-1) === ''
          ? 'the line ends with a delimiter: take it away, or name one more column in the first line'
          : fields.length < names.length && names.at(-1) === ''
            ? 'the line of names ends with a delimiter: take it away'
            : names.length === 1 && /^[+-]?\d+,\d+$/.test(fields.join(delimiter))
              ? 'if the comma marks decimals, set "delimiter": ";", "decimal": ","'
              : fields.length === 1 && /\p{L}/u.test(fields[0]!)
                ? 'a note is no row: take the line away; a row has one field for each column'
                : `a row has one field for each column; a field that holds the delimiter (here ${shown}) is written in quotes, and the first line of the file names the columns`,
    },
  );
}

/** One that cuts all lines alike, else the one that the first line has most. */
function findDelimiter(wholesBy: (delimiter: string) => Whole[], quote: string): string {
  const counted = DELIMITERS.map((delimiter) => {
    const counts = wholesBy(delimiter).map(({ text }) => splitFields(text, delimiter, quote).length);
    const usual = usualCount(counts);
    return { delimiter, first: counts[0] ?? 1, usual, isEven: isEvenAfterPreamble(counts, usual) };
  });
  const even = counted.filter(({ isEven, usual }) => isEven && usual > 1);
  const [best] = even.length > 0 ? even : counted.toSorted((a, b) => b.first - a.first || rank(b) - rank(a));
  return best === undefined || Math.max(best.first, best.usual) < 2 ? ',' : best.delimiter;
}

function rank({ delimiter }: { readonly delimiter: string }): number {
  return DELIMITERS.indexOf(delimiter);
}

/** The count of the rows: of the last of the lines. */
function usualCount(counts: readonly number[]): number {
  const tail = counts.slice(Math.floor(counts.length / 2)).toSorted((a, b) => a - b);
  return tail[Math.floor(tail.length / 2)] ?? 1;
}

function isEvenAfterPreamble(counts: readonly number[], usual: number): boolean {
  const lastOdd = counts.findLastIndex((count) => count !== usual);
  return lastOdd < Math.min(MOST_PREAMBLE, counts.length / 2);
}

/** Place of the line that names the columns: the first one, unless lines above it are notes, a title or a preamble. */
function findHeader(rows: readonly (readonly string[])[]): number {
  const at = findAfterPreamble(rows);
  const counts = rows.map((fields) => fields.length);
  const usual = usualCount(counts);
  const first = rows.findIndex((fields) => fields.some(holdsValue));
  const isWords = (row: number): boolean => row < first && counts[row] === usual;
  // Below notes come the names; where values come at once, a note names them.
  const notes = rows.findIndex((fields) => !NOTE.test(fields[0] ?? ''));
  if (notes > at && isWords(notes)) return notes;
  // Of lines of words that follow each other the names are the one that calls dates a time.
  const dates = rows[first]?.findIndex(looksLikeDate) ?? -1;
  const callsTime = (row: number): boolean =>
    TIME_NAME.test(rows[row]?.[dates] ?? '') && (row === at || rows[row]!.every((name) => name !== ''));
  if (dates < 0 || callsTime(at)) return at;
  for (let row = at + 1; isWords(row); row++) if (callsTime(row)) return row;
  return at;
}

/** The first line, unless all lines from a later one on have another count of fields. */
function findAfterPreamble(rows: readonly (readonly string[])[]): number {
  const counts = rows.map((fields) => fields.length);
  const usual = usualCount(counts);
  if (usual < 2 || counts[0] === usual || !isEvenAfterPreamble(counts, usual)) return 0;
  const at = counts.findLastIndex((count) => count !== usual) + 1;
  const names = rows[at] ?? [];
  const isNames = names.every((name) => name === '' || !holdsValue(name)) && rows.length > at + 1;
  return isNames && new Set(names).size === names.length ? at : 0;
}

/**
 * Lines of units and the like below the names: words alone where all rows after them hold values. Without a preamble above the
 * names they must have a word in two such columns, so that a first row of marks for missing values is none.
 */
function countUnits(rows: readonly (readonly string[])[], leastWords: number): number {
  const units = rows.findIndex((fields) => fields.some(holdsValue));
  if (units <= 0 || units > MOST_PREAMBLE) return 0;
  const below = rows.slice(units);
  const isValueColumn = (column: number): boolean =>
    below.every((fields) => isMissingText(fields[column] ?? '') || holdsValue(fields[column]!)) &&
    below.some((fields) => holdsValue(fields[column] ?? ''));
  const words = rows
    .slice(0, units)
    .map((fields) => fields.filter((field, column) => !isMissingText(field) && isValueColumn(column)).length);
  const isUnits = Math.min(...words) > 0 && Math.max(...words) >= leastWords;
  return isUnits && below.every((fields) => fields.some(holdsValue)) ? units : 0;
}

function holdsValue(field: string): boolean {
  return !Number.isNaN(parseNumber(field)) || COMMA_NUMBER.test(field.trim()) || looksLikeDate(field);
}

/** As a person reads and types it: every blank a plain one, what cannot be seen left out. */
export function plainName(name: string): string {
  return name
    .replaceAll(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replaceAll(/[^\S ]/g, ' ')
    .trim();
}

/** A table without rows. */
export class EmptyTable extends SweepError {
  constructor(path: string, what: string) {
    super('CSV_SYNTAX', `${path} ${what}`, {
      path: `${path}:1`,
      hint: 'the first line names the columns, each further line is one row',
    });
  }
}
