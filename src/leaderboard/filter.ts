// Which rows are shown and in which order: `--filter 'units=32,cell!=gru'`, `--sort '-durationMs'`. Ranks stay those of
// the whole study.
import { SweepError } from '../errors.js';
import { unaliasMetric } from '../model/metric-alias.js';
import { DEFAULT_ROW_LIMIT, type StudyView } from '../study/study-view.js';
import type { ParamValue } from '../study/trial/trial.js';
import { suggest } from '../wording/suggest.js';
import {
  type Condition,
  checkValue,
  compareValues,
  HeldValues,
  holds,
  isAboutEqual,
  parseConditions,
} from './condition.js';
import { figureNames } from './front-metric.js';
import { boardParams, type NamedField, namedFields, nameRow, paramField } from './named-fields.js';
import { type BoardRow, isRanked } from './ranking.js';
import { tableColumns } from './table-columns.js';

export interface RowSelection {
  /** Conditions, all of which must hold: `name<op>value`, several in one text separated by commas. */
  readonly filter?: readonly string[] | undefined;
  /** Name of a parameter or column; with a `-` before it, largest first. */
  readonly sort?: string | undefined;
  /** Only the front of both objectives (pareto-front.ts), or of the first and this figure (front-metric.ts). */
  readonly pareto?: boolean | string | undefined;
  /** The first so many of what is left. */
  readonly top?: number | undefined;
}

/** All rows of a study, in the order of their ranks: read anew for each pass, as there may be more than memory holds. */
export interface BoardSource<Row extends BoardRow> {
  readonly rows: Iterable<Row>;
  /** The best of them, which tell the columns of the table. */
  readonly best: readonly BoardRow[];
  /** The parameters of all. */
  readonly params: readonly string[];
}

/** Puts rows in another order; rows that compare as equal stay as they were. */
export type SortRows<Row> = (
  rows: Iterable<Row>,
  compare: (left: Row, right: Row) => number,
) => Iterable<Row>;

/** The selected rows. Throws USAGE for what cannot be read, for names that no row has and values that no row could. */
export function selectRows<Row extends BoardRow>(
  rows: readonly Row[],
  view: StudyView,
  selection: RowSelection,
): Row[] {
  const source = { rows, best: rows, params: boardParams(rows) };
  return [...selectFrom(source, view, selection, (kept, compare) => [...kept].sort(compare))];
}

/** As selectRows, one after another. */
export function* selectFrom<Row extends BoardRow>(
  { rows: all, best, params }: BoardSource<Row>,
  view: StudyView,
  { filter = [], sort, pareto, top = Number.POSITIVE_INFINITY }: RowSelection,
  sortRows: SortRows<Row>,
): Generator<Row> {
  const rows = pareto === undefined ? all : frontOf(all, view);
  const conditions = filter.flatMap(parseConditions);
  // Without rows there is nothing to check names against, and nothing to select.
  const isAll = conditions.length === 0 && sort === undefined;
  if (isAll || isEmpty(rows)) {
    yield* firstOf(rows, top);
    return;
  }
  const fieldOf = fieldFinder(best, params, view);
  const printedIn = cellFinder(best, view);
  const checks = conditions.map((condition) => {
    const field = fieldOf(condition.field, '--filter');
    const cellOf = printedIn(condition.field, field);
    // A value may be given as the table writes it: rounded, cut or escaped, it is that row's value.
    const isPrinted = (row: BoardRow): boolean => cellOf(row) === condition.value;
    return { condition, field, isPrinted, held: new HeldValues() };
  });
  const isDescending = sort?.startsWith('-') === true;
  const order = sort === undefined ? null : fieldOf(isDescending ? sort.slice(1) : sort, '--sort');
  const unknown = new Set(checks);
  if (checks.length > 0) {
    for (const row of rows) {
      const given = nameRow(row, view);
      for (const check of checks) {
        check.held.add(check.field.valueOf(given));
        if (unknown.has(check) && check.isPrinted(row)) unknown.delete(check);
      }
    }
  }
  for (const { condition, held } of unknown) checkValue(condition, held.samples);
  const kept = filterRows(rows, (row) => {
    const given = nameRow(row, view);
    return checks.every(({ condition, field, isPrinted }) =>
      isPrinted(row) && isAboutEqual(condition)
        ? condition.operator !== '!='
        : holds(inState(condition, field), field.valueOf(given)),
    );
  });
  if (order === null) {
    yield* firstOf(kept, top);
    return;
  }
  const sign = isDescending ? -1 : 1;
  const orderedBy = rememberedValue(order, view);
  // Stable: equal values stay in the order of their ranks. Rows without the value stand last, whichever way the others go.
  const sorted = sortRows(kept, (left, right) => {
    const values: readonly [ParamValue, ParamValue] = [orderedBy(left), orderedBy(right)];
    return (values.includes(null) ? 1 : sign) * compareValues(...values);
  });
  yield* firstOf(sorted, top);
}

/** The value of a row is worked out once, however often it is compared. */
function rememberedValue(field: NamedField, view: StudyView): (row: BoardRow) => ParamValue {
  const known = new WeakMap<BoardRow, ParamValue>();
  return (row) => {
    let value = known.get(row);
    if (value === undefined) {
      value = field.valueOf(nameRow(row, view));
      known.set(row, value);
    }
    return value;
  };
}

/** Throws USAGE where there is none. */
function frontOf<Row extends BoardRow>(rows: Iterable<Row>, view: StudyView): Iterable<Row> {
  const { header } = view;
  if (header !== null && header.also === undefined)
    throw new SweepError('USAGE', `--pareto: study ${header.study} has one objective, and so no front`, {
      hint: `name what to hold beside it, such as --pareto parameters (there is: ${figureNames(view).join(', ')}); a sweep file does so by "objective": {"also": {"metric": "parameters"}}`,
    });
  return { [Symbol.iterator]: () => filterRows(rows, (row) => isRanked(row) && row.onFront === true) };
}

function isEmpty(rows: Iterable<BoardRow>): boolean {
  for (const _ of rows) return false;
  return true;
}

function* firstOf<Row>(rows: Iterable<Row>, top: number): Generator<Row> {
  let left = top;
  if (left <= 0) return;
  for (const row of rows) {
    yield row;
    left -= 1;
    if (left <= 0) return;
  }
}

function* filterRows<Row>(rows: Iterable<Row>, isKept: (row: Row) => boolean): Generator<Row> {
  for (const row of rows) if (isKept(row)) yield row;
}

/**
 * How many of the best rows a view must hold for a selection: as many as are shown, and enough for the notes below a
 * table; a filter and another order look at all.
 */
export function rowsToKeep({ filter, sort, pareto, top = Number.POSITIVE_INFINITY }: RowSelection): number {
  const isByRank = filter === undefined && sort === undefined && pareto === undefined;
  return isByRank ? Math.max(top, DEFAULT_ROW_LIMIT) : Number.POSITIVE_INFINITY;
}

/** Finds a field by any of its names: a parameter's, a column's in the CSV, a head of the table, another tool's metric. */
function fieldFinder(
  rows: readonly BoardRow[],
  params: readonly string[],
  view: StudyView,
): (name: string, option: string) => NamedField {
  const fields = namedFields(view, rows, params);
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
