// The dataset section for labelled reviews (`"kind": "reviews"`) as the file writes it, the ReviewsSpec that it means, and
// the part of it that decides what a sample is: it may hold references.
import { resolve } from 'node:path';
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { NamedReviewSource, ReviewSource, ReviewsSpec } from '../../study/dataset-source.js';
import { plainLabel } from '../../study/trial/class-label.js';
import { MAX_CLASSES } from '../../study/trial/output-errors.js';
import { nearest } from '../../wording/suggest.js';
import { referencable } from '../reference.js';
import { dialectFields } from './table-dialect.js';

export const NAMED_REVIEWS: readonly NamedReviewSource['name'][] = ['imdb', 'reviews-synthetic'];

/** The longest review of IMDB has 2,494 words. */
const LONGEST_SAMPLE = 10_000;
/** Padding, start, unknown, an id that is nobody's, and one word. */
const LEAST_FEATURES = 5;
const MOST_FEATURES = 1_000_000;

const path = () =>
  z
    .string()
    .min(1)
    .max(4096)
    .refine((value) => !value.includes('\0'), { message: 'must not hold a NUL character' });
const column = () => z.union([z.string().min(1).max(256), wholeNumber(0, 4095)]);
const classLabel = () => z.union([z.string().min(1).max(256), z.number()]);
const labelColumns = z
  .array(z.string().min(1).max(256))
  .min(2)
  .max(MAX_CLASSES)
  .refine((names) => new Set(names.map(plainLabel)).size === names.length, {
    message: 'must name each column once (case and blanks around do not count)',
  });
const tableFields = {
  test: path().nullable().default(null).describe('A second table of the same form, for the test split'),
  text: column().default('text').describe('Column of the text: its name, or its place from 0'),
  label: z
    .union([column(), labelColumns])
    .default('label')
    .describe(
      'Column of the label: 0 or 1, neg or pos; several columns of 0 or 1: labels of which a text may have any',
    ),
  header: z.boolean().default(true).describe('Whether the first line names the columns'),
  classes: z
    .array(classLabel())
    .min(2)
    .max(MAX_CLASSES)
    .refine((names) => new Set(names.map(plainLabel)).size === names.length, {
      message: 'must name each class once (case and blanks around do not count, and 1.0 is 1)',
    })
    .optional()
    .describe('The labels that are 0, 1, …, where they are others than 0, 1, neg, pos'),
  separator: z
    .string()
    .min(1)
    .max(16)
    .optional()
    .describe('What stands between the labels of a text, which may have several then, or none: "|"'),
  where: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe('SQL condition over the columns: other rows are left out'),
  delimiter: dialectFields.delimiter,
  quote: dialectFields.quote,
  skip: dialectFields.skip,
  encoding: dialectFields.encoding,
};
const tsvSchema = strictObject({ tsv: path(), ...tableFields }).superRefine(refuseSecondLabels);
const csvSchema = strictObject({ csv: path(), ...tableFields }).superRefine(refuseSecondLabels);
const npzSchema = strictObject({ npz: path() });
const sourceSchema = z.union([path().superRefine(refuseMistypedName), tsvSchema, csvSchema, npzSchema]);
type SourceSection = z.output<typeof sourceSchema>;

const sampleFields = {
  maxFeatures: referencable(wholeNumber(LEAST_FEATURES, MOST_FEATURES))
    .default(10_000)
    .describe('Word ids lie below it; rarer words are the unknown word'),
  maxLength: referencable(wholeNumber(1, LONGEST_SAMPLE))
    .default(500)
    .describe('Words of a sample: longer reviews keep their last ones, shorter ones are padded at the front'),
  reversed: referencable(z.boolean())
    .default(false)
    .describe('Reviews are read from their last word to their first, before they are cut'),
};
/** What a sample of a review is. */
export const reviewSampleSchema = strictObject(sampleFields);
export type ReviewSampleSection = z.output<typeof reviewSampleSchema>;

const share = () => z.number().gt(0).lt(1);
export const reviewsSchema = strictObject({
  kind: z.literal('reviews'),
  source: z.union([sourceSchema, z.array(sourceSchema).min(1).max(16)]),
  ...sampleFields,
  validationSplit: share()
    .default(0.2)
    .describe('Share of the reviews to learn from, after a seeded shuffle, that validates'),
  testSplit: share()
    .default(0.2)
    .describe('Share that is kept for the test where the source has no test part'),
});
export type ReviewsSection = z.output<typeof reviewsSchema>;

