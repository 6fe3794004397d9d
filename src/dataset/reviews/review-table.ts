// Reads labelled reviews from a text table: tab-separated (one line a review, no quoting) or comma-separated (RFC 4180:
// quoted fields may hold commas, doubled quotes and line breaks). Owns columns, labels and the errors that name the line.
import { SweepError } from '../../errors.js';
import type { ReviewTableSource } from '../../study/dataset-source.js';
import { faultError } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import { readTextBlocks } from '../sources/csv/csv-text.js';

/** A quoted field that runs on for longer was never closed. */
const LONGEST_RECORD = 1 << 20;

const LABELS: ReadonlyMap<string, 0 | 1> = new Map([
  ['0', 0],
  ['1', 1],
  ['neg', 0],
  ['pos', 1],
  ['negative', 0],
  ['positive', 1],
]);

/** Which columns of a table are what. */
export type ReviewTableForm = Pick<ReviewTableSource, 'format' | 'text' | 'label' | 'header'>;

export interface ReviewTableHooks<Label> {
  readonly onBytes: (bytes: Buffer) => void;
  readonly onReview: (label: Label, text: string) => void;
}

/** Throws CSV_SYNTAX, CSV_VALUE with `file:line:column`, SPEC_INVALID for a column that is not there. */
export async function readReviewTable(
  path: string,
  form: ReviewTableForm,
  hooks: ReviewTableHooks<0 | 1>,
): Promise<{ readonly notices: readonly string[] }> {
  return readTable(path, form, hooks, (field, at) => {
    if (field !== undefined) return readLabel(field, at);
    throw new SweepError('INTERNAL', `${at}: a label was promised, and is not there`);
  });
}

/** As readReviewTable, of a table that may lack labels: they are null then. */
export async function readReviewTexts(
  path: string,
  form: ReviewTableForm,
  hooks: ReviewTableHooks<0 | 1 | null>,
): Promise<{ readonly notices: readonly string[] }> {
  return readTable(
    path,
    form,
    hooks,
    (field, at) => (field === undefined ? null : readLabel(field, at)),
    true,
  );
}

async function readTable<Label>(
  path: string,
  source: ReviewTableForm,
  hooks: ReviewTableHooks<Label>,
  toLabel: (field: string | undefined, at: string) => Label,
  mayLackLabels = false,
): Promise<{ readonly notices: readonly string[] }> {
  const notices: string[] = [];
  let columns: { text: number; label: number } | null = null;
  let reviews = 0;
  let width = 0;
  const swallowed: { line: number; inner: number }[] = [];
  for await (const { fields, line } of readRecords(path, source.format, hooks.onBytes, notices)) {
    if (columns === null) {
      columns = {
        text: findColumn(source, 'text', fields, path),
        label: mayLackLabels
          ? seekColumn(source, 'label', fields)
          : findColumn(source, 'label', fields, path),
      };
      width = fields.length;
      if (source.header) continue;
    }
    const text = fields[columns.text];
    const label = fields[columns.label];
    if (text === undefined || (label === undefined && columns.label >= 0)) {
      throw new SweepError(
        'CSV_SYNTAX',
        `${path}:${line}: ${countOf(fields.length, 'field')}, but the text is field ${columns.text} and the label field ${columns.label}, counted from 0`,
        { path: `${path}:${line}`, hint: 'give every line the same columns' },
      );
    }
    const inner = innerReview(text, columns.label, width);
    if (inner > 0) swallowed.push({ line, inner: line + inner });
    hooks.onReview(toLabel(label, `${path}:${line}:${source.label}`), text);
    reviews++;
  }
  const [first] = swallowed;
  if (first !== undefined) {
    const further = swallowed.length === 1 ? '' : `, and so do ${swallowed.length - 1} further ones`;
    notices.push(
      `${path}:${first.line}: the text goes on over several lines, of which line ${first.inner} looks like a review of its own${further}: is a quote missing?`,
    );
  }
  if (reviews > 0) return { notices };
  throw faultError('CSV_SYNTAX', { kind: 'no-review', file: path, hasHeader: source.header });
}

/** Which line of a text, counted from 0, has the columns and the label of a review: a quote that was not closed. 0: none. */
function innerReview(text: string, label: number, width: number): number {
  if (label < 0 || width < 2 || !text.includes('\n')) return 0;
  const lines = text.split('\n');
  const found = lines.findIndex((line, index) => {
    const fields = line.split(',');
    return index > 0 && fields.length === width && LABELS.has(fields[label]!.trim().toLowerCase());
  });
  return Math.max(0, found);
}

function readLabel(field: string, at: string): 0 | 1 {
  const label = LABELS.get(field.trim().toLowerCase());
  if (label !== undefined) return label;
  throw new SweepError('CSV_VALUE', `${at}: ${JSON.stringify(field.slice(0, 40))} is no label`, {
    path: at,
    hint: `a label is one of ${[...LABELS.keys()].join(', ')}`,
  });
}

