// Where a dataset comes from and how its rows are split, as data: the schema as a study's log keeps it and, read off it, the
// type. The sweep-file room parses to it, the dataset room acts on it.
import { z } from 'zod';
import { strictObject } from '../schema/fields.js';
import type { ValueOf } from '../schema/wire.js';
import { MAX_CLASSES } from './trial/output-errors.js';

export const MISSING_POLICIES = ['error', 'forward-fill', 'drop'] as const;
export type MissingPolicy = (typeof MISSING_POLICIES)[number];

/** Over which rows a mean and a deviation are taken: the training rows of all series, or of each. */
export const NORMALISATIONS = ['together', 'series'] as const;

/** How a text table is written; what is absent is found in the file. */
const dialectFields = {
  delimiter: z.string().optional(),
  /** '': none. */
  quote: z.string().optional(),
  /** Line that names the columns, from 1; false: none does. */
  header: z.union([z.int().min(1), z.literal(false)]).optional(),
  /** Lines to leave out: at the beginning, or below the header where `header` names its line. */
  skip: z.int().min(0).optional(),
  decimal: z.string().optional(),
  thousands: z.string().optional(),
  encoding: z.string().optional(),
};

/** How the rows of a table are read. */
const csvForm = {
  ...dialectFields,
  /** Column of time stamps, or several to be joined; null: the first column if it holds dates, else none. */
  time: z.union([z.string(), z.array(z.string()).min(1)]).nullable(),
  /** strptime words; absent: one of the common forms. */
  timeFormat: z.string().optional(),
  /** Of times that name none themselves; absent: they are taken as UTC. */
  timeZone: z.string().optional(),
  /** Numbers and texts that mark a missing value, besides the empty field. */
  missing: z.array(z.union([z.number(), z.string()])),
  onMissing: z.enum(MISSING_POLICIES),
  /** SQL condition over the columns: other rows are left out. */
  where: z.string().optional(),
  /** That rows are sorted by time; absent: they must be. */
  order: z.literal('sort').optional(),
};
/** As an exported model keeps it; fields only grow. */
export const csvFormSchema = z.object(csvForm);

const csvSource = strictObject({
  type: z.literal('csv'),
  /**
   * A table: text, Parquet or JSON lines; a folder of them, or a pattern. With `sql` the folder that its files lie in. Absolute,
   * or relative to the working directory: the sweep-file room resolves it against the sweep file.
   */
  path: z.string(),
  /** A single SELECT whose rows are read. */
  sql: z.string().optional(),
  ...csvForm,
  /** Feature columns in order; null: all numeric columns but the time. */
  columns: z.array(z.string()).nullable(),
});
export type CsvSource = ValueOf<typeof csvSource>;

const namedSource = strictObject({ type: z.literal('named'), name: z.enum(['jena', 'jena-synthetic']) });
export type NamedSource = ValueOf<typeof namedSource>;

export type DatasetSource = CsvSource | NamedSource;

/** A share of the series below 1, rows, or a length of time. */
const amount = z.union([z.number(), strictObject({ seconds: z.number().gt(0) })]);
export type Amount = ValueOf<typeof amount>;
/** Rows, or a length of time. */
const gap = z.union([z.int().min(1), strictObject({ seconds: z.number().gt(0) })]);

const range = strictObject({ start: z.int().min(0), end: z.int().min(1) });
/** Absent: from the part before on, or the first row; to the last row. */
const part = strictObject({ from: z.string().exactOptional(), until: z.string().exactOptional() });
const split = z.discriminatedUnion('type', [
  strictObject({
    type: z.literal('rows'),
    train: range,
    validation: range,
    /** `end: null`: to the last row. */
    test: strictObject({ start: z.int().min(0), end: z.int().min(1).nullable() }),
  }),
  strictObject({
    type: z.literal('fractions'),
    train: z.number(),
    validation: z.number(),
    test: z.number(),
    gap: gap.exactOptional(),
  }),
  strictObject({
    type: z.literal('dates'),
    /** The first row of each part, and the first one after it: those of the first times that are not before. */
    train: part.extend({ until: z.string() }),
    validation: part.extend({ until: z.string() }),
    test: part,
    /** Rows left out before the validation and the test part. */
    gap: gap.exactOptional(),
  }),
  strictObject({
    type: z.literal('lengths'),
    /** Absent: all before the validation part, and the parts are laid from the end of the series; else from its beginning. */
    train: amount.exactOptional(),
    validation: amount,
    test: amount,
    gap: gap.exactOptional(),
  }),
  strictObject({
    type: z.literal('rolling'),
    /**
     * Validation parts, one after the other, the last one before the test part; each has a training part that ends before it.
     * Dates: the first of each.
     */
    blocks: z.union([z.int().min(2), z.array(z.string()).min(2)]),
    /** Of one validation part; absent where blocks are dates: up to the next one. */
    validation: amount.exactOptional(),
    /** The series' end, or by date. */
    test: z.union([amount, part.extend({ from: z.string() })]),
    /** Of each training part, which then slides; absent: each begins with the series and expands. */
    train: amount.exactOptional(),
    /** Left out before each validation part and before the test part. */
    gap: gap.exactOptional(),
  }),
]);
export type RollingSplit = Extract<ValueOf<typeof split>, { type: 'rolling' }>;
export type SplitSpec = ValueOf<typeof split>;

/** How many validation parts a rolling origin has. */
export function blockCount({ blocks }: Pick<RollingSplit, 'blocks'>): number {
  return typeof blocks === 'number' ? blocks : blocks.length;
}

