// The query that reads the columns asked for: numbers, times, whether a row has a field that is neither, that row's fields as they
// are written, and the texts.
import { quotedName } from './duck.js';
import { numberSql, roughSql, USUAL_FORM } from './number-sql.js';
import { RAW, ROW, rawName } from './raw-name.js';
import type { Projection } from './table.js';
import type { TablePart } from './table-part.js';
import { secondsSql } from './time-sql.js';

/** Where in a row of the result what stands; `times`, `rows`: −1 where nothing asked for them. */
export interface ProjectedPlaces {
  readonly rough: number;
  readonly fields: number;
  readonly seconds: number;
  readonly row: number;
  readonly texts: number;
}

export interface ProjectedQuery {
  readonly sql: string;
  readonly places: ProjectedPlaces;
}

/** `skipped`: how many of the rows are not wanted again. */
export function projectedQuery(
  part: TablePart,
  projection: Projection,
  where: string | undefined,
  skipped = 0,
): ProjectedQuery {
  const { columns, dialect, from } = part;
  const { numbers, texts, time, sorted } = projection;
  const form = dialect ?? USUAL_FORM;
  const toNumber = (column: number): string =>
    columns[column]!.isText ? numberSql(rawName(column), form) : `try_cast(${rawName(column)} as double)`;
  const fields = numbers.map((column) => columns[column]!.text);
  const timeFields = time === undefined ? [] : time.columns.map((column) => columns[column]!.text);
  const numbersRough = roughSql(
    fields,
    numbers.map((_, index) => `n${index}`),
    numbers.map((column) => columns[column]!.isText),
  );
  const rough = time === undefined ? numbersRough : `${numbersRough} or seconds is null`;
  const isNumbered = where !== undefined || sorted === true;
  const inner = [
    ...columns.map((_, column) => rawName(column)),
    ...numbers.map((column, index) => `${toNumber(column)} as n${index}`),
    ...(time === undefined ? [] : [`${secondsSql(timeFields, time)} as seconds`]),
    ...(isNumbered ? [ROW] : []),
  ];
  const rows = isNumbered ? `(select *, row_number() over () - 1 as ${ROW} from ${from})` : from;
  const filtered = where === undefined ? rows : filteredSql(rows, part, toNumber, where);
  const outer = [
    ...numbers.map((_, index) => `n${index}`),
    `cast(${rough} as double)`,
    `case when ${rough} then [${[...fields, ...timeFields].map((field) => `cast(${field} as varchar)`).join(', ')}] end`,
    ...(time === undefined ? [] : ["coalesce(seconds, 'nan')"]),
    ...(isNumbered ? [`cast(${ROW} as double)`] : []),
    ...texts.map((column) => columns[column]!.text),
  ];
  const order = sorted === true ? ` order by seconds nulls last, ${ROW}` : '';
  const seconds = time === undefined ? -1 : numbers.length + 2;
  const row = isNumbered ? numbers.length + (time === undefined ? 2 : 3) : -1;
  return {
    sql: `select ${outer.join(', ')} from (select ${inner.join(', ')} from ${filtered})${order}${skipped === 0 ? '' : ` offset ${skipped}`}`,
    places: {
      rough: numbers.length,
      fields: numbers.length + 1,
      seconds,
      row,
      texts: outer.length - texts.length,
    },
  };
}

/** Row and text of those where a column's text is not that of the row before, one more than `most` at the most. */
export function runsQuery(part: TablePart, column: number, where: string | undefined, most: number): string {
  const { sql } = projectedQuery(part, { numbers: [], texts: [column] }, where);
  const isNumbered = where !== undefined;
  const rows = `select *, lag(text) over () as before, row_number() over () as place${isNumbered ? '' : ', row_number() over () - 1 as number'} from (${sql}) as t(rough, fields, ${isNumbered ? 'number, ' : ''}text)`;
  return `select number, text from (${rows}) where place = 1 or text is distinct from before limit ${most + 1}`;
}

/**
 * The rows for which a condition over the columns by their names holds. In text files columns of numbers are numbers; of other
 * kinds of files a column has its own type, but dates, which are texts.
 */
function filteredSql(
  rows: string,
  { columns, dialect }: TablePart,
  toNumber: (column: number) => string,
  where: string,
): string {
  const named = columns.flatMap(({ name, kind, isText, text }, column) =>
    name === ''
      ? []
      : [
          `${kind === 'number' && dialect !== null ? toNumber(column) : kind === 'time' && !isText ? text : rawName(column)} as ${quotedName(name)}`,
        ],
  );
  return `(select columns('^${RAW}') from (select *, ${named.join(', ')} from ${rows}) where (${where}\n))`;
}
