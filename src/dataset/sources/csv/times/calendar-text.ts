// Texts that say when a row is, not of which series: dates, months, weeks, quarters, seasons. Pure.
import { looksLikeDate } from './loose-dates.js';

/** What stays of a text without its digits and marks: `2023-W05`, `Q1 2023`, `Sun 01/01/2023`, `January`, `FY24`. */
const WORDS = new RegExp(
  `^(?:${[
    'mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?)?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?',
    'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?',
    'winter|spring|summer|autumn|fall|day|w|wk|week|kw|month|q|quarter|h|fy|year',
  ].join('|')})$`,
  'i',
);
/** A year, alone or with the next one: `2015/16`. */
const YEARS = /^(?:18|19|20|21)\d\d(?:[/-]\d{2,4})?$/;

export function isCalendarText(text: string): boolean {
  const trimmed = text.trim();
  if (looksLikeDate(trimmed) || YEARS.test(trimmed)) return true;
  const words = trimmed.split(/[^\p{L}]+/u).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => WORDS.test(word));
}
