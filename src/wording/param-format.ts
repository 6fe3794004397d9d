// How the values of one parameter are written in a table: in few digits and letters, and as many more as it takes that values
// which differ in the study never read alike.

import { DASH } from './figures.js';
import { printable } from './printable.js';

type ParamValue = string | number | boolean | null;

/** Digits of a number, where fewer tell the values apart. */
const FEWEST_DIGITS = 4;
/** With which any two float64 differ. */
const MOST_DIGITS = 17;
/** Longer texts are cut, where that leaves them apart. */
const MAX_TEXT = 24;
/** What stands before the first difference of texts whose beginnings are cut off. */
const CONTEXT = 6;

export type ParamFormat = (value: ParamValue | undefined) => string;

/** `values`: all that the parameter has in the study. O(values). */
export function paramFormat(values: Iterable<ParamValue | undefined>): ParamFormat {
  const known = [...new Set(values)];
  const number = numberFormat(known.filter((value) => typeof value === 'number'));
  const text = textFormat(known.filter((value) => typeof value === 'string'));
  const plain: ParamFormat = (value) => {
    if (value === undefined || value === null) return DASH;
    if (typeof value === 'number') return number(value);
    return typeof value === 'string' ? text(value) : String(value);
  };
  // "1" and 1, or a line break and the letters that stand for it.
  const quoted: ParamFormat = (value) =>
    typeof value === 'string' ? printable(JSON.stringify(value)) : plain(value);
  const all = known.filter((value) => value !== undefined && value !== null);
  return isApart(all, plain) ? plain : quoted;
}

/** A value that is compared with no other. */
export function formatParam(value: ParamValue | undefined): string {
  return paramFormat([value])(value);
}

function isApart<Value>(values: readonly Value[], format: (value: Value) => string): boolean {
  // Of very many the first two that read alike are soon found.
  const texts = new Set<string>();
  for (const value of values) {
    const text = format(value);
    if (texts.has(text)) return false;
    texts.add(text);
  }
  return true;
}

function numberFormat(values: readonly number[]): (value: number) => string {
  // Rounded numbers keep their order, so that only neighbours can read alike; whole ones are written out.
  const isOrdered = values.every(
    (value) => !Number.isInteger(value) || Math.abs(value) < 10 ** FEWEST_DIGITS,
  );
  if (isOrdered) return orderedFormat(Float64Array.from(values).sort());
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
    const format = (value: number): string => formatNumber(value, digits);
    if (isApart(values, format)) return format;
  }
  return String;
}

function orderedFormat(ascending: Float64Array): (value: number) => string {
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
    const format = (value: number): string => formatNumber(value, digits);
    const isApart = ascending.every((value, place) => {
      if (place === 0) return true;
      const before = ascending[place - 1]!;
      const coarsest = Math.max(Math.abs(value), Math.abs(before)) * 10 ** (1 - digits);
      return value - before > coarsest || format(value) !== format(before);
    });
    if (isApart) return format;
  }
  return String;
}

function formatNumber(value: number, digits: number): string {
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e9) return String(value);
  const rounded = Number(value.toPrecision(digits));
  return magnitude < 1e-4 || magnitude >= 1e9 ? rounded.toExponential() : String(rounded);
}

function textFormat(values: readonly string[]): (value: string) => string {
  const shared = sharedStart(values.map(printable));
  const cuts: readonly ((text: string) => string)[] = [
    (text) => `${text.slice(0, MAX_TEXT - 1)}…`,
    (text) => `${text.slice(0, MAX_TEXT / 2)}…${text.slice(1 - MAX_TEXT / 2)}`,
    (text) => {
      const from = Math.max(0, shared - CONTEXT);
      const rest = text.slice(from, from + MAX_TEXT - 2);
      return `…${rest}${from + rest.length < text.length ? '…' : ''}`;
    },
  ];
  for (const cut of cuts) {
    const format = (value: string): string => {
      const text = printable(value);
      return text.length > MAX_TEXT ? cut(text) : text;
    };
    if (isApart(values, format)) return format;
  }
  return printable;
}

function sharedStart(texts: readonly string[]): number {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length--;
  return length;
}
