// Texts that say when a row is, not of which series: dates, months, weeks, quarters, seasons. Pure.
import { looksLikeDate } from './loose-dates.js';

/** What stays of a text without its digits and marks: `2023-W05`, `Q1 2023`, `Sun 01/01/2023`, `January`, `FY24`. */
const WORDS =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|w|wk|week|kw|q|quarter|h|fy|winter|spring|summer|autumn|fall|month|day|year)$/i;
/** A year, alone or with the next one: `2015/16`. */
const YEARS = /^(?:18|19|20|21)\d\d(?:[/-]\d{2,4})?$/;

export function isCalendarText(text: string): boolean {
  const trimmed = text.trim();
  if (looksLikeDate(trimmed) || YEARS.test(trimmed)) return true;
  const words = trimmed.split(/[^\p{L}]+/u).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => WORDS.test(word));
}
