// Dates in forms that are not read as times (01/31/2009, 1-Jan-20, 2020010100): good for comparing rows with each other, which
// needs no decision between month and day as long as one order of them holds for the whole column.
import { daysFromCivil, daysInMonth, isDigitDate } from './time-stamps.js';

/** Of a column that tells the time. */
export const TIME_NAME = /time|date|stamp|epoch|unix|day|datum|zeit|month|monat/i;

const DAY_SECONDS = 86_400;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const NAMED_MONTH = /^(\d{1,2})[- ]([A-Za-z]{3})[A-Za-z]*[-, ]+(\d{4}|\d\d)(?!\d)/;
const YEAR_MONTH = /^((?:18|19|20|21)\d\d)[-/.](\d{1,2})$/;
const THREE_NUMBERS = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)/;
const CLOCK = /(?:^|[\sT])(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:\s*([ap])\.?\s?m\b)?/i;

/** Whether it has the form of a date, be it one that is read or another, such as 01/31/2009. */
export function looksLikeDate(text: string): boolean {
  const trimmed = text.trim();
  return THREE_NUMBERS.test(trimmed) || NAMED_MONTH.test(trimmed) || YEAR_MONTH.test(trimmed);
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
export function looseSeconds(text: string, isMonthFirst: boolean): number {
  const trimmed = text.trim();
  if (isDigitDate(trimmed)) return digitSeconds(trimmed);
  const [, hour = '0', minute = '0', second = '0', half = ''] = CLOCK.exec(trimmed) ?? [];
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return dayOf(trimmed, isMonthFirst) * DAY_SECONDS + hours * 3600 + Number(minute) * 60 + Number(second);
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

function dayOf(text: string, isMonthFirst: boolean): number {
  const monthly = YEAR_MONTH.exec(text);
  if (monthly !== null) return dayFrom(Number(monthly[1]), Number(monthly[2]), 1);
  const named = NAMED_MONTH.exec(text);
  if (named !== null) {
    return dayFrom(wholeYear(named[3]!), monthOf(named[2]!), Number(named[1]));
  }
  const match = THREE_NUMBERS.exec(text);
  if (match === null) return Number.NaN;
  const [, first = '', , second = '', third = ''] = match;
  if (first.length > 2) return dayFrom(Number(first), Number(second), Number(third));
  const [month, day] = isMonthFirst ? [first, second] : [second, first];
  return dayFrom(wholeYear(third), Number(month), Number(day));
}

/** By its name, whole or its first three letters; NaN when it is none. */
export function monthOf(name: string): number {
  const at = MONTHS.indexOf(name.trim().slice(0, 3).toLowerCase());
  return at < 0 ? Number.NaN : at + 1;
}

/** 99 is before 00: years of two digits are those from 1970 on. */
function wholeYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year + (year < 70 ? 2000 : 1900);
}

function dayFrom(year: number, month: number, day: number): number {
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return isDate ? daysFromCivil(year, month, day) : Number.NaN;
}
