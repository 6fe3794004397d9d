// Which rows are shown and in which order: `--filter 'units=32,cell!=gru'`, `--sort '-durationMs'`. Ranks stay those of
// the whole study.
import { SweepError } from '../errors.js';
import { unaliasMetric } from '../study/metric-alias.js';
import { DEFAULT_ROW_LIMIT, type StudyView } from '../study/study-view.js';
import type { RankedRow } from './ranking.js';
import { leaderboardRow, paramNames } from './row-fields.js';

type FieldValue = string | number | boolean | null;
type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

interface Condition {
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
}

export interface RowSelection {
  /** Conditions, all of which must hold: `name<op>value`, separated by commas; names are parameters or columns. */
  readonly filter?: string | undefined;
  /** Name of a parameter or column; with a `-` before it, largest first. */
  readonly sort?: string | undefined;
  /** The first so many of what is left. */
  readonly top?: number | undefined;
}

/** Columns that can be named besides parameters. */
const COLUMNS = [
  'rank',
  'tied',
  'trial',
  'state',
  'objective',
  'validationMaeUnits',
  'validationAccuracy',
  'bestEpoch',
  'epochs',
  'durationMs',
  'parameters',
  'worker',
  'attempts',
  'cached',
] as const;

const CONDITION = /^\s*([^=!<>,\s]+)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/;

/** The selected rows. Throws USAGE for what cannot be read and for names that no row has. O(rows · conditions). */
export function selectRows(
  rows: readonly RankedRow[],
  view: StudyView,
  { filter, sort, top }: RowSelection,
): RankedRow[] {
  const params = paramNames(rows.map(({ row }) => row));
  const names = [...COLUMNS, ...params];
  // A parameter goes before a column of the same name: it is what the sweep file speaks of.
  const named = <Named extends { readonly field: string }>(item: Named): Named =>
    params.includes(item.field) ? item : { ...item, field: unaliasMetric(item.field) };
  const conditions = filter === undefined ? [] : parseFilter(filter).map(named);
  const order = sort === undefined ? null : named(parseSort(sort));
  // Without rows there is nothing to check names against, and nothing to select.
  if (rows.length > 0) {
    for (const { field } of conditions) checkName(field, names, '--filter');
    if (order !== null) checkName(order.field, names, '--sort');
  }
  const kept = rows.filter((row) =>
    conditions.every((condition) => holds(inState(condition, row), fieldOf(row, view, condition.field))),
  );
  if (order !== null) {
    const sign = order.isDescending ? -1 : 1;
    // Stable: equal values stay in the order of their ranks.
    kept.sort((left, right) => {
      const values = [fieldOf(left, view, order.field), fieldOf(right, view, order.field)] as const;
      // Rows without the value stand last, whichever way the others go.
      return (values.includes(null) ? 1 : sign) * compareValues(...values);
    });
  }
  return top === undefined ? kept : kept.slice(0, top);
}

/**
 * How many of the best rows a view must hold for a selection: as many as are shown, and enough for the notes below a
 * table; a filter and another order look at all.
 */
export function rowsToKeep({ filter, sort, top = Number.POSITIVE_INFINITY }: RowSelection): number {
  const isByRank = filter === undefined && sort === undefined;
  return isByRank ? Math.max(top, DEFAULT_ROW_LIMIT) : Number.POSITIVE_INFINITY;
}

function parseFilter(filter: string): Condition[] {
  return filter.split(',').map((part) => {
    const [, field, operator, value] = CONDITION.exec(part) ?? [];
    if (field !== undefined && value !== undefined) return { field, operator: operator as Operator, value };
    throw new SweepError('USAGE', `--filter ${JSON.stringify(part)} is not a condition`, {
      hint: "write a name, one of = != < <= > >=, and a value: --filter 'units=32,objective<0.27'",
    });
  });
}

function parseSort(sort: string): { readonly field: string; readonly isDescending: boolean } {
  const isDescending = sort.startsWith('-');
  return { field: isDescending ? sort.slice(1) : sort, isDescending };
}

function checkName(field: string, names: readonly string[], option: string): void {
  if (names.includes(field)) return;
  throw new SweepError('USAGE', `${option}: there is no column or parameter ${JSON.stringify(field)}`, {
    hint: `there are ${names.join(', ')}`,
  });
}

function fieldOf(ranked: RankedRow, view: StudyView, field: string): FieldValue {
  const { params } = ranked.row;
  if (Object.hasOwn(params, field)) return params[field] ?? null;
  const row = leaderboardRow(ranked, view);
  const column = COLUMNS.find((name) => name === field);
  return column === undefined ? null : (row[column] ?? null);
}

/** The table writes `complete`, JSON and CSV `COMPLETE`: a condition on the state may use either. */
function inState(condition: Condition, { row }: RankedRow): Condition {
  const isState = condition.field === 'state' && !Object.hasOwn(row.params, 'state');
  return isState ? { ...condition, value: condition.value.toUpperCase() } : condition;
}

/** A row without the value is neither below nor above any. */
function holds({ operator, value }: Condition, actual: FieldValue): boolean {
  if (actual === null && operator !== '=' && operator !== '!=') return false;
  const order = compareValues(actual, readLike(value, actual));
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** The text of a condition as a value of the kind it is compared with, if it can be read so. */
function readLike(text: string, actual: FieldValue): FieldValue {
  if (typeof actual === 'number' && text !== '' && !Number.isNaN(Number(text))) return Number(text);
  if (typeof actual === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return actual === null && text === 'null' ? null : text;
}

/** Numbers by value, all else by text; null comes last. */
function compareValues(left: FieldValue, right: FieldValue): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [leftText, rightText] = [String(left), String(right)];
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}
