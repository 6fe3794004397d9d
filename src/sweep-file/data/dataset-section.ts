// The dataset section as the file writes it, and the DatasetSpec that it means: a series here, labelled reviews in
// reviews-section.ts.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { CALENDAR_FIELD } from '../../study/calendar-fields.js';
import {
  type LabelledSpec,
  NORMALISATIONS,
  type SeriesColumn,
  type SeriesSpec,
  type SplitSpec,
} from '../../study/dataset-source.js';
import { JENA_TARGET } from '../../study/jena-columns.js';
import { MAX_TARGETS } from '../../study/trial/output-errors.js';
import { classesSchema, classifyIssues, LABEL_TASK, learnsLabels } from './label-section.js';
import { reviewsSchema } from './reviews-section.js';
import { as, embedding, period } from './sample-section.js';
import { isNamed, readSource, sourceSchema, text, writeSource } from './source-section.js';
import { MAX_ROW, readSplit, splitSchema, writeSplit } from './split-section.js';

/** The usual split of the 420,551 rows: row 200,000 belongs to nobody. */
const JENA_SPLIT: SplitSpec = {
  type: 'rows',
  train: { start: 0, end: 200_000 },
  validation: { start: 200_001, end: 300_000 },
  test: { start: 300_001, end: null },
};
const DEFAULT_SPLIT: SplitSpec = { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 };

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
  classes: classesSchema.optional(),
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
  if (
    (section.normalise ?? 'together') !== 'together' &&
    !learnsLabels(section) &&
    section.split !== undefined &&
    'rolling' in section.split
  )
    context.addIssue({
      code: 'custom',
      path: ['normalise'],
      message:
        'must be "together" beside a rolling origin: errors in each series’ own deviations have another unit in each block, and no mean over them',
      params: { hint: '"together"' },
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
