// In which form the times of a table are written: as it is set, or as its first rows show. DuckDB reads it; what it does not read
// is judged here, one field after the other.
import { SweepError } from '../../../../errors.js';
import type { CsvSource } from '../../../../study/dataset-source.js';
import { settingWords } from '../../table/dialect.js';
import type { Table, TimeProjection } from '../../table/table.js';
import { EPOCH_FORMAT } from '../../table/time-sql.js';
import type { CsvLayout } from '../csv-header.js';
import { isMissingText } from '../csv-numbers.js';
import { likelyTimeFormats } from './likely-formats.js';
import { hasZone, parseEpoch, parseTimestamp, TIME_FORMS } from './time-stamps.js';
import { zonedClock, zoneReader } from './zoned-clock.js';

const CLOCKS = [
  [String.raw`\d\d:\d\d:\d\d`, '%H:%M:%S'],
  [String.raw`\d\d:\d\d`, '%H:%M'],
] as const;
const DAYS = [
  [String.raw`\d{4}-\d\d-\d\d`, '%Y-%m-%d'],
  [String.raw`\d\d\.\d\d\.\d{4}`, '%d.%m.%Y'],
] as const;

/** Forms that DuckDB reads as parseTimestamp does; of others each field is read here. */
const FORMS: readonly (readonly [shape: RegExp, format: string])[] = DAYS.flatMap(([day, dayFormat]) => [
  [new RegExp(`^${day}$`), dayFormat] as const,
  ...[' ', 'T'].flatMap((separator) =>
    CLOCKS.flatMap(([clock, clockFormat]) => [
      [new RegExp(`^${day}${separator}${clock}$`), `${dayFormat}${separator}${clockFormat}`] as const,
      [
        new RegExp(`^${day}${separator}${clock}[+-]\\d\\d:\\d\\d$`),
        `${dayFormat}${separator}${clockFormat}%z`,
      ] as const,
    ]),
  ),
]);

/** Times that are counted in units that are not read. */
const COUNTED: readonly (readonly [shape: RegExp, what: string])[] = [
  [/^1\d{15}$/, 'microseconds since 1970'],
  [/^1\d{18}$/, 'nanoseconds since 1970'],
  [/^[1-7]\d{4}(?:\.\d+)?$/, 'days since 1900, as spreadsheets count them'],
  [/^24\d{5}(?:\.\d+)?$/, 'Julian days'],
];

export interface TimeForm {
  /** undefined: there are no times. */
  readonly projection: TimeProjection | undefined;
  /** Whether the times are UTC, as they or the settings say. */
  readonly isUtc: boolean;
  /** The first time as it is written. */
  readonly example: string;
  /** In the words that would set it. */
  readonly found: readonly string[];
  /** The local time of seconds since 1970, where times are of a zone whose clock goes back in autumn; null: they are not. */
  readonly localOf: ((seconds: number) => number) | null;
  /** Seconds since 1970 of a field that DuckDB did not read; NaN: it is no time. */
  readonly parse: (text: string) => number;
  /** What is read, for errors. */
  readonly accepted: string;
}

export function chooseTimes(source: CsvSource, layout: CsvLayout, sample: Table['sample']): TimeForm {
  const { timeColumns: columns } = layout;
  const zone = zoneOf(source);
  const texts = sample
    .map((row) => joinTime(columns.map((column) => row[column] ?? '')))
    .filter((text) => !isMissingText(text));
  const example = texts[0] ?? '';
  const isZoned = hasZone(example) || (source.timeFormat?.includes('%z') ?? false);
  const localOf = zone === null || isZoned || source.order === 'sort' ? null : zonedClock(zone);
  const common = { example, isUtc: isZoned || zone !== null, localOf };
  const read = (formats: readonly string[]): TimeProjection | undefined =>
    columns.length === 0 ? undefined : { columns, formats, zone: isZoned ? null : zone };
  if (source.timeFormat !== undefined)
    return {
      ...common,
      projection: read(alternatives(source.timeFormat)),
      found: [],
      parse: () => Number.NaN,
      accepted: `the form is set by ${settingWords('timeFormat', source.timeFormat)}`,
    };
  const form = FORMS.find(([shape]) => texts.length > 0 && texts.every((text) => shape.test(text)))?.[1];
  const isEpoch =
    source.time !== null && texts.length > 0 && texts.every((text) => !Number.isNaN(parseEpoch(text)));
  const toUtc = zone === null ? null : zoneReader(zone);
  return {
    ...common,
    projection: read(form !== undefined ? [form] : isEpoch ? [EPOCH_FORMAT] : []),
    found: form === undefined || columns.length === 0 ? [] : foundWords(source, layout, form),
    parse: (text) => {
      const seconds = parseTimestamp(text);
      if (!Number.isNaN(seconds)) return toUtc === null || hasZone(text) ? seconds : toUtc(seconds);
      // A column of plain numbers is a time only when it is named as one.
      return source.time === null ? Number.NaN : parseEpoch(text);
    },
    accepted: `accepted are ${TIME_FORMS}; seconds or milliseconds since 1970 in a column named as the time; any other form is set: ${likelyWords(texts)}`,
  };
}

/** An offset may be written as Z, which DuckDB's %z does not read. */
function alternatives(format: string): readonly string[] {
  return format.includes('%z') ? [format, format.replaceAll('%z', 'Z')] : [format];
}

/** In the words that would set the form of the first rows. */
function likelyWords(texts: readonly string[]): string {
  const likely = likelyTimeFormats(texts);
  const counted = COUNTED.find(([shape]) => texts.length > 0 && texts.every((text) => shape.test(text)))?.[1];
  if (counted !== undefined)
    return `"timeFormat" (these look like ${counted}, which no form reads: make dates of them by "sql")`;
  if (likely.length === 0) return `"timeFormat", in strptime's words (such as "%m/%d/%Y %H:%M")`;
  return likely.map((format) => settingWords('timeFormat', format)).join(' or ');
}

function foundWords(source: CsvSource, { names, timeColumns }: CsvLayout, form: string): string[] {
  return [
    ...(source.time === null ? [settingWords('time', names[timeColumns[0]!] ?? '')] : []),
    settingWords('timeFormat', form),
  ];
}

/** Date and clock of two columns are one text. */
export function joinTime(fields: readonly string[]): string {
  return fields
    .map((field) => field.trim())
    .filter((field) => field !== '')
    .join(' ');
}

/** null: none is set. Throws SPEC_INVALID for a zone that nobody knows. */
function zoneOf({ timeZone }: CsvSource): string | null {
  if (timeZone === undefined) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new SweepError('SPEC_INVALID', `${JSON.stringify(timeZone)} is no time zone`, {
      path: 'dataset.source.timeZone',
      hint: 'give it as "Europe/Berlin" or "UTC"',
      cause,
    });
  }
}
