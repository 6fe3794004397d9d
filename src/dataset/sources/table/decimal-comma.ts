// Commas within numbers: before decimals as far as the fields show it, between thousands, or of no number at all.
import { isMissingText, parseNumber } from '../csv/csv-numbers.js';
import { settingWords } from './dialect.js';

export const COMMA_NUMBER = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/;
/** May be thousands: not by it is a comma found to mark decimals. */
const GROUPED_BY_COMMA = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const POINT_NUMBER = /\d\.\d|^\.\d|\d\.$/;

type Rows = readonly (readonly (string | null)[])[];

/**
 * A comma where the numbers of some column have one, and no number of any column has a point. Between commas it stands in quotes,
 * as lists and thousands do, and says nothing.
 */
export function findDecimal(rows: Rows, delimiter: string): string {
  if (delimiter === ',') return '.';
  const numbers = numberColumns(rows);
  const hasComma = numbers.some((fields) =>
    fields.some((field) => COMMA_NUMBER.test(field) && !GROUPED_BY_COMMA.test(field)),
  );
  return hasComma && !hasPoint(numbers) ? ',' : '.';
}

/** Of columns of which every field holds a comma: what would read them as numbers. */
export function describeCommas(names: readonly string[], rows: Rows): string[] {
  const numbers = numberColumns(rows);
  return names.flatMap((name, column) => {
    const fields = fieldsOf(rows, column).filter((field) => !isMissingText(field));
    if (name === '' || fields.length === 0 || !fields.every((field) => COMMA_NUMBER.test(field))) return [];
    const steps = [
      ...(hasPoint(numbers) ? [] : [`${settingWords('decimal', ',')} if it marks decimals`]),
      ...(fields.every((field) => GROUPED_BY_COMMA.test(field))
        ? [`${settingWords('thousands', ',')} if it marks thousands`]
        : []),
    ];
    return steps.length === 0
      ? []
      : [`"${name}" holds numbers with a comma and is taken for text: set ${steps.join(', or ')}`];
  });
}

function numberColumns(rows: Rows): readonly (readonly string[])[] {
  const columns = rows[0]?.map((_, column) => fieldsOf(rows, column)) ?? [];
  return columns.filter((fields) =>
    fields.every(
      (field) => isMissingText(field) || COMMA_NUMBER.test(field) || !Number.isNaN(parseNumber(field)),
    ),
  );
}

function hasPoint(numbers: readonly (readonly string[])[]): boolean {
  return numbers.some((fields) => fields.some((field) => POINT_NUMBER.test(field)));
}

function fieldsOf(rows: Rows, column: number): readonly string[] {
  return rows.map((fields) => fields[column] ?? '');
}
