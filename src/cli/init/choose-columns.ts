// Which columns of a table of numbers are the target and the features, and what is done about missing values.
import { numberHint } from '../../dataset/sources/csv/number-hint.js';
import { SweepError } from '../../errors.js';
import type { MissingPolicy } from '../../study/dataset-source.js';
import { countOf } from '../../wording/plural.js';
import { showField } from '../../wording/show-field.js';
import type { ProposalRequest } from './proposal.js';
import {
  type ColumnSketch,
  countMissing,
  isNumbers,
  type NumberColumn,
  type TableSketch,
  type TimeColumn,
} from './table-sketch.js';

export interface ChosenColumns {
  readonly target: NumberColumn;
  /** Further ones that were named. */
  readonly others: readonly NumberColumn[];
  /** Why it is the target; null: it was named. */
  readonly reason: string | null;
  /** The features by name; null: all columns of numbers. */
  readonly columns: readonly string[] | null;
  /** Columns that are left out, with the reason. */
  readonly left: readonly (readonly [name: string, reason: string])[];
  readonly onMissing: MissingPolicy;
  /** Rows in which a feature is missing. */
  readonly missingRows: number;
}

/** Names that the thing to forecast often has. */
const TARGET_NAME =
  /^(?:y|ot|target|load|demand|consumption|sales|weekly_?sales|revenue|price|close|value|volume|count|cnt|power|energy|usage|traffic|pm2\.?5|t)$/i;
/** Columns with a larger share missing are left out. */
const MOST_MISSING = 0.3;
/** Rows with missing values are dropped only where they are so few. */
const MOST_DROPPED = 0.05;

/** Throws USAGE where there is no column of numbers that varies, or the named one is none. */
export function chooseColumns(
  table: TableSketch,
  request: ProposalRequest & { readonly time: TimeColumn | null; readonly series: string | null },
): ChosenColumns {
  const numbers = table.columns.filter(isNumbers).filter(({ name }) => name !== request.series);
  const left: [string, string][] = [];
  const named = [request.target, ...(request.others ?? [])];
  const features = numbers.filter((column) => {
    const reason = named.includes(column.name) ? null : reasonToLeave(column, table.rows);
    if (reason !== null) left.push([column.name, reason]);
    return reason === null;
  });
  const { target, reason } = chooseTarget(features, table, request);
  const others = (request.others ?? []).map(
    (name) => chooseTarget(features, table, { ...request, target: name }).target,
  );
  const targets = [target, ...others];
  // The rows before the first value have nothing to be filled with.
  const startsLate = (column: NumberColumn): boolean => Number.isNaN(column.values[0]);
  const missing = (among: readonly NumberColumn[]): number => {
    let rows = 0;
    for (let row = 0; row < table.rows; row++)
      if (among.some(({ values }) => Number.isNaN(values[row]))) rows++;
    return rows;
  };
  const late = features.some(startsLate) || (request.series !== null && missing(features) > 0);
  const drops = late && (targets.some(startsLate) || missing(features) <= MOST_DROPPED * table.rows);
  const kept =
    late && !drops ? features.filter((column) => targets.includes(column) || !startsLate(column)) : features;
  for (const { name } of features.filter((column) => !kept.includes(column)))
    left.push([name, 'its first rows are missing']);
  const missingRows = missing(kept);
  const onMissing = missingRows === 0 ? 'error' : drops ? 'drop' : 'forward-fill';
  const isAll = kept.length === numbers.length;
  return {
    target,
    others,
    reason,
    columns: isAll ? null : kept.map(({ name }) => name),
    left,
    onMissing,
    missingRows,
  };
}

function chooseTarget(
  features: readonly NumberColumn[],
  { columns }: TableSketch,
  { path, target }: ProposalRequest,
): Pick<ChosenColumns, 'target' | 'reason'> {
  if (target !== null) {
    const named = features.find(({ name }) => name === target);
    if (named !== undefined) return { target: named, reason: null };
    const rewrite = hintOf(columns.filter(({ name }) => name === target));
    throw new SweepError('USAGE', `"${target}" of ${path} is not a column of numbers`, {
      hint:
        rewrite ??
        `a target is one: ${features.map(({ name }) => `"${name}"`).join(', ') || 'there is none here'}`,
    });
  }
  // Without its unit.
  const byName = features.find(({ name }) => TARGET_NAME.test(name.replace(/\s*\([^()]*\)$/, '')));
  if (byName !== undefined) return { target: byName, reason: 'by its name' };
  const last = features.at(-1);
  if (last !== undefined) return { target: last, reason: 'the last column of numbers that varies' };
  throw new SweepError('USAGE', `${path} has no column of numbers that varies`, {
    hint:
      hintOf(columns) ??
      `its columns are ${columns.map(({ name, kind }) => `"${name}" (${kind})`).join(', ')}`,
  });
}

/** What to do about the first text that was to be a number; null: none seems to. */
function hintOf(columns: readonly ColumnSketch[]): string | null {
  for (const column of columns) {
    const example = column.kind === 'text' ? column.texts.find((text) => text !== '') : undefined;
    const hint = example === undefined ? null : numberHint(example);
    if (hint !== null) return `"${column.name}" holds ${showField(example!)}: ${hint}`;
  }
  return null;
}

function reasonToLeave(column: NumberColumn, rows: number): string | null {
  const share = countMissing(column) / rows;
  if (share > MOST_MISSING) return `${Math.round(100 * share)} % of it is missing`;
  const present = column.values.filter((value) => !Number.isNaN(value));
  if (present.every((value) => value === present[0])) return 'it never varies';
  if (present.every((value, row) => row === 0 || value === present[row - 1]! + 1))
    return 'it only counts the rows';
  return null;
}

/** `series`: the column that tells series apart. */
export function describeColumns(table: TableSketch, chosen: ChosenColumns, series: string | null): string[] {
  const { target, others, reason, columns, left, onMissing, missingRows } = chosen;
  const features =
    columns ??
    table.columns.flatMap((column) => (isNumbers(column) && column.name !== series ? [column.name] : []));
  const texts = table.columns.filter(({ kind, name }) => kind === 'text' && name !== series);
  const flags = [target, ...others].flatMap(({ name, values }) =>
    values.every((value) => value === 0 || value === 1) ? [name] : [],
  );
  const missing =
    missingRows === 0
      ? 'No value is missing.'
      : `${countOf(missingRows, 'row')} of ${table.rows.toLocaleString('en-US')} lack a value: "onMissing": "${onMissing}" ${onMissing === 'drop' ? 'leaves them out' : 'takes that of the row before'}.`;
  return [
    others.length === 0
      ? `Target: "${target.name}"${reason === null ? '' : `, ${reason}; another one: --target COLUMN`}.`
      : `Targets, forecast at once: ${[target, ...others].map(({ name }) => `"${name}"`).join(', ')}; window and season are those of the first.`,
    ...(flags.length === 0
      ? []
      : [
          `${flags.map((name) => `"${name}"`).join(', ')} ${flags.length === 1 ? 'holds' : 'hold'} 0 and 1 alone and ${flags.length === 1 ? 'is' : 'are'} forecast as numbers; as classes one column is told by "task": "classify".`,
        ]),
    `Features: ${features.map((name) => `"${name}"`).join(', ')}.`,
    ...left.map(([name, why]) => `Left out: "${name}", as ${why}.`),
    ...(texts.length === 0
      ? []
      : [`Text, which is not read: ${texts.map(({ name }) => `"${name}"`).join(', ')}.`]),
    missing,
  ];
}
