// The line that names the columns: that it holds names, and which columns have none.
import { SweepError } from '../../../errors.js';
import type { Table } from '../table/table.js';
import { isMissingText, parseNumber } from './csv-numbers.js';
import { looksLikeDate } from './times/loose-dates.js';
import { isDigitDate } from './times/time-stamps.js';

const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;

/** Throws CSV_SYNTAX where the line of names holds none, too few, or some twice. */
export function checkNames(names: readonly string[], sample: Table['sample'], at: string): void {
  const isNumber = (name: string): boolean => !Number.isNaN(parseNumber(name)) || DECIMAL_COMMA.test(name);
  const refuse = (what: string, hint: string): SweepError =>
    new SweepError('CSV_SYNTAX', `${at}: ${what}`, { path: at, hint });
  if (names.every(isNumber))
    throw refuse(
      'the first line holds numbers, not column names',
      'add a first line that names the columns, or set "header" to false',
    );
  const date = names.find((name) => looksLikeDate(name) || isDigitDate(name));
  if (date !== undefined && names.some((name) => name !== date && (isNumber(name) || isMissingText(name))))
    throw refuse(
      `the first line holds the date ${JSON.stringify(date)} and numbers, not column names`,
      'add a first line that names the columns, or set "header" to false',
    );
  for (const [column, name] of names.entries()) {
    if (name === '' && !isLeftOut(fieldsOf(sample, column)))
      throw refuse(
        `column ${column + 1} of ${names.length} has no name`,
        'the first line must name every column',
      );
    const earlier = names.indexOf(name);
    if (earlier < column && name !== '')
      throw refuse(
        `columns ${earlier + 1} and ${column + 1} are both called "${name}"`,
        'give every column a name of its own',
      );
  }
}

/** A nameless column that is none: without a value, or with the numbers of the rows. */
export function isLeftOut(fields: readonly string[]): boolean {
  return fields.length === 0 || isRowNumbers(fields);
}

/** As pandas calls a nameless column when it writes it once more. */
const UNNAMED = /^Unnamed: \d+$/;

export function isNameless(name: string): boolean {
  return name === '' || UNNAMED.test(name);
}

export function isRowNumbers(fields: readonly string[]): boolean {
  const first = Number(fields[0]);
  return (first === 0 || first === 1) && fields.every((field, row) => Number(field) === first + row);
}

/** Fields of the first rows but the missing ones. */
export function fieldsOf(sample: Table['sample'], column: number): string[] {
  return sample.map((row) => row[column] ?? '').filter((field) => !isMissingText(field));
}
