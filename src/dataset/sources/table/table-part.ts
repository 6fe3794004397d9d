// One file of a table as DuckDB reads it: a query whose columns have raw names, in the file's order, and what is known of
// them. Text comes as it is written, other kinds with their types.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { makeDirectories } from '../../../make-directories.js';
import { isMissingText } from '../csv/csv-numbers.js';
import { tellsDate } from '../csv/times/loose-dates.js';
import { isDigitDate } from '../csv/times/time-stamps.js';
import { describeCommas } from './decimal-comma.js';
import type { Dialect } from './dialect.js';
import { type Duck, quoted } from './duck.js';
import { lenientMarks, numberReader, USUAL_FORM } from './number-sql.js';
import { rawBytes, surveyText, writePlain } from './plain-files.js';
import { RAW, rawName } from './raw-name.js';
import { BUFFER_BYTES, firstLines, LONGEST_LINE_BYTES } from './read-text-lines.js';
import { EmptyTable, sniffDialect } from './sniff-dialect.js';
import type { ColumnKind, TableSettings } from './table.js';
import { tableFault } from './table-fault.js';
import { formatOf } from './table-files.js';

/** How many rows decide which columns hold what. */
const SAMPLED_ROWS = 100;

export interface PartColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether its fields come as they are written. */
  readonly isText: boolean;
  /** Its value as text, in SQL. */
  readonly text: string;
}

export interface TablePart {
  readonly path: string;
  /** As DuckDB reads it: another one where it had to be written anew. */
  readonly plainPath: string;
  readonly from: string;
  /** The same with these columns as numbers, where DuckDB reads no finite number in another way than we; null: it may. */
  readonly fromTyped: ((numbers: readonly number[]) => string) | null;
  readonly columns: readonly PartColumn[];
  /** The first rows as texts; null: empty. */
  readonly sample: readonly (readonly (string | null)[])[];
  readonly dialect: Dialect | null;
  /** Lines of its text; NaN: not known. */
  readonly lines: number;
  readonly notices: readonly string[];
}

