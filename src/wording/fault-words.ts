// The words of what is wrong with a source, made of its facts at the place that speaks: each names a setting in its own way,
// and advises nothing that cannot be set there.
import type { ErrorFacts, FactsByCode } from '../error-facts.js';
import { SweepError } from '../errors.js';
import { countOf } from './plural.js';
import { showField } from './show-field.js';
import { suggest } from './suggest.js';

/** How one place names the settings of a source; null: it has none of them. */
export interface Speaker {
  readonly onMissing: (policy: 'forward-fill' | 'drop') => string;
  readonly missing: string | null;
  readonly columns: string | null;
  readonly time: string | null;
  readonly series: string | null;
  readonly split: string | null;
  /** That the first line names no columns. */
  readonly noHeader: string | null;
  /** Where a field such as `dataset.source.time` is written there. `file`: of the source, when the field is one of its own. */
  readonly placeOf: (field: string, file?: string) => string;
  /** Of a hint or a note in the words of a sweep file, its settings as they are written there; absent: as they are. */
  readonly sayHint?: (hint: string) => string;
}

export const SWEEP_FILE: Speaker = {
  onMissing: (policy) => `"onMissing": "${policy}"`,
  missing: '"missing"',
  columns: '"columns"',
  time: '"time"',
  series: '"series"',
  split: '"split"',
  noHeader: '"header": false',
  placeOf: (field) => field,
};

/** What is to be known of a column or a source; what is only text says the same everywhere. */
export type Notice =
  | string
  | { readonly kind: 'clock-as-feature' | 'dates-left-out'; readonly column: string }
  /** Days since 1900, as spreadsheets count them; `forms`: how times are written to be read. */
  | { readonly kind: 'days-as-feature'; readonly column: string; readonly forms: string }
  /** One value far from all others, as marks of missing values are. */
  | {
      readonly kind: 'suspected-mark';
      readonly column: string;
      readonly value: number;
      readonly rows: number;
      readonly others: readonly [number, number];
    };

/** Where settings of columns stand in a sweep file. */
const FIELDS = {
  time: 'dataset.source.time',
  columns: 'dataset.source.columns',
  series: 'dataset.series',
} as const;

/** An error that carries its facts, in the words of a sweep file until another place says it again. */
export function faultError<Code extends keyof FactsByCode>(code: Code, facts: FactsByCode[Code]): SweepError {
  return new SweepError(code, messageOf(facts), {
    path: placeOf(facts, SWEEP_FILE),
    hint: adviceOn(facts, SWEEP_FILE),
    facts,
  });
}

function said(hint: string | undefined, { sayHint }: Speaker): string | undefined {
  return hint === undefined || sayHint === undefined ? hint : sayHint(hint);
}

/** The same error in the words of `speaker`. */
export function sayAs(speaker: Speaker, error: SweepError): SweepError {
  const { code, message, path, hint, others, facts } = error;
  const place = path === undefined ? undefined : speaker.placeOf(path);
  return new SweepError(code, message, {
    path: facts === undefined ? place : placeOf(facts, speaker),
    hint: said(facts === undefined ? hint : adviceOn(facts, speaker), speaker),
    facts,
    others: others.map((other) => sayAs(speaker, other)),
    cause: error,
  });
}

export function sayNotice(notice: Notice, speaker: Speaker): string {
  const { time, columns, missing } = speaker;
  if (typeof notice === 'string') return said(notice, speaker) ?? notice;
  const steps: string[] = [];
  if (notice.kind === 'suspected-mark') {
    const { column, value, rows, others } = notice;
    if (missing !== null) steps.push(`name ${value} in ${missing} if it marks a missing value`);
    return `"${column}" is ${value} in ${countOf(rows, 'row')} and from ${others[0]} to ${others[1]} in all others${led(': ', steps)}`;
  }
  if (notice.kind === 'days-as-feature') {
    steps.push(`write them as ${notice.forms}`);
    if (columns !== null) steps.push(`leave it out by naming the others in ${columns}`);
    return `"${notice.column}" looks like dates as spreadsheets count them, in days, and is read as a feature${led(': ', steps)}`;
  }
  if (time !== null) steps.push(`name it as ${time}`);
  if (notice.kind === 'dates-left-out')
    return `"${notice.column}" holds dates and is left out, so that the rows have no times${led(': ', steps)}`;
  if (columns !== null) steps.push(`leave it out by naming the others in ${columns}`);
  return `"${notice.column}" looks like seconds or milliseconds since 1970 and is read as a feature${led(': ', steps)}`;
}

