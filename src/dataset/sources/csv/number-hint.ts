// What to do about a field that was to be a number and is none: a guess at what its writer meant.
import { looksLikeDate } from './times/loose-dates.js';

const BLANKS = /[\s\u200b-\u200d\u2060\ufeff]/;
const MINUS_SIGNS = /^\s*[\u2012\u2013\u2014\u2212]\s*\d/;

/** null: nothing better is known than that it is no number. */
export function numberHint(field: string): string | null {
  const text = field.trim();
  if (/^\[.*\]$/s.test(text))
    return `it holds a list: make rows of it by "sql", such as "select unnest(data, recursive := true) from 'data.json'"`;
  if (/^\{.*\}$/s.test(text))
    return `it holds several values: take them apart by "sql", such as "select time, place.value from 'data.jsonl'"`;
  if (/^'.*'$/.test(text)) return `set "quote": "'"`;
  if (/^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/.test(text))
    return `set "thousands": "," or "decimal": ",", whichever the comma is: a number is written without commas, ${text.replaceAll(',', '')} if the comma marks thousands, ${
      text.split(',').length === 2 ? `${Number(text.replace(',', '.'))} if it marks decimals` : 'without them'
    }`;
  if (/^[+-]?\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d+)?$/.test(text))
    return `write a number without commas: ${text.replaceAll(',', '')}`;
  if (/^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/.test(text))
    return 'write decimals with a point: 3.14, or set "decimal": ","';
  if (/^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(text) || /^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/.test(text))
    return 'write a number without marks between thousands, and decimals with a point: 1234.5, or set "thousands" and "decimal"';
  if (/^[+-]?\d{1,3}(?:(?:['’_]|\s)\d{3})+(?:[.,]\d+)?$/.test(text))
    return 'write a number without blanks or marks between its digits, and decimals with a point: 1234.5, or set "thousands" to that mark';
  if (MINUS_SIGNS.test(text)) return 'write a negative number with a plain minus: -1.5';
  if (/^[\d.,]+\s*[-\u2212]$/.test(text)) return 'write a negative number with its minus in front: -1.5';
  if (/^\(\s*[\d.,]+\s*\)$/.test(text)) return 'write a negative number with a minus, not in brackets: -1.5';
  if (/^0x[\da-f]+$/i.test(text)) return 'write a number in decimal digits';
  if (/^[+-]?\d+(?:\.\d*)?[dD][+-]?\d+$/.test(text)) return 'write the exponent with an e: 1.5e+02';
  if (
    /^[^\d+-]{0,4}[+-]?\d+(?:[.,]\d+)?(?:\s*[^\d\s.,][^\d]*)$/.test(text) ||
    /^[$€£¥]\s*[+-]?[\d.,]+$/.test(text)
  )
    return 'write the number alone: its unit belongs into the name of the column, such as "T (degC)"';
  if (/^\S+(?:\s+[+-]?[\d.]+){2,}$/.test(text))
    return /\s{2,}/.test(text)
      ? 'its fields seem to be parted by runs of blanks: put one mark between them, such as a comma'
      : 'its fields seem to be parted by blanks: set "delimiter": " "';
  if (BLANKS.test(text) && !/\p{L}/u.test(text) && !looksLikeDate(text))
    return 'a blank stands within it: write the number alone';
  return null;
}