/** The amounts of a split by the fields that say them; none of rows, nor of plain shares but their gap. */
export function amountsOf(split: SplitSpec): readonly (readonly [path: string, amount: Amount])[] {
  if (split.type === 'rows') return [];
  const stated: (readonly [string, Amount | undefined])[] = [['gap', split.gap]];
  if (split.type === 'lengths' || split.type === 'rolling') {
    const { train, validation, test } = split;
    const at = split.type === 'rolling' ? 'rolling.' : '';
    stated.push([`${at}train`, train], [`${at}validation`, validation]);
    if (typeof test === 'number' || 'seconds' in test) stated.push(['test', test]);
  }
  return stated.flatMap(([path, amount]) => (amount === undefined ? [] : [[path, amount] as const]));
}

/** Column by name, or by place from 0. */
const column = z.union([z.string(), z.int().min(0)]);
const classLabel = z.union([z.string(), z.number()]);
const reviewTable = strictObject({
  type: z.literal('table'),
  format: z.enum(['tsv', 'csv']),
  /** Absolute, or relative to the working directory. */
  path: z.string(),
  /** A second table of the same form, which becomes the test split; null: `testSplit` of the reviews do. */
  test: z.string().nullable(),
  text: column,
  /** Several columns, by name: each holds whether a text has the label that it is named after. */
  label: z.union([column, z.array(z.string()).min(2).max(MAX_CLASSES)]),
  /** Whether the first line names the columns. */
  header: z.boolean(),
  /** The labels that are 0 and 1; absent: those that everybody writes, or the two that the table has. */
  classes: z.array(classLabel).min(2).max(MAX_CLASSES).optional(),
  /** What stands between the labels of a text, which may have several; absent: it has one. */
  separator: z.string().optional(),
  /** SQL condition over the columns: other rows are left out. */
  where: z.string().optional(),
  delimiter: z.string().optional(),
  quote: z.string().optional(),
  skip: z.int().min(0).optional(),
  encoding: z.string().optional(),
});
/** Reviews in a table: `tsv` is text by tabs, `csv` any other text, JSON lines or Parquet. */
export type ReviewTableSource = ValueOf<typeof reviewTable>;

const reviewArchive = strictObject({ type: z.literal('npz'), path: z.string() });
/** A numpy archive of word ranks in the form of Keras' imdb.npz. */
export type ReviewArchiveSource = ValueOf<typeof reviewArchive>;

const namedReviews = strictObject({ type: z.literal('named'), name: z.enum(['imdb', 'reviews-synthetic']) });
export type NamedReviewSource = ValueOf<typeof namedReviews>;

export type ReviewSource = ReviewTableSource | ReviewArchiveSource | NamedReviewSource;

const reviewsSpec = strictObject({
  kind: z.literal('reviews'),
  /** The first one that can be had is used. */
  sources: z.array(z.discriminatedUnion('type', [namedReviews, reviewArchive, reviewTable])).min(1),
  /** Share of the training reviews, after they are shuffled, that become the validation split. */
  validationSplit: z.number(),
  /** Share of all reviews that become the test split, where the source has none of its own. */
  testSplit: z.number(),
});
/** Labelled reviews. */
export type ReviewsSpec = ValueOf<typeof reviewsSpec>;

const rowsOfTime = {
  /** The first one that can be had is used. */
  sources: z.array(z.discriminatedUnion('type', [namedSource, csvSource])).min(1),
  /** Name of the target column. */
  target: z.string(),
  /** Of several target columns all of them, `target` first; absent: that is the only one. */
  targets: z.array(z.string()).min(2).exactOptional(),
  split,
  /** What is made of the time of a row, as columns after those of the table; absent: nothing. */
  calendar: z.array(z.string()).min(1).exactOptional(),
  /** Columns that are known ahead; absent: none but the calendar. */
  known: z.array(z.string()).min(1).exactOptional(),
  /** Absent: the table is one series. */
  series: strictObject({
    /** Column whose values tell the series apart, or several that do together; null: each file of the source is one, called like it. */
    column: z.union([z.string(), z.array(z.string()).min(2)]).nullable(),
    normalise: z.enum(NORMALISATIONS),
    /** Series of fewer rows are left out. */
    minRows: z.int().min(1),
  }).exactOptional(),
};
const seriesSpec = strictObject({
  /** Absent: older logs do not know it. */
  kind: z.undefined().optional(),
  ...rowsOfTime,
});
/** One series of numbers, or several in one table. */
export type SeriesSpec = ValueOf<typeof seriesSpec>;
/** What tells several series apart: a column, several together, or null: the file. */
export type SeriesColumn = NonNullable<SeriesSpec['series']>['column'];

/** The columns to forecast, in the order of the sweep file. */
export function targetNames({ target, targets }: Pick<SeriesSpec, 'target' | 'targets'>): readonly string[] {
  return targets ?? [target];
}

const { targets: _, ...labelledRows } = rowsOfTime;
const labelledSpec = strictObject({
  kind: z.literal('labelled'),
  ...labelledRows,
  /** The labels that are learnt, in the order of their numbers; absent: those of the training rows. */
  classes: z.array(classLabel).min(2).max(MAX_CLASSES).exactOptional(),
});
/** The same with a label for each row: `target` is its column. */
export type LabelledSpec = ValueOf<typeof labelledSpec>;
/** Rows over time. */
export type RowsSpec = SeriesSpec | LabelledSpec;

export const datasetSpecSchema = z.union([seriesSpec, reviewsSpec, labelledSpec]);
export type DatasetSpec = SeriesSpec | ReviewsSpec | LabelledSpec;
