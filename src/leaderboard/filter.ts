// Which rows are shown and in which order: `--filter 'units=32,cell!=gru'`, `--sort '-durationMs'`. Ranks stay those of
// the whole study.
import { SweepError } from '../errors.js';
import { unaliasMetric } from '../model/metric-alias.js';
import { DEFAULT_ROW_LIMIT, type StudyView } from '../study/study-view.js';
import type { ParamValue } from '../study/trial.js';
import { suggest } from '../wording/suggest.js';
import {
  type Condition,
  checkValue,
  compareValues,
  holds,
  isAboutEqual,
  parseConditions,
} from './condition.js';
import { boardParams, type NamedField, namedFields, nameRow, paramField } from './named-fields.js';
import { type BoardRow, isRanked } from './ranking.js';
import { tableColumns } from './table-columns.js';

export interface RowSelection {
  /** Conditions, all of which must hold: `name<op>value`, several in one text separated by commas. */
  readonly filter?: readonly string[] | undefined;
  /** Name of a parameter or column; with a `-` before it, largest first. */
  readonly sort?: string | undefined;
  /** The first so many of what is left. */
  readonly top?: number | undefined;
}

/** The selected rows. Throws USAGE for what cannot be read, for names that no row has and values that no row could. */
export function selectRows<Row extends BoardRow>(
  rows: readonly Row[],
  view: StudyView,
  { filter = [], sort, top }: RowSelection,
): Row[] {
  const conditions = filter.flatMap(parseConditions);
  // Without rows there is nothing to check names against, and nothing to select.
  if (rows.length === 0 || (conditions.length === 0 && sort === undefined)) return rows.slice(0, top);
  const fieldOf = fieldFinder(rows, view);
  const printedIn = cellFinder(rows, view);
  const checks = conditions.map((condition) => {
    const field = fieldOf(condition.field, '--filter');
    const cellOf = printedIn(condition.field, field);
    // A value may be given as the table writes it: rounded, cut or escaped, it is that row's value.
    const isPrinted = (row: BoardRow): boolean => cellOf(row) === condition.value;
    return { condition, field, isPrinted };
  });
  const isDescending = sort?.startsWith('-') === true;
  const order = sort === undefined ? null : fieldOf(isDescending ? sort.slice(1) : sort, '--sort');
  const named = rows.map((row) => ({ row, given: nameRow(row, view) }));
  for (const { condition, field, isPrinted } of checks)
    if (!rows.some(isPrinted))
      checkValue(
        condition,
        named.map(({ given }) => field.valueOf(given)),
      );
  const kept = named.filter(({ row, given }) =>
    checks.every(({ condition, field, isPrinted }) =>
      isPrinted(row) && isAboutEqual(condition)
        ? condition.operator !== '!='
        : holds(inState(condition, field), field.valueOf(given)),
    ),
  );
  if (order !== null) {
    const sign = isDescending ? -1 : 1;
    const keyed = kept.map((each) => ({ ...each, value: order.valueOf(each.given) }));
    // Stable: equal values stay in the order of their ranks. Rows without the value stand last, whichever way the others go.
    keyed.sort((left, right) => {
      const values: readonly [ParamValue, ParamValue] = [left.value, right.value];
      return (values.includes(null) ? 1 : sign) * compareValues(...values);
    });
    return keyed.slice(0, top).map(({ row }) => row);
  }
  return kept.slice(0, top).map(({ row }) => row);
}

/**
 * How many of the best rows a view must hold for a selection: as many as are shown, and enough for the notes below a
 * table; a filter and another order look at all.
 */
export function rowsToKeep({ filter, sort, top = Number.POSITIVE_INFINITY }: RowSelection): number {
  const isByRank = filter === undefined && sort === undefined;
  return isByRank ? Math.max(top, DEFAULT_ROW_LIMIT) : Number.POSITIVE_INFINITY;
}

/** Finds a field by any of its names: a parameter's, a column's in the CSV, a head of the table, another tool's metric. */
function fieldFinder(
  rows: readonly BoardRow[],
  view: StudyView,
): (name: string, option: string) => NamedField {
  const params = boardParams(rows);
  const fields = namedFields(view, rows);
  const columns = tableColumns(view, rows.filter(isRanked), rows);
  return (name, option) => {
    const head = columns.find((column) => column.head === name);
    // A parameter goes before a column of the same name: it is what the sweep file speaks of.
    const wanted = params.includes(name) ? [paramField(name)] : [name, unaliasMetric(name), head?.field];
    const found = wanted.map((each) => fields.find((field) => field.name === each)).find(Boolean);
    if (found !== undefined) return found;
    const names = fields.map((field) => field.name).filter((each) => !each.startsWith(paramField('')));
    throw new SweepError('USAGE', `${option}: there is no column or parameter ${JSON.stringify(name)}`, {
      hint: suggest(name, [...params, ...names]),
    });
  };
}

/** What the table prints under a name in each row; null where it has no such column. */
function cellFinder(
  rows: readonly BoardRow[],
  view: StudyView,
): (name: string, field: NamedField) => (row: BoardRow) => string | null {
  const columns = tableColumns(view, rows.filter(isRanked), rows);
  return (name, field) => {
    const column =
      columns.find((each) => each.field === field.name) ?? columns.find((each) => each.head === name);
    if (column === undefined) return () => null;
    return (row) => (isRanked(row) ? column.cell(row) : (column.failed?.(row.failed) ?? null));
  };
}

/** The table writes `complete`, JSON and CSV `COMPLETE`: a condition on the state may use either. */
function inState(condition: Condition, field: NamedField): Condition {
  return field.name === 'state' ? { ...condition, value: condition.value.toUpperCase() } : condition;
}
