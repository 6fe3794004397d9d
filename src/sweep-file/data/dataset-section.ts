// The dataset section as the file writes it, and the DatasetSpec that it means: a series here, labelled reviews in
// reviews-section.ts.
import { resolve } from 'node:path';
import { z } from 'zod';
import { MAX_UNITS } from '../../model/layer-options.js';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { CALENDAR_FIELD } from '../../study/calendar-fields.js';
import {
  type CsvSource,
  type DatasetSource,
  type LabelledSpec,
  MISSING_POLICIES,
  type NamedSource,
  NORMALISATIONS,
  type SeriesColumn,
  type SeriesSpec,
  type SplitSpec,
} from '../../study/dataset-source.js';
import { JENA_TARGET } from '../../study/jena-columns.js';
import { plainLabel } from '../../study/trial/class-label.js';
import { MAX_CLASSES, MAX_TARGETS } from '../../study/trial/output-errors.js';
import { TARGET_CHANGES } from '../../study/trial/trial.js';
import { nearest } from '../../wording/suggest.js';
import { referencable } from '../reference.js';
import { isObject } from '../text/merge.js';
import { reviewsSchema } from './reviews-section.js';
import { MAX_ROW, readSplit, splitSchema, writeSplit } from './split-section.js';
import { checkDialect, dialectFields } from './table-dialect.js';

export const NAMED_SOURCES: readonly NamedSource['name'][] = ['jena', 'jena-synthetic'];
/** The usual split of the 420,551 rows: row 200,000 belongs to nobody. */
const JENA_SPLIT: SplitSpec = {
  type: 'rows',
  train: { start: 0, end: 200_000 },
  validation: { start: 200_001, end: 300_000 },
  test: { start: 300_001, end: null },
};
/** What a section says of labels. */
const LABEL_TASK = 'classify';
const DEFAULT_SPLIT: SplitSpec = { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 };

const text = (most: number) => z.string().min(1).max(most);
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
const sourceSchema = z.union([path().superRefine(refuseMistypedName), csvSchema, sqlSchema]);

const targetSampleSchema = strictObject({
  as: referencable(z.enum(['level', ...TARGET_CHANGES])).default('level'),
  period: referencable(wholeNumber(1, MAX_ROW)).optional(),
});
const seriesInputSchema = strictObject({ embedding: referencable(wholeNumber(0, MAX_UNITS)) });
/** What of a series decides what a sample is: it may hold references. */
export const seriesSampleSchema = strictObject({
  target: targetSampleSchema.default({ as: 'level' }),
  series: seriesInputSchema.optional(),
});
export type SeriesSampleSection = z.output<typeof seriesSampleSchema>;
const { as, period } = targetSampleSchema.shape;
const { embedding } = seriesInputSchema.shape;
/** Of several columns, each once: what is written twice would count twice. */
const columnsSchema = z
  .array(text(256))
  .min(1)
  .max(MAX_TARGETS)
  .superRefine((names, context) => {
    const twice = names.findIndex((name, place) => names.indexOf(name) < place);
    if (twice >= 0)
      context.addIssue({
        code: 'custom',
        path: [twice],
        message: `names ${JSON.stringify(names[twice])} again: each column is forecast once`,
        params: { hint: 'remove it' },
      });
  });
const targetSchema = strictObject({
  column: text(256).optional(),
  columns: columnsSchema.optional().describe('Several columns that are forecast at once'),
  as: as.describe('What a model learns: the level, or the change since the last row or the season before'),
  period: period.describe('Of a seasonal difference: rows from one season to the next'),
}).refine(({ column, columns }) => (column === undefined) !== (columns === undefined), {
  path: ['column'],
  message: 'or "columns", one of the two, says what is forecast',
});

const ofSeries = embedding
  .optional()
  .describe(
    'Values that a model learns for each series and reads at every time step; 0: it is not told the series',
  );
const idColumns = z.union([
  text(256),
  z
    .array(text(256))
    .min(2)
    .max(8)
    .refine((names) => new Set(names).size === names.length, { message: 'names a column twice' }),
]);

