// Columns whose decimal marks may group thousands: whole numbers up to 999 beside values such as 1.002, and nothing else. Which
// of the two was meant can't be seen from the file.
import type { CsvPlace } from '../../../error-facts.js';
import { faultError } from '../../../wording/fault-words.js';
import type { Table } from '../table/table.js';
import type { CsvLayout } from './csv-header.js';
import { isMissingText } from './csv-numbers.js';

interface ColumnMarks {
  isPossible: boolean;
  hasWhole: boolean;
}

/** By numbers alone: their digits are looked at where they may be so. O(1) a value, next to nothing once one shows otherwise. */
export class GroupingMarks {
  private readonly columns: readonly ColumnMarks[];

  /** `samples`: fields of the first rows of each feature, as they are written. */
  constructor(samples: readonly (readonly string[])[], decimal: string) {
    const mayGroup = new RegExp(`^\\s*[+-]?(?:\\d{1,3}|[1-9]\\d{0,2}[${decimal}]\\d{3})\\s*$`);
    this.columns = samples.map((fields) => ({
      isPossible: fields.every((field) => mayGroup.test(field) || isMissingText(field)),
      hasWhole: false,
    }));
  }

  see(feature: number, value: number): void {
    const column = this.columns[feature]!;
    if (!column.isPossible) return;
    const size = Math.abs(value);
    const thousandths = size * 1000;
    if (size >= 1000 || Math.abs(thousandths - Math.round(thousandths)) > 1e-6) column.isPossible = false;
    else if (!Number.isInteger(value)) column.isPossible = size >= 1;
    else if (value !== 0) column.hasWhole = true;
  }

  seeAll(feature: number, values: Float64Array): void {
    const column = this.columns[feature]!;
    for (let row = 0; row < values.length && column.isPossible; row++) this.see(feature, values[row]!);
  }

  /** Throws CSV_VALUE for a column whose points may group thousands. */
  async requireDecimals(
    table: Table,
    { featureColumns }: Pick<CsvLayout, 'featureColumns'>,
    placeOf: (row: number, feature: number) => CsvPlace,
  ): Promise<void> {
    for (const feature of this.suspected()) {
      const column = featureColumns[feature]!;
      const row = await findGrouped(table, column);
      if (row === null) continue;
      const field = await table.fieldOf(row, column);
      throw faultError('CSV_VALUE', {
        kind: 'point-of-thousands',
        ...placeOf(row, feature),
        field: field.trim(),
      });
    }
  }

  /** Features that may be misread, as far as numbers tell: 1.000 looks like 1. */
  private suspected(): number[] {
    return this.columns.flatMap(({ isPossible, hasWhole }, feature) =>
      isPossible && hasWhole ? [feature] : [],
    );
  }
}

/** The row of the first field of a column that may be thousands with a mark; null: none may. One reading of the file or two. */
async function findGrouped(table: Table, column: number): Promise<number | null> {
  const decimal = table.dialect?.decimal ?? '.';
  const grouped = `[+-]?[1-9][0-9]{0,2}[${decimal}][0-9]{3}`;
  const row = await table.findRow(column, (text) => `regexp_full_match(trim(${text}), '${grouped}')`);
  if (row === null) return null;
  const other = await table.findRow(
    column,
    (text) =>
      `regexp_full_match(trim(${text}), '[+-]?[0-9]+([.,][0-9]*)?') and not regexp_full_match(trim(${text}), '[+-]?[0-9]{1,3}|${grouped}')`,
  );
  if (other !== null) return null;
  const whole = await table.findRow(
    column,
    (text) => `regexp_full_match(trim(${text}), '[+-]?0*[1-9][0-9]{0,2}')`,
  );
  return whole === null ? null : row;
}