function led(lead: string, steps: readonly string[]): string {
  return steps.length === 0 ? '' : `${lead}${steps.join(', or ')}`;
}

function placeOf(facts: ErrorFacts, speaker: Speaker): string {
  switch (facts.kind) {
    case 'every-row-missing':
    case 'no-value':
      return facts.file;
    case 'beyond-float32':
      return `${facts.place}:${facts.column}`;
    case 'column-not-there':
      return speaker.placeOf(FIELDS[facts.setting], facts.file);
    case 'constant-target':
      return speaker.placeOf('dataset.target');
    case 'no-review':
      return `${facts.file}:1`;
    default:
      return `${facts.file}:${facts.line}:${facts.column}`;
  }
}

/** What was wrong: the same wherever it is said. */
function messageOf(facts: ErrorFacts): string {
  const at = placeOf(facts, SWEEP_FILE);
  switch (facts.kind) {
    case 'missing-value': {
      const further = facts.count === 1 ? '' : `, the first of ${facts.count} missing values`;
      return `${at}: ${showField(facts.field)} marks a missing value${further}`;
    }
    case 'no-value':
      return `${facts.file}: ${facts.columns.map((column) => JSON.stringify(column)).join(', ')} ${facts.columns.length === 1 ? 'has' : 'have'} no value in any row`;
    case 'every-row-missing':
      return `every row of ${facts.file} has a missing value`;
    case 'not-a-number':
      return `${at}: ${showField(facts.field)} is not a number`;
    case 'point-of-thousands':
      return `${at}: ${facts.field} may be thousands with a ${markOf(facts.field)}: all values of the column are whole numbers up to 999 or have three digits after each ${markOf(facts.field)}`;
    case 'beyond-float32':
      return `${at}: ${facts.value} is beyond float32 once normalised`;
    case 'no-review':
      return `${facts.file} holds no review`;
    case 'column-not-there':
      return `${facts.file} has no column "${facts.column}"`;
    case 'constant-target':
      return `the target "${facts.target}" is ${facts.value} in all training rows: there is nothing to learn`;
  }
}

function markOf(field: string): string {
  return field.includes(',') ? 'comma' : 'point';
}

/** The next step, of those that can be taken where it is said. */
function adviceOn(facts: ErrorFacts, speaker: Speaker): string | undefined {
  const { onMissing, missing, columns, split } = speaker;
  const others = columns === null ? [] : [`leave the column out by naming the others in ${columns}`];
  switch (facts.kind) {
    case 'missing-value': {
      const fill = `choose ${onMissing('forward-fill')} (keep the value of the row before) or ${onMissing('drop')} (leave the row out)`;
      return facts.marks === null || missing === null
        ? fill
        : `${fill}, or change ${missing} (now ${JSON.stringify(facts.marks)}) if ${showField(facts.field)} is a real value`;
    }
    case 'no-value':
      return columns === null ? undefined : `leave it out by naming the other columns in ${columns}`;
    case 'every-row-missing': {
      const choose = columns === null ? [] : [`the columns you need with ${columns}`];
      return `choose ${[...choose, onMissing('forward-fill')].join(', or ')}`;
    }
    case 'not-a-number':
      return (
        facts.rewrite ??
        [
          'correct the value',
          ...(missing === null ? [] : [`name it in ${missing} if it marks a missing value`]),
          ...(facts.below === undefined
            ? []
            : [`leave the line out by "header": ${facts.below} and "skip": 1 if it is one of units`]),
          ...others,
        ].join(', or ')
      );
    case 'point-of-thousands':
      return [
        facts.field.includes(',')
          ? 'write thousands without a mark (1002), or set "thousands" to ","'
          : 'write thousands without a mark (1002), or set "thousands" to "."',
        'or set "decimal" where it marks decimals',
        ...others.map((step) => `or ${step}`),
      ].join(', ');
    case 'beyond-float32':
      return missing === null ? 'correct the value' : `correct the value, or name it in ${missing}`;
    case 'column-not-there': {
      const meant = suggest(facts.column, facts.names);
      return speaker[facts.setting] === null
        ? `the model reads the columns of its training${meant === undefined ? '' : `; ${meant}`}`
        : meant;
    }
    case 'no-review':
      if (!facts.hasHeader) return 'one line is one review';
      return speaker.noHeader === null
        ? 'the first line names the columns, each further one is a review'
        : `the first line names the columns: ${speaker.noHeader} if it is a review`;
    case 'constant-target':
      return split === null
        ? 'choose another target'
        : `choose another target, or a ${split} whose training rows reach to where it varies`;
  }
}
