// Numbers as a table writes them, read twice alike: by DuckDB for all fields that are plain, by numberReader for those that
// DuckDB could not read, which may still be numbers (odd blanks) or marks of missing values.
import { parseNumber } from '../csv/csv-numbers.js';
import { quoted } from './duck.js';

export interface NumberForm {
  readonly decimal: string;
  /** '': none. */
  readonly thousands: string;
}

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

/** Whether any of the fields and their numbers is for numberReader to judge: DuckDB reads `1_000`, `inf` and `nan` too. */
export function roughSql(
  fields: readonly string[],
  numbers: readonly string[],
  isText: readonly boolean[],
): string {
  if (numbers.length === 0) return 'false';
  const texts = fields.filter((_, column) => isText[column]);
  return [
    `not coalesce(isfinite(${numbers.join(' + ')}), false)`,
    ...texts.map((field) => `contains(${field}, '_')`),
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
