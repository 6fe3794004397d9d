// Columns that are numbers by their digits but may be names, codes or counts of time: read as features, and said.
import type { Table } from '../table/table.js';
import { fieldsOf } from './column-names.js';
import { type CsvLayout, SERIAL_DATE } from './csv-header.js';
import { parseNumber } from './csv-numbers.js';
import { looksLikeDate, TIME_NAME } from './times/loose-dates.js';
import { isDigitDate, parseEpoch } from './times/time-stamps.js';
import { isMonotone } from './times/unread-times.js';

const LEADING_ZERO = /^0\d\d+$/;
const DIGITS_ALONE = /^[+-]?\d+$/;
const EXPONENT_ALONE = /^\d+[eE]\d+$/;
/** With semicolons between fields, a point is as likely to mark thousands. */
const GROUPED = /^[+-]?[1-9]\d{0,2}[.]\d{3}$/;
const CLOCK_NAME = /^(?:hours?|stunden?|minutes?|seconds?)$/i;
/** So many columns called by dates are times that stand side by side. */
const LEAST_DATES = 3;

export function describeOdd(
  table: Table,
  { names, featureColumns, timeColumns, unread }: CsvLayout,
): string[] {
  const dated = featureColumns.map((column) => names[column]!).filter(isDate);
  return [
    ...(dated.length < LEAST_DATES
      ? []
      : [
          `columns are called by dates (${dated.slice(0, 2).join(', ')}, …): times that stand side by side are not read as times, which each have a row of their own`,
        ]),
    ...featureColumns.flatMap((column) => {
      const name = JSON.stringify(names[column]);
      const fields = fieldsOf(table.sample, column).map((field) => field.trim());
      const code = fields.find((field) => LEADING_ZERO.test(field) || EXPONENT_ALONE.test(field));
      const long = fields.find((field) => DIGITS_ALONE.test(field) && !Number.isSafeInteger(Number(field)));
      const isGrouped =
        table.dialect?.delimiter === ';' &&
        table.dialect.decimal === '.' &&
        table.dialect.thousands === '' &&
        fields.length > 1 &&
        fields.every((field) => GROUPED.test(field));
      if (isGrouped)
        return [
          `${name} holds ${fields[0]}, which is read as ${parseNumber(fields[0]!)}: set "thousands": "." if the point marks thousands`,
        ];
      if (long !== undefined)
        return [`${name} holds ${long}, of which a number keeps about 16 digits: is it a name?`];
      if (code !== undefined && !fields.every(isDigitDate))
        return [`${name} holds ${code}, which is read as the number ${parseNumber(code)}: is it a name?`];
      const isDays = TIME_NAME.test(names[column]!) && fields.every((field) => SERIAL_DATE.test(field));
      const isTold = timeColumns.length > 0 || column === unread?.column || isDays;
      const counts = TIME_NAME.test(names[column]!) || CLOCK_NAME.test(names[column]!);
      const values = fields.map(parseNumber);
      if (isTold || !counts || !isMonotone(values) || fields.some((field) => parseEpoch(field) > 0))
        return [];
      return [
        `${name} goes ${values[1]! > values[0]! ? 'up' : 'down'} from row to row as a count of time does, and is read as a feature`,
      ];
    }),
  ];
}

function isDate(name: string): boolean {
  return looksLikeDate(name) || isDigitDate(name);
}