const seriesSchema = strictObject({
  kind: z.literal('series').optional(),
  task: z
    .enum(['forecast', LABEL_TASK])
    .optional()
    .describe(
      'What is learnt: "forecast" (the default) the target, "classify" the label of a row, whose column it is',
    ),
  classes: z
    .array(z.union([text(256), z.number()]))
    .min(2)
    .max(MAX_CLASSES)
    .refine((names) => new Set(names.map(plainLabel)).size === names.length, {
      message: 'must name each class once (case and blanks around do not count, and 1.0 is 1)',
    })
    .optional()
    .describe(
      'Of "classify": the labels that are learnt, in their order; rows of others count as unlabelled',
    ),
  source: z.union([sourceSchema, z.array(sourceSchema).min(1).max(16)]),
  /** May be left out for the named sources. */
  target: z
    .union([text(256), columnsSchema, targetSchema])
    .optional()
    .describe('The column to forecast, a list of several, or {"column" or "columns", "as", "period"}'),
  split: splitSchema.optional(),
  calendar: z
    .array(
      z
        .string()
        .regex(
          CALENDAR_FIELD,
          'must be "hour", "weekday", "month" or "holiday:" and a country, as "holiday:US"',
        ),
    )
    .min(1)
    .max(16)
    .optional()
    .describe('What is made of the time of a row, as columns that are read up to the target’s time'),
  known: z
    .array(text(256))
    .min(1)
    .max(4096)
    .optional()
    .describe('Columns that are known ahead: they are read up to the target’s time, all others never are'),
  series: z
    .union([
      idColumns,
      strictObject({ file: z.literal(true), embedding: ofSeries }),
      strictObject({ column: idColumns, embedding: ofSeries }),
    ])
    .optional()
    .describe(
      'Column that tells several series apart, or several that do together; {"file": true}: each file is one; {"column", "embedding"}: a model is told which it reads',
    ),
  normalise: z
    .enum(NORMALISATIONS)
    .optional()
    .describe('Of several series: each column by the training rows of all series, or of each by itself'),
  minRows: wholeNumber(1, MAX_ROW)
    .optional()
    .describe('Of several series: those with fewer rows are left out'),
}).superRefine((section, context) => {
  for (const name of ['normalise', 'minRows'] as const)
    if (section.series === undefined && section[name] !== undefined)
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is for several series in one table',
        params: { hint: 'name the column that tells them apart: "series": "store"' },
      });
  for (const issue of classifyIssues(section)) context.addIssue({ code: 'custom', ...issue });
  const sources = Array.isArray(section.source) ? section.source : [section.source];
  if (section.target === undefined && !sources.every(isNamed))
    context.addIssue({ code: 'custom', path: ['target'], message: 'is required: the column to forecast' });
});
/** Without `kind` it is a series. */
export const datasetSchema = z.discriminatedUnion('kind', [seriesSchema, reviewsSchema]);
export type SeriesSection = z.output<typeof seriesSchema>;
export type DatasetSection = z.output<typeof datasetSchema>;
type SourceSection = z.output<typeof sourceSchema>;

export function readSeries(section: SeriesSection, folder: string, windowRows: number): SeriesSpec {
  const sources = Array.isArray(section.source) ? section.source : [section.source];
  const [target, ...others] = targetColumnsOf(section);
  return {
    sources: sources.map((source) => readSource(source, folder)),
    target: target ?? JENA_TARGET,
    ...(target === undefined || others.length === 0 ? {} : { targets: [target, ...others] }),
    split:
      section.split === undefined
        ? sources.every(isNamed)
          ? JENA_SPLIT
          : DEFAULT_SPLIT
        : readSplit(section.split, windowRows),
    ...(section.calendar === undefined ? {} : { calendar: [...new Set(section.calendar)] }),
    ...(section.known === undefined ? {} : { known: [...new Set(section.known)] }),
    ...(section.series === undefined
      ? {}
      : {
          series: {
            column: seriesColumnOf(section.series),
            normalise: section.normalise ?? 'together',
            minRows: section.minRows ?? 1,
          },
        }),
  };
}

export function readLabelled(section: SeriesSection, folder: string, windowRows: number): LabelledSpec {
  const { classes } = section;
  return {
    ...readSeries(section, folder, windowRows),
    kind: 'labelled',
    ...(classes === undefined ? {} : { classes }),
  };
}

/** Whether the section of a series says that a label is learnt. */
export function learnsLabels({ task }: { readonly task?: unknown }): boolean {
  return task === LABEL_TASK;
}

interface FieldIssue {
  readonly path: string[];
  readonly message: string;
  readonly params: { readonly hint: string };
}