/** Its place; −1: there is none. */
function seekColumn(source: ReviewTableForm, role: 'text' | 'label', first: readonly string[]): number {
  const wanted = source[role];
  if (typeof wanted === 'number') return wanted < first.length ? wanted : -1;
  return source.header ? first.findIndex((name) => name.trim() === wanted) : -1;
}

function findColumn(
  source: ReviewTableForm,
  role: 'text' | 'label',
  first: readonly string[],
  path: string,
): number {
  const wanted = source[role];
  const column = seekColumn(source, role, first);
  if (column >= 0) return column;
  const names = first.map((name) => name.trim());
  const isNameless = typeof wanted === 'string' && !source.header;
  throw new SweepError(
    'SPEC_INVALID',
    isNameless
      ? `${path} has no line of column names, so its ${role} cannot be column "${wanted}"`
      : `${path} has no column ${JSON.stringify(wanted)}`,
    {
      path: `dataset.source.${role}`,
      hint: source.header
        ? `its columns are ${names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}`
        : `it has ${countOf(first.length, 'column')}, numbered from 0`,
    },
  );
}

interface TableRecord {
  readonly fields: readonly string[];
  /** 1-based, of the record's first line. */
  readonly line: number;
}

async function* readRecords(
  path: string,
  format: ReviewTableSource['format'],
  onBytes: (bytes: Buffer) => void,
  notices: string[],
): AsyncGenerator<TableRecord> {
  const onLatin1 = (): void => void notices.push(`${path} is not UTF-8: read as Latin-1`);
  // The lines of a record whose quotes are odd in number so far: joined once it is whole, looked at once each.
  let open: string[] = [];
  let openLength = 0;
  let openedAt = 0;
  for await (const block of readTextBlocks({ path, onBytes, onLatin1 })) {
    let line = block.firstLine;
    for (const text of block.text.slice(0, -1).split('\n')) {
      const isInside = open.length > 0;
      if (!isInside) openedAt = line;
      line++;
      if (text === '' && !isInside) continue;
      if (format === 'tsv') {
        yield { fields: text.split('\t'), line: openedAt };
        continue;
      }
      if (!endsInside(text, isInside)) {
        const record = isInside ? [...open, text].join('\n') : text;
        open = [];
        openLength = 0;
        yield { fields: splitQuoted(record, `${path}:${openedAt}`), line: openedAt };
        continue;
      }
      open.push(text);
      openLength += text.length + 1;
      if (openLength > LONGEST_RECORD) throw unclosed(path, openedAt);
    }
  }
  if (open.length > 0) throw unclosed(path, openedAt);
}

/** Whether `line` ends inside a quoted field; a quote within a field that does not begin with one is a character. */
function endsInside(line: string, beginsInside: boolean): boolean {
  let isInside = beginsInside;
  for (let at = 0; ; ) {
    if (!isInside && line[at] === '"') {
      isInside = true;
      at++;
    }
    if (isInside) {
      let close = line.indexOf('"', at);
      while (close >= 0 && line[close + 1] === '"') close = line.indexOf('"', close + 2);
      if (close < 0) return true;
      isInside = false;
      at = close + 1;
    }
    const comma = line.indexOf(',', at);
    if (comma < 0) return false;
    at = comma + 1;
  }
}

function unclosed(path: string, line: number): SweepError {
  return new SweepError('CSV_SYNTAX', `${path}:${line}: a quote is opened and never closed`, {
    path: `${path}:${line}`,
    hint: 'a quote inside a quoted field is doubled; for tab-separated lines without quoting use "tsv" instead of "csv"',
  });
}

/** The fields of a whole record. Throws CSV_SYNTAX where text follows a closing quote. */
function splitQuoted(record: string, at: string): string[] {
  const fields: string[] = [];
  for (let from = 0; ; ) {
    let end: number;
    if (record[from] === '"') {
      let close = record.indexOf('"', from + 1);
      while (close >= 0 && record[close + 1] === '"') close = record.indexOf('"', close + 2);
      end = close + 1;
      if (close < 0 || (end < record.length && record[end] !== ',')) {
        throw new SweepError('CSV_SYNTAX', `${at}: field ${fields.length + 1} is not quoted as a whole`, {
          path: at,
          hint: 'a quote inside a quoted field is doubled, and a comma follows the closing one',
        });
      }
      fields.push(record.slice(from + 1, close).replaceAll('""', '"'));
    } else {
      const comma = record.indexOf(',', from);
      end = comma < 0 ? record.length : comma;
      fields.push(record.slice(from, end));
    }
    if (end >= record.length) return fields;
    from = end + 1;
  }
}
