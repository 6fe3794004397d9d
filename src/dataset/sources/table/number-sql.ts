// Numbers as a table writes them, read twice alike: by DuckDB for all fields that are plain, by numberReader for those that
// DuckDB could not read, which may still be numbers (odd blanks) or marks of missing values.
import { isMissingText, parseNumber } from '../csv/csv-numbers.js';
import { quoted } from './duck.js';

export interface NumberForm {
  readonly decimal: string;
  /** '': none. */
  readonly thousands: string;
}

export const USUAL_FORM: NumberForm = { decimal: '.', thousands: '' };

export function isUsual({ decimal, thousands }: NumberForm): boolean {
  return decimal === '.' && thousands === '';
}

/** The number that SQL's text `field` is; NULL when it is none. May take more than numberReader does: see roughSql. */
export function numberSql(field: string, form: NumberForm): string {
  const { decimal, thousands } = form;
  if (isUsual(form)) return `try_cast(${field} as double)`;
  const whole = thousands === '' ? field : `replace(${field}, ${quoted(thousands)}, '')`;
  const pointed = decimal === '.' ? whole : `replace(${whole}, ${quoted(decimal)}, '.')`;
  return `case when regexp_full_match(${field}, ${quoted(` *${shapeOf(form)} *`)}) then try_cast(${pointed} as double) end`;
}

/** What DuckDB takes within a number, and numberReader does not. */
const LENIENT_MARKS = ['_', '+-'] as const;

/** How often such marks come in a text: where they do not, DuckDB reads finite numbers as numberReader does. */
export function lenientMarks(text: Buffer): number {
  let count = 0;
  for (const mark of LENIENT_MARKS)
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

/** Whether DuckDB alone can read a field: a number, or nothing. */
export function parsesAlone(field: string): boolean {
  return field === '' || (!isMissingText(field) && !Number.isNaN(parseNumber(field)));
}

/** Whether any of the fields and their numbers is for numberReader to judge: DuckDB reads `1_000`, `+-1`, `inf` and `nan` too. */
export function roughSql(
  fields: readonly string[],
  numbers: readonly string[],
  isText: readonly boolean[],
): string {
  if (numbers.length === 0) return 'false';
  const texts = fields.filter((_, column) => isText[column]);
  return [
    `not coalesce(isfinite(${numbers.join(' + ')}), false)`,
    ...texts.flatMap((field) => LENIENT_MARKS.map((mark) => `contains(${field}, ${quoted(mark)})`)),
  ].join(' or ');
}

/** Digits, marks and exponent of a number, as a regular expression of both languages. */
function shapeOf({ decimal, thousands }: NumberForm): string {
  const point = escaped(decimal);
  const whole =
    thousands === '' ? String.raw`\d+` : String.raw`(?:\d{1,3}(?:${escaped(thousands)}\d{3})+|\d+)`;
  return String.raw`[+-]?(?:${whole}(?:${point}\d*)?|${point}\d+)(?:[eE][+-]?\d+)?`;
}

function escaped(mark: string): string {
  return mark.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The number that a text is; NaN when it is none. */
export function numberReader(form: NumberForm): (text: string) => number {
  if (isUsual(form)) return parseNumber;
  const shape = new RegExp(`^${shapeOf(form)}$`);
  return (text) => {
    const trimmed = text.trim();
    if (!shape.test(trimmed)) return Number.NaN;
    const whole = form.thousands === '' ? trimmed : trimmed.replaceAll(form.thousands, '');
    return parseNumber(whole.replace(form.decimal, '.'));
  };
}