/** What does not go with the task. */
function classifyIssues({
  task,
  classes,
  target,
  series,
}: {
  readonly task?: 'forecast' | 'classify' | undefined;
  readonly classes?: unknown;
  readonly target?: string | readonly string[] | object | undefined;
  readonly series?: string | readonly string[] | object | undefined;
}): FieldIssue[] {
  if (!learnsLabels({ task }))
    return classes === undefined
      ? []
      : [
          {
            path: ['classes'],
            message: 'is for labels, and a forecast has none',
            params: { hint: 'say that they are learnt: "task": "classify"' },
          },
        ];
  const told =
    typeof series === 'object' && Object.hasOwn(series, 'embedding')
      ? [
          {
            path: ['series', 'embedding'],
            message: 'is for forecasts: a model of labels is not told the series',
            params: { hint: 'remove it' },
          },
        ]
      : [];
  if (Array.isArray(target) || (typeof target === 'object' && 'columns' in target))
    return [
      ...told,
      {
        path: ['target'],
        message: 'is one column of labels',
        params: { hint: 'one study for each: "target": "state"' },
      },
    ];
  const ofNumbers = ['as', 'period'].flatMap((field) =>
    typeof target === 'object' && Object.hasOwn(target, field)
      ? [
          {
            path: ['target', field],
            message: 'is for numbers that are forecast: a label has no level',
            params: { hint: 'remove it' },
          },
        ]
      : [],
  );
  return [...told, ...ofNumbers];
}

function seriesColumnOf(series: NonNullable<SeriesSection['series']>): SeriesColumn {
  if (typeof series === 'string' || Array.isArray(series)) return series;
  return 'column' in series ? series.column : null;
}

function targetColumnsOf({ target }: SeriesSection): readonly string[] {
  if (target === undefined) return [];
  if (typeof target === 'string') return [target];
  if (Array.isArray(target)) return target;
  return target.columns ?? [target.column!];
}

const SAMPLE_FIELDS: readonly string[] = Object.keys(seriesSampleSchema.shape);

/** Whether a raw section says nothing but how a target is learnt and a series told, whatever columns those are. */
export function isSeriesSample(section: unknown): boolean {
  return (
    isObject(section) &&
    Object.entries(section).every(
      ([name, value]) =>
        SAMPLE_FIELDS.includes(name) &&
        isObject(value) &&
        !['column', 'columns', 'file'].some((field) => field in value),
    )
  );
}

/** The fields of a raw section that decide what a sample is; undefined: the level of its target. */
export function pickSeriesSample(section: unknown): Record<string, unknown> | undefined {
  if (!isObject(section)) return undefined;
  const picked = SAMPLE_FIELDS.flatMap((name) => {
    const value = section[name];
    if (!isObject(value)) return [];
    const { column: _, columns: __, file: ___, ...rest } = value;
    return Object.keys(rest).length === 0 ? [] : [[name, rest] as const];
  });
  return picked.length === 0 ? undefined : Object.fromEntries(picked);
}

/** A written section with those fields. */
export function withSeriesSample(
  { target, series, ...section }: Record<string, unknown>,
  sample: SeriesSampleSection,
): Record<string, unknown> {
  const { embedding } = sample.series ?? {};
  const told = isObject(series) ? series : { column: series };
  return {
    ...section,
    target: { ...(Array.isArray(target) ? { columns: target } : { column: target }), ...sample.target },
    ...(series === undefined ? {} : { series: embedding === undefined ? series : { ...told, embedding } }),
  };
}

/** A section that is read as `spec`: its paths are absolute already. */
export function writeSeries({
  sources,
  target,
  targets,
  split,
  calendar,
  known,
  series,
}: SeriesSpec): Record<string, unknown> {
  const { column, ...rest } = series ?? {};
  return {
    source: sources.map(writeSource),
    target: targets === undefined ? target : [...targets],
    split: writeSplit(split),
    ...(calendar === undefined ? {} : { calendar }),
    ...(known === undefined ? {} : { known }),
    ...(column === undefined ? {} : { series: column ?? { file: true }, ...rest }),
  };
}

export function writeLabelled({ kind: _, classes, ...spec }: LabelledSpec): Record<string, unknown> {
  return {
    ...writeSeries(spec),
    task: LABEL_TASK,
    ...(classes === undefined ? {} : { classes }),
  };
}

function writeSource(source: DatasetSource): unknown {
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

function isNamed(source: SourceSection): source is NamedSource['name'] {
  return (NAMED_SOURCES as readonly unknown[]).includes(source);
}

function readSource(source: SourceSection, folder: string): DatasetSource {
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