export interface PartOptions {
  readonly settings: TableSettings;
  readonly temporary: string;
  readonly onBytes: (bytes: Buffer) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The parts of a text table are surveyed before DuckDB is opened: this is what it may read of one. */
export interface PlainText {
  readonly path: string;
  readonly plainPath: string;
  readonly encoding: string;
  readonly lines: number;
  /** See lenientMarks; NaN: not known. */
  readonly marks: number;
}

/** `isText`: false for kinds that have no encoding. */
export async function plainText(path: string, options: PartOptions, isText: boolean): Promise<PlainText> {
  const { settings, temporary, onBytes } = options;
  if (!isText) {
    for await (const bytes of rawBytes(path)) onBytes(bytes);
    return { path, plainPath: path, encoding: 'utf-8', lines: Number.NaN, marks: Number.NaN };
  }
  const { encoding, isPlain, lines, marks } = await surveyText(path, settings.encoding, onBytes);
  if (isPlain) return { path, plainPath: path, encoding, lines, marks };
  makeDirectories(temporary);
  const plainPath = join(temporary, `${randomUUID()}.txt`);
  await writePlain(path, encoding, plainPath);
  return { path, plainPath, encoding, lines, marks };
}

export async function openTextPart(duck: Duck, text: PlainText, options: PartOptions): Promise<TablePart> {
  const { settings } = options;
  const { path, plainPath, encoding } = text;
  const lines = await firstLines(duck, plainPath);
  const dialect = sniffDialect(lines, settings, path, encoding);
  const { names, delimiter, quote, firstLine } = dialect;
  const readAs = (typeOf: (column: number) => string): string => {
    const columns = names.map((_, column) => `'${RAW}${column}': '${typeOf(column)}'`).join(', ');
    const read = `read_csv(${quoted(plainPath)}, auto_detect = false, columns = {${columns}}, delim = ${quoted(delimiter)}, quote = ${quoted(quote)}, escape = ${quoted(quote)}, header = false, skip = ${firstLine - 1}, max_line_size = ${LONGEST_LINE_BYTES}, buffer_size = ${BUFFER_BYTES}, allow_quoted_nulls = false)`;
    // A blank line of one column is no row, as it is none of several.
    return names.length === 1 ? `(select * from ${read} where ${rawName(0)} is not null)` : read;
  };
  const from = readAs(() => 'VARCHAR');
  const marksAbove = lenientMarks(Buffer.from(lines.slice(0, firstLine - 1).join('\n')));
  let sample: TablePart['sample'];
  try {
    const texts = names.map((_, column) => rawName(column));
    sample = await sampleOf(duck, from, texts);
  } catch (thrown) {
    throw tableFault(thrown, path, dialect, options.signal);
  }
  if (sample.length === 0) throw new EmptyTable(path, 'has a header but no rows');
  return {
    path,
    plainPath,
    from,
    fromTyped:
      text.marks === marksAbove
        ? (numbers) => readAs((column) => (numbers.includes(column) ? 'DOUBLE' : 'VARCHAR'))
        : null,
    columns: names.map((name, column) => ({
      name,
      kind: kindOf(
        sample.map((row) => row[column] ?? ''),
        dialect,
      ),
      isText: true,
      text: rawName(column),
    })),
    sample,
    dialect,
    lines: text.lines,
    notices: [
      ...(encoding === 'latin1' && settings.encoding === undefined
        ? [`${path} is not UTF-8: read as Latin-1`]
        : []),
      ...(delimiter === ',' && (settings.decimal ?? settings.thousands) === undefined && !settings.holdsTexts
        ? describeCommas(names, sample)
        : []),
    ],
  };
}

/** Parquet and JSON: lines, or where the name says no more also one list. */
export async function openTypedPart(duck: Duck, path: string): Promise<TablePart> {
  const read =
    formatOf(path) === 'parquet'
      ? `read_parquet(${quoted(path)})`
      : `read_json(${quoted(path)}, format = '${/\.json(?:\.(?:gz|zst))?$/i.test(path) ? 'auto' : 'newline_delimited'}', sample_size = -1)`;
  return openQueryPart(duck, path, `select * from ${read}`);
}

/** Whatever a SELECT gives. */
export async function openQueryPart(duck: Duck, path: string, sql: string): Promise<TablePart> {
  const described = await duck.columns(sql);
  const renamed = described.map((_, column) => rawName(column));
  const from = `(select ${renamed.map((name) => `t.${name}`).join(', ')} from (${sql}\n) as t(${renamed.join(', ')}))`;
  const texts = described.map(({ type }, column) => textSql(rawName(column), type));
  const sample = await sampleOf(duck, from, texts);
  return {
    path,
    plainPath: path,
    from,
    fromTyped: null,
    columns: described.map(({ name, type }, column) => ({
      name,
      kind: TEXT_TYPE.test(type)
        ? kindOf(
            sample.map((row) => row[column] ?? ''),
            USUAL_FORM,
          )
        : kindOfType(type),
      isText: type === 'VARCHAR',
      text: texts[column]!,
    })),
    sample,
    dialect: null,
    lines: Number.NaN,
    notices: [],
  };
}

async function sampleOf(
  duck: Duck,
  from: string,
  texts: readonly string[],
): Promise<readonly (readonly (string | null)[])[]> {
  const rows = await duck.rows(`select ${texts.join(', ')} from ${from} limit ${SAMPLED_ROWS}`);
  return rows.map((row) => row.map((field) => (field === null ? null : String(field))));
}

/** Times in a form that is read; other kinds as DuckDB writes them. */
function textSql(column: string, type: string): string {
  if (type.startsWith('TIMESTAMP WITH TIME ZONE')) return `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ')`;
  if (type.startsWith('TIMESTAMP')) return `strftime(cast(${column} as timestamp), '%Y-%m-%d %H:%M:%S')`;
  // A column of JSON lines whose values are of several kinds.
  if (type === 'JSON') return `${column} ->> '$'`;
  return type === 'VARCHAR' ? column : `cast(${column} as varchar)`;
}

const NUMBER_TYPE = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(.*\)|FLOAT|DOUBLE|BOOLEAN)$/;

/** Kinds of which each value may be anything. */
const TEXT_TYPE = /^(?:VARCHAR|JSON)$/;

function kindOfType(type: string): ColumnKind {
  if (NUMBER_TYPE.test(type)) return 'number';
  return /^(?:TIMESTAMP|DATE$)/.test(type) ? 'time' : 'text';
}

/** By the first fields of a text column: one number among them makes it a column of numbers. */
function kindOf(fields: readonly string[], dialect: Pick<Dialect, 'decimal' | 'thousands'>): ColumnKind {
  const told = fields.filter((field) => !isMissingText(field));
  const toNumber = numberReader(dialect);
  if (told.length === 0) return 'number';
  if (told.every((field) => tellsDate(field) || isDigitDate(field.trim()))) return 'time';
  return told.some((field) => !Number.isNaN(toNumber(field))) ? 'number' : 'text';
}
