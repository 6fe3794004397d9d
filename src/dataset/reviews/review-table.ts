// Reads labelled reviews from a table: text by tabs or commas, quoted or not, JSON lines, Parquet. Owns columns, labels and the
// errors that name the line.
import { SweepError } from '../../errors.js';
import { faultError } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import { openTable } from '../sources/table/open-table.js';
import { EmptyTable } from '../sources/table/sniff-dialect.js';
import type { Table, TableSettings } from '../sources/table/table.js';
import { fitForm, type ReviewTableForm } from './fit-form.js';
import { type Classes, findClasses, type ReadLabel } from './review-labels.js';
import { joinFlags, TagSets } from './review-tags.js';

export interface ReviewTableHooks<Label> {
  readonly onBytes: (bytes: Buffer) => void;
  /** `row`: of the table, from 0. */
  readonly onReview: (label: Label, text: string, row: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadReviews {
  readonly notices: readonly string[];
  /** The classes' names, of more than two; null: there are two, or no labels. */
  readonly classes: readonly string[] | null;
  /** Of texts that may have several labels, those that were met; null: a text has one. */
  readonly tags: TagSets | null;
}

/** Throws CSV_SYNTAX, CSV_VALUE with `file:line:column`, SPEC_INVALID for a column that is not there. */
export async function readReviewTable(
  path: string,
  form: ReviewTableForm,
  hooks: ReviewTableHooks<number>,
  /** Of the table before, whose labels these are of. */
  tags: TagSets | null = null,
): Promise<ReadReviews> {
  const toLabel = (field: string | null, read: ReadLabel): number => {
    if (field !== null) return read(field);
    throw new SweepError('INTERNAL', `${path}: a label was promised, and is not there`);
  };
  return readTable(path, form, hooks, toLabel, { tags });
}

/** The labels that a table was found to have, in the order of their numbers; null: those that everybody writes. */
export async function readClasses(path: string, form: ReviewTableForm): Promise<Classes['named']> {
  const table = await openReviews(path, form, { onBytes() {} });
  try {
    const [label = -1] = findColumns(table, form, path, false).labels;
    return (await findClasses(table, label, form)).named;
  } finally {
    table.close();
  }
}

/** As readReviewTable, of a table that may lack labels, or the line of names: labels are null then. */
export async function readReviewTexts(
  path: string,
  form: ReviewTableForm,
  hooks: ReviewTableHooks<number | null>,
  tags: TagSets | null = null,
): Promise<ReadReviews> {
  const fitted = await fitForm(path, form, (tried) => openReviews(path, tried, { onBytes() {} }));
  const toLabel = (field: string | null, read: ReadLabel): number | null =>
    field === null ? null : read(field);
  const read = await readTable(path, fitted.form, hooks, toLabel, { tags, mayLackLabels: true });
  return { ...read, notices: [...fitted.notices, ...read.notices] };
}

async function readTable<Label>(
  path: string,
  form: ReviewTableForm,
  hooks: ReviewTableHooks<Label>,
  toLabel: (field: string | null, read: ReadLabel) => Label,
  {
    tags: known = null,
    mayLackLabels = false,
  }: { readonly tags?: TagSets | null; readonly mayLackLabels?: boolean } = {},
): Promise<ReadReviews> {
  const table = await openReviews(path, form, hooks);
  try {
    const columns = findColumns(table, form, path, mayLackLabels);
    const tags = known ?? openTags(form);
    const [label] = columns.labels;
    const classes = label === undefined ? null : (tags ?? (await findClasses(table, label, form)));
    const read = await readRows(table, columns, classes, form, hooks, toLabel, path);
    return { ...read, tags };
  } finally {
    table.close();
  }
}

/** null: a text has one label. */
function openTags({ separator, classes, label }: ReviewTableForm): TagSets | null {
  if (typeof label === 'object') return new TagSets(null, label);
  return separator === undefined ? null : new TagSets(separator, classes);
}

async function openReviews(
  path: string,
  form: ReviewTableForm,
  { onBytes, signal }: Pick<ReviewTableHooks<never>, 'onBytes' | 'signal'>,
): Promise<Table> {
  const { format, header, delimiter, quote, encoding, skip, where } = form;
  const settings: TableSettings = {
    path,
    holdsTexts: true,
    delimiter: delimiter ?? (format === 'tsv' ? '\t' : undefined),
    quote,
    // The first line, whatever it looks like.
    header: header ? (skip ?? 0) + 1 : false,
    skip: header ? undefined : skip,
    encoding,
    where,
    isQuotedByChance: format === 'tsv',
  };
  try {
    return await openTable(settings, { onBytes, signal });
  } catch (thrown) {
    if (!(thrown instanceof EmptyTable)) throw thrown;
    throw faultError('CSV_SYNTAX', { kind: 'no-review', file: path, hasHeader: header });
  }
}

interface ReviewColumns {
  readonly text: number;
  /** Of one label, or one a label; empty: there are none. */
  readonly labels: readonly number[];
}

function findColumns(
  table: Table,
  form: ReviewTableForm,
  path: string,
  mayLackLabels: boolean,
): ReviewColumns {
  const text = findColumn('text', form.text, form, table, path);
  const labels = [form.label]
    .flat()
    .map((name) =>
      mayLackLabels ? seekColumn(name, form, table) : findColumn('label', name, form, table, path),
    );
  return { text, labels: labels.includes(-1) ? [] : labels };
}

async function readRows<Label>(
  table: Table,
  columns: ReviewColumns,
  classes: Classes | null,
  form: ReviewTableForm,
  hooks: ReviewTableHooks<Label>,
  toLabel: (field: string | null, read: ReadLabel) => Label,
  path: string,
): Promise<Omit<ReadReviews, 'tags'>> {
  const { text, labels } = columns;
  let reviews = 0;
  const swallowed: { readonly row: number; readonly inner: number }[] = [];
  // Any field holds labels where they are not known yet.
  const isInner = innerReview(table, labels[0] ?? -1, classes instanceof TagSets ? null : classes);
  const read: ReadLabel = (field) => {
    const found = classes?.labelOf(field);
    if (found !== undefined) return found;
    throw new SweepError('INTERNAL', `${path}: ${field} is a label of none of the classes`);
  };
  for await (const block of table.read({ numbers: [], texts: [text, ...labels] })) {
    for (let index = 0; index < block.count; index++) {
      const fields = labels.map((_, place) => block.texts[place + 1]![index] ?? '');
      const told = typeof form.label === 'object' ? joinFlags(form.label, fields) : { field: fields[0]! };
      if ('fault' in told && labels.length > 0)
        throw await labelFault(
          table,
          block.rowOf(index),
          fields[told.fault]!,
          form.label,
          told.fault,
          classes,
        );
      const field = labels.length === 0 || 'fault' in told ? null : told.field;
      if (field !== null && classes?.labelOf(field) === undefined)
        throw await labelFault(table, block.rowOf(index), field, form.label, 0, classes);
      const review = withLineFeeds(block.texts[0]![index] ?? '');
      const inner = isInner(review);
      if (inner > 0) swallowed.push({ row: block.rowOf(index), inner });
      hooks.onReview(toLabel(field, read), review, block.rowOf(index));
      reviews++;
    }
  }
  if (reviews === 0)
    throw faultError('CSV_SYNTAX', { kind: 'no-review', file: path, hasHeader: form.header });
  return {
    classes: classes?.names ?? null,
    notices: [...table.notices, ...(classes?.notices ?? []), ...(await describeSwallowed(table, swallowed))],
  };
}

function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text;
}

async function describeSwallowed(
  table: Table,
  swallowed: readonly { readonly row: number; readonly inner: number }[],
): Promise<string[]> {
  const [first] = swallowed;
  if (first === undefined) return [];
  const { file, line } = (await table.findPlaces()).placeOf(first.row);
  const further = swallowed.length === 1 ? '' : `, and so do ${swallowed.length - 1} further ones`;
  return [
    `${file}:${line}: the text goes on over several lines, of which line ${line + first.inner} looks like a review of its own${further}: is a quote missing?`,
  ];
}

/** Which line of a text, counted from 0, has the columns and the label of a review: a quote that was not closed. 0: none. */
function innerReview(table: Table, label: number, classes: Classes | null): (text: string) => number {
  const { dialect, columns } = table;
  if (dialect === null || classes === null || columns.length < 2) return () => 0;
  return (text) => {
    if (!text.includes('\n')) return 0;
    const found = text.split('\n').findIndex((line, index) => {
      const fields = line.split(dialect.delimiter);
      return (
        index > 0 && fields.length === columns.length && classes.labelOf(fields[label] ?? '') !== undefined
      );
    });
    return Math.max(0, found);
  };
}

async function labelFault(
  table: Table,
  row: number,
  field: string,
  label: ReviewTableForm['label'],
  place: number,
  classes: Classes | null,
): Promise<SweepError> {
  const { file, line } = (await table.findPlaces()).placeOf(row);
  const at = `${file}:${line}:${typeof label === 'object' ? label[place] : label}`;
  return new SweepError('CSV_VALUE', `${at}: ${JSON.stringify(field.slice(0, 40))} is no label`, {
    path: at,
    hint: classes?.rule ?? 'give a column of labels',
  });
}

/** Its place; −1: there is none. */
function seekColumn(
  wanted: string | number,
  { header }: ReviewTableForm,
  { columns, dialect }: Table,
): number {
  if (typeof wanted === 'number') return wanted < columns.length ? wanted : -1;
  const hasNames = dialect === null || header;
  return hasNames ? columns.findIndex(({ name }) => name === wanted.trim()) : -1;
}

function findColumn(
  role: 'text' | 'label',
  wanted: string | number,
  form: ReviewTableForm,
  table: Table,
  path: string,
): number {
  const column = seekColumn(wanted, form, table);
  if (column >= 0) return column;
  const names = table.columns.map(({ name }) => name);
  const isNameless = typeof wanted === 'string' && !form.header;
  throw new SweepError(
    'SPEC_INVALID',
    isNameless
      ? `${path} has no line of column names, so its ${role} cannot be column "${wanted}"`
      : `${path} has no column ${JSON.stringify(wanted)}`,
    {
      path: `dataset.source.${role}`,
      hint: form.header
        ? `its columns are ${names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}`
        : `it has ${countOf(names.length, 'column')}, numbered from 0`,
    },
  );
}
