// A source as the file writes it: a named one, the path of a CSV, or an object that says how the table or the query is read.
import { resolve } from 'node:path';
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import {
  type CsvSource,
  type DatasetSource,
  MISSING_POLICIES,
  type NamedSource,
} from '../../study/dataset-source.js';
import { nearest } from '../../wording/suggest.js';
import { checkDialect, dialectFields } from './table-dialect.js';

export const NAMED_SOURCES: readonly NamedSource['name'][] = ['jena', 'jena-synthetic'];
/** A name or the like. */
export const text = (most: number) => z.string().min(1).max(most);
const path = () =>
  text(4096).refine((value) => !value.includes('\0'), { message: 'must not hold a NUL character' });

/** The mark of loggers and weather stations; `"missing": []` takes it for a value. */
const DEFAULT_MISSING = [-9999];

const rowFields = {
  time: z
    .union([text(256), z.array(text(256)).min(1).max(8)])
    .nullable()
    .default(null),
  timeFormat: text(256).optional(),
  timeZone: text(64).optional(),
  order: z.literal('sort').optional(),
  missing: z
    .array(z.union([z.number(), z.string().max(64)]))
    .max(64)
    .default(DEFAULT_MISSING),
  onMissing: z.enum(MISSING_POLICIES).default('error'),
  where: text(4096).optional(),
  columns: z.array(text(256)).min(1).max(4096).nullable().default(null),
};
const csvSchema = strictObject({ csv: path(), ...dialectFields, ...rowFields }).superRefine(checkDialect);
const sqlSchema = strictObject({ sql: text(65_536), folder: path().optional(), ...rowFields });
/** Fields of a source that is an object. */
export const CSV_FIELDS: readonly string[] = [...Object.keys(csvSchema.shape), 'sql', 'folder'];
export const sourceSchema = z.union([path().superRefine(refuseMistypedName), csvSchema, sqlSchema]);

export type SourceSection = z.output<typeof sourceSchema>;

export function writeSource(source: DatasetSource): unknown {
  if (source.type === 'named') return source.name;
  const { type: _, path, sql, ...fields } = source;
  return sql === undefined ? { csv: path, ...fields } : { sql, folder: path, ...fields };
}

/** A source given on the command line: it is read like the file's own CSV, if that has one, with another path. */
export function replaceSeriesSource(sources: readonly unknown[], source: string): unknown {
  if ((NAMED_SOURCES as readonly string[]).includes(source)) return source;
  const isTable = (item: unknown): item is object =>
    typeof item === 'object' && item !== null && ('csv' in item || 'sql' in item);
  const { sql, folder, ...form } = (sources.find(isTable) ?? {}) as Record<string, unknown>;
  return { ...form, csv: resolve(source) };
}

export function isNamed(source: SourceSection): source is NamedSource['name'] {
  return (NAMED_SOURCES as readonly unknown[]).includes(source);
}

export function readSource(source: SourceSection, folder: string): DatasetSource {
  if (isNamed(source)) return { type: 'named', name: source };
  const fields = typeof source === 'string' ? csvSchema.parse({ csv: source }) : source;
  if ('sql' in fields) {
    const { folder: within = '.', ...rest } = fields;
    return { type: 'csv', path: resolve(folder, within), ...rest } satisfies CsvSource;
  }
  const { csv, ...rest } = fields;
  return { type: 'csv', path: resolve(folder, csv), ...rest } satisfies CsvSource;
}

function refuseMistypedName(source: string, context: z.RefinementCtx): void {
  if (isNamed(source) || /[./\\]/.test(source)) return;
  const near = nearest(source, NAMED_SOURCES);
  context.addIssue({
    code: 'custom',
    message: `is neither ${NAMED_SOURCES.map((name) => `"${name}"`).join(' nor ')} nor the path of a CSV file`,
    params: {
      hint: near === undefined ? `for a file in this folder write "./${source}"` : `did you mean "${near}"?`,
    },
  });
}
