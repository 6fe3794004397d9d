// The query that reads the columns asked for: their numbers, whether a row has a field that is no plain number, that row's
// fields as they are written, and the texts.
import type { Dialect } from './dialect.js';
import { numberSql, roughSql } from './number-sql.js';
import type { Projection } from './table.js';
import type { TablePart } from './table-part.js';

const USUAL: Pick<Dialect, 'decimal' | 'thousands'> = { decimal: '.', thousands: '' };

export function projectionSql({ columns, dialect, from }: TablePart, { numbers, texts }: Projection): string {
  const form = dialect ?? USUAL;
  const valueOf = (column: number): string =>
    columns[column]!.isText ? numberSql(`c${column}`, form) : `cast(c${column} as double)`;
  const fields = numbers.map((column) => columns[column]!.text);
  const rough = roughSql(
    fields,
    numbers.map((_, index) => `n${index}`),
    numbers.map((column) => columns[column]!.isText),
  );
  const read = numbers.map((column, index) => `${valueOf(column)} as n${index}`);
  return `select ${[
    ...numbers.map((_, index) => `n${index}`),
    `cast(${rough} as double) as rough`,
    `case when ${rough} then [${fields.join(', ')}] end as fields`,
    ...texts.map((column, index) => `${columns[column]!.text} as t${index}`),
  ].join(', ')} from (select *${read.map((one) => `, ${one}`).join('')} from ${from})`;
}