export function readReviews(section: ReviewsSection, folder: string): ReviewsSpec {
  const { source, validationSplit, testSplit } = section;
  const sources = Array.isArray(source) ? source : [source];
  return {
    kind: 'reviews',
    sources: sources.map((one) => readSource(one, folder)),
    validationSplit,
    testSplit,
  };
}

/** A section that is read as `spec`: its paths are absolute already. */
export function writeReviews({ kind, sources, ...splits }: ReviewsSpec): Record<string, unknown> {
  return { kind, source: sources.map(writeSource), ...splits };
}

function writeSource(source: ReviewSource): unknown {
  if (source.type === 'named') return source.name;
  if (source.type === 'npz') return { npz: source.path };
  const { type: _, format, path, ...fields } = source;
  return { [format]: path, ...fields };
}

/** The fields of a raw section that decide what a sample is; what else it holds is checked elsewhere. */
export function pickReviewSample(section: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(isObject(section) ? section : {}).filter(([name]) => Object.hasOwn(sampleFields, name)),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A source given on the command line: a table is read like the file's own one, if it has one, with another path. */
export function replaceReviewSource(sources: readonly unknown[], source: string): unknown {
  if ((NAMED_REVIEWS as readonly string[]).includes(source)) return source;
  if (source.endsWith('.npz')) return { npz: resolve(source) };
  const isTable = (one: unknown): one is object =>
    typeof one === 'object' && one !== null && ('tsv' in one || 'csv' in one);
  // Its test table belongs to the reviews that are replaced.
  const { tsv, csv, test, ...form } = (sources.find(isTable) ?? {}) as Record<string, unknown>;
  return { ...form, [formatOf(source)]: resolve(source) };
}

function formatOf(file: string): 'tsv' | 'csv' {
  return /\.(?:csv|jsonl|ndjson|parquet)(?:\.(?:gz|zst))?$/i.test(file) ? 'csv' : 'tsv';
}

function readSource(source: SourceSection, folder: string): ReviewSource {
  if (typeof source === 'string') {
    if (isNamed(source)) return { type: 'named', name: source };
    if (source.endsWith('.npz')) return { type: 'npz', path: resolve(folder, source) };
    return readSource(
      formatOf(source) === 'csv' ? csvSchema.parse({ csv: source }) : tsvSchema.parse({ tsv: source }),
      folder,
    );
  }
  if ('npz' in source) return { type: 'npz', path: resolve(folder, source.npz) };
  const [format, file] = 'tsv' in source ? (['tsv', source.tsv] as const) : (['csv', source.csv] as const);
  const { test, ...form } = source;
  const { tsv: _, csv: __, ...fields } = form as typeof form & { tsv?: string; csv?: string };
  return {
    type: 'table',
    format,
    path: resolve(folder, file),
    test: test === null ? null : resolve(folder, test),
    ...fields,
  };
}

function isNamed(source: unknown): source is NamedReviewSource['name'] {
  return (NAMED_REVIEWS as readonly unknown[]).includes(source);
}

function refuseMistypedName(source: string, context: z.RefinementCtx): void {
  if (isNamed(source) || /[./\\]/.test(source)) return;
  const near = nearest(source, NAMED_REVIEWS);
  context.addIssue({
    code: 'custom',
    message: `is neither ${NAMED_REVIEWS.map((name) => `"${name}"`).join(' nor ')} nor the path of a file of reviews`,
    params: {
      hint: near === undefined ? `for a file in this folder write "./${source}"` : `did you mean "${near}"?`,
    },
  });
}

/** Labels in columns of their own are named by these, and need names. */
function refuseSecondLabels(
  section: {
    readonly label: unknown;
    readonly header: boolean;
    readonly classes?: unknown;
    readonly separator?: unknown;
  },
  context: z.RefinementCtx,
): void {
  if (!Array.isArray(section.label)) return;
  for (const name of ['classes', 'separator'] as const)
    if (section[name] !== undefined)
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'does not go with labels in columns of their own: each is named by its column',
        params: { hint: 'remove it' },
      });
  if (!section.header)
    context.addIssue({
      code: 'custom',
      path: ['label'],
      message: 'names several columns, and the table is said to have no line of names',
      params: { hint: 'give the table a first line with the names of its columns' },
    });
}
