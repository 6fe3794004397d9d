// Dates in forms that are not read as times (01/31/2009, 1-Jan-20, 2020010100): good for comparing rows with each other, which
// needs no decision between month and day as long as one order of them holds for the whole column.
import { looksLikePeriod, monthOf, periodStart, wholeYear } from './named-periods.js';
import { daysFromCivil, daysInMonth, isDigitDate } from './time-stamps.js';

/** Which number of a date with two digits in each place is what: 01-02-03. */
export type DateOrder = 'month first' | 'day first' | 'year first';
export const DATE_ORDERS: readonly DateOrder[] = ['month first', 'day first', 'year first'];

/** Of a column that tells the time. */
export const TIME_NAME = /time|date|stamp|epoch|unix|day|datum|zeit|month|monat|^ts$/i;

const DAY_SECONDS = 86_400;
const NAMED_MONTH = /^(\d{1,2})[- ]([A-Za-z]{3})[A-Za-z]*[-, ]+(\d{4}|\d\d)(?!\d)/;
const YEAR_MONTH = /^((?:18|19|20|21)\d\d)[-/.](\d{1,2})$/;
const THREE_NUMBERS = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)/;
/** The year comes first in two digits only where all have two. */
const THREE_PAIRS = /^\d\d([./-])\d\d\1\d\d(?!\d)/;
const DIGITS_APART = /^\d{8}[T :_-]\d{4}(?:\d\d)?Z?$/;
const CLOCK = /(?:^|[\sT_]|[A-Za-z]\d{4}:)(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:\s*([ap])\.?\s?m\b)?/i;

/** Whether it has the form of a date, be it one that is read or another, such as 01/31/2009. */
export function looksLikeDate(text: string): boolean {
  const trimmed = text.trim();
  // 18.00.00 is a time of day.
  return (
    Number(THREE_NUMBERS.exec(trimmed)?.[3]) > 0 || NAMED_MONTH.test(trimmed) || YEAR_MONTH.test(trimmed)
  );
}

/** The same, and periods and months that only a column that tells the time holds: `Jan 2020`, `2020-W05`, `20200131T0010`. */
export function tellsDate(text: string): boolean {
  const trimmed = text.trim();
  return looksLikeDate(trimmed) || looksLikePeriod(trimmed) || isDigitsApart(trimmed);
}

/** Whether it is the time of a day and no more: `13:05`, `1:05:00 PM`. */
export function isClock(text: string): boolean {
  return /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[ap]\.?\s?m\.?)?$/i.test(text.trim());
}

/** Whether a clock stands in it. */
export function hasClock(text: string): boolean {
  return CLOCK.test(text);
}

/** Seconds, good for comparing rows only, of a date in any common form; NaN when it is none. */
export function looseSeconds(text: string, order: DateOrder): number {
  const trimmed = text.trim();
  // What says itself where its year stands needs no third reading.
  if (order === 'year first' && !THREE_PAIRS.test(trimmed)) return Number.NaN;
  if (isDigitDate(trimmed)) return digitSeconds(trimmed);
  if (isDigitsApart(trimmed)) return digitSeconds(trimmed.replaceAll(/\D/g, ''));
  const [, hour = '0', minute = '0', second = '0', half = ''] = CLOCK.exec(trimmed) ?? [];
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return dayOf(trimmed, order) * DAY_SECONDS + hours * 3600 + Number(minute) * 60 + Number(second);
}

/** yyyymmdd with hour, minute and second as far as given, or yymmddhhmm. */
function digitSeconds(text: string): number {
  const whole = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(text) ? text : `20${text}`;
  const part = (from: number, to: number): number => Number(whole.slice(from, to));
  return (
    daysFromCivil(part(0, 4), part(4, 6), part(6, 8)) * DAY_SECONDS +
    part(8, 10) * 3600 +
    part(10, 12) * 60 +
    part(12, 14)
  );
}

function isDigitsApart(text: string): boolean {
  return DIGITS_APART.test(text) && isDigitDate(text.replaceAll(/\D/g, ''));
}

function dayOf(text: string, order: DateOrder): number {
  const monthly = YEAR_MONTH.exec(text);
  if (monthly !== null) return dayFrom(Number(monthly[1]), Number(monthly[2]), 1);
  const named = NAMED_MONTH.exec(text);
  if (named !== null) {
    return dayFrom(wholeYear(named[3]!), monthOf(named[2]!), Number(named[1]));
  }
  const match = THREE_NUMBERS.exec(text);
  if (match === null) {
    const { year, month, day } = periodStart(text) ?? { year: Number.NaN, month: 1, day: 1 };
    return daysFromCivil(year, month, day);
  }
  const [, first = '', , second = '', third = ''] = match;
  if (first.length > 2) return dayFrom(Number(first), Number(second), Number(third));
  if (order === 'year first') return dayFrom(wholeYear(first), Number(second), Number(third));
  const [month, day] = order === 'month first' ? [first, second] : [second, first];
  return dayFrom(wholeYear(third), Number(month), Number(day));
}

function dayFrom(year: number, month: number, day: number): number {
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return isDate ? daysFromCivil(year, month, day) : Number.NaN;
}
