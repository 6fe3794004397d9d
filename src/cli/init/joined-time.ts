// A time that stands in several columns: a date and a clock, a date and an hour, or year, month, day and hour.
import { formatOfParts, partSeconds } from '../../dataset/sources/csv/times/calendar-parts.js';
import { findClock } from '../../dataset/sources/csv/times/clock-column.js';
import {
  DATE_ORDERS,
  hasClock,
  looksLikeDate,
  looseSeconds,
} from '../../dataset/sources/csv/times/loose-dates.js';
import { isDigitDate } from '../../dataset/sources/csv/times/time-stamps.js';
import { findUnreadTimes, isMonotone } from '../../dataset/sources/csv/times/unread-times.js';
import type { Table } from '../../dataset/sources/table/table.js';
import { formOf } from './date-form.js';

type Fields = readonly (readonly string[])[];

export interface JoinedTime {
  /** Places of its columns, from the longest part to the shortest. */
  readonly columns: readonly number[];
  /** In strptime's words; null: found by the whole column. */
  readonly format: string | null;
  /** Of each row its parts as one text; `fields`: of each of the columns. */
  readonly textsOf: (fields: Fields) => string[];
  readonly secondsOf: (fields: Fields, read: (texts: readonly string[]) => Float64Array) => Float64Array;
}

/** `places`: of columns that may be taken. null: the time stands in one column, or there is none. */
export function findJoinedTime({ columns, sample }: Table, places: readonly number[]): JoinedTime | null {
  const samples = columns.map((_, place) =>
    places.includes(place)
      ? sample.map((row) => (row[place] ?? '').trim()).filter((field) => field !== '')
      : [],
  );
  const names = columns.map(({ name }) => name);
  return findDateAndClock(names, samples, sample) ?? findCalendarParts(names, samples);
}

/** What a column of times of day is called: others may be lengths of time, such as a pace. */
const CLOCK_NAME = /time|clock|zeit|uhr|heure|hora|^(?:from|von|to|bis)$/i;

/** Dates without a time of day and times of day: where dates come again, or the column is called so. */
function findDateAndClock(
  names: readonly string[],
  samples: Fields,
  rows: Table['sample'],
): JoinedTime | null {
  const date = samples.findIndex(
    (fields) =>
      fields.length > 0 &&
      fields.every((field) => (looksLikeDate(field) && !hasClock(field)) || isDigitDay(field)),
  );
  if (date < 0) return null;
  const dates = samples[date]!;
  const clock = findClock(names, samples, dates) ?? findClock(names, samples, dates, formOf(dates));
  if (clock === null || clock.column === date) return null;
  const repeats = new Set(dates).size < dates.length;
  // Hours beside days that come once may be hours worked.
  if (!repeats && (clock.format !== null || !CLOCK_NAME.test(clock.name))) return null;
  if (clock.format !== null && !followEachOther(rows, date, clock.column)) return null;
  const textsOf = ([dates = [], clocks = []]: Fields): string[] =>
    dates.map((one, row) => `${one} ${clocks[row] ?? ''}`);
  return {
    columns: [date, clock.column],
    format: clock.format,
    textsOf,
    secondsOf: ([dates = [], clocks = []], read) =>
      read(textsOf(clock.format === null ? [dates, clocks] : [dates.map(dayOf), clocks.map(clockOf)])),
  };
}

/** Whether dates and hours together go one way: hours worked on the days of several shops do not. */
function followEachOther(rows: Table['sample'], date: number, hour: number): boolean {
  const texts = rows
    .map((row) => [(row[date] ?? '').trim(), (row[hour] ?? '').trim()] as const)
    .filter((fields) => !fields.includes(''))
    .map(([day, clock]) => `${dayOf(day)} ${clockOf(clock)}`);
  return DATE_ORDERS.some((order) => isMonotone(texts.map((text) => looseSeconds(text, order))));
}

function isDigitDay(text: string): boolean {
  return text.length === 8 && isDigitDate(text);
}

/** 20090131 as days are written that are read unasked. */
function dayOf(text: string): string {
  return isDigitDay(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : text;
}

/** 7, 1305 and 18.00.00, as clocks are written: 07:00, 13:05, 18:00:00. */
function clockOf(text: string): string {
  if (text.includes('.')) return text.replaceAll('.', ':');
  return text.length === 4 ? `${text.slice(0, 2)}:${text.slice(2)}` : `${text.padStart(2, '0')}:00`;
}

function findCalendarParts(names: readonly string[], samples: Fields): JoinedTime | null {
  const year = findUnreadTimes(names, samples);
  const format = year === null || year.kind !== 'year' ? null : formatOfParts(year.parts, samples);
  if (year === null || format === null) return null;
  return {
    columns: [year.column, ...year.others],
    format,
    textsOf: ([years = [], ...others]) =>
      years.map((one, row) => [one, ...others.map((fields) => fields[row] ?? '')].join(' ')),
    secondsOf: ([years = [], ...others]) =>
      Float64Array.from(years, (one, row) =>
        partSeconds([one, ...others.map((fields) => fields[row] ?? '')], year.parts),
      ),
  };
}
