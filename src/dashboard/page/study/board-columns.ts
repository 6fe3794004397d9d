// The columns of the leaderboard: what each shows of a row, and what it is sorted by.
import { spreadOf } from '../../../wording/figures.js';
import { paramFormat } from '../../../wording/param-format.js';
import type { DashboardRow } from '../../wire.js';
import {
  DASH,
  durationText,
  formatCount,
  metricName,
  numberText,
  objectiveText,
  objectiveTitle,
} from '../figures.js';
import { stateText } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

export interface BoardColumn {
  readonly name: string;
  readonly head: string;
  readonly isNumber: boolean;
  /** Of the widest cell, in characters. */
  readonly widthCh: number;
  textOf(row: DashboardRow): string;
  valueOf(row: DashboardRow): string | number | null;
}

/** Rows that widths are taken from: the best, and as many among the others. */
const LOOKED_AT = 150;
const WIDEST_CH = 26;
/** Of a program that reports very many. */
const MOST_METRICS = 6;

export function boardColumns(store: StudyStore): BoardColumn[] {
  const facts = store.facts!;
  const { rows } = store;
  const every = Math.max(1, Math.ceil(rows.length / LOOKED_AT));
  const looked = rows.filter((_, place) => place < LOOKED_AT || place % every === 0);
  const spread = spreadOf(rows.slice(0, 50).map(({ objective }) => objective));
  const column = (
    name: string,
    head: string,
    isNumber: boolean,
    textOf: BoardColumn['textOf'],
    valueIn: BoardColumn['valueOf'],
  ): BoardColumn => {
    const widest = looked.reduce((most, row) => Math.max(most, textOf(row).length), head.length + 2);
    return { name, head, isNumber, widthCh: Math.min(WIDEST_CH, widest), textOf, valueOf: valueIn };
  };
  const params = facts.paramNames.map((name, place) => {
    const values = rows.map(({ params: values }) => values[place]);
    const format = paramFormat(values);
    const isNumber = values.every((value) => value == null || typeof value === 'number');
    return {
      isConstant: rows.length > 1 && new Set(values).size === 1,
      column: column(
        `param:${name}`,
        name,
        isNumber,
        (row) => format(row.params[place]),
        (row) => {
          const value = row.params[place];
          return value == null ? null : typeof value === 'boolean' ? String(value) : value;
        },
      ),
    };
  });
  return [
    column(
      'rank',
      'rank',
      true,
      (row) => `${row.tied ? '≈ ' : ''}${store.rankOf(row) ?? DASH}`,
      (row) => store.rankOf(row),
    ),
    column(
      'state',
      'state',
      false,
      (row) => stateText(row.state),
      (row) => row.state,
    ),
    column(
      'objective',
      objectiveTitle(facts),
      true,
      (row) =>
        row.objective === null && row.lastValue !== null
          ? `${objectiveText(facts, row.lastValue, spread)} …`
          : objectiveText(facts, row.objective, spread),
      (row) => row.objective ?? row.lastValue,
    ),
    ...(rows.some(({ low }) => low !== null)
      ? [
          column(
            'interval',
            '95 % interval',
            true,
            ({ low, high }) =>
              low === null ? DASH : `${objectiveText(facts, low)} … ${objectiveText(facts, high)}`,
            ({ low, high }) => (low === null ? null : high! - low),
          ),
        ]
      : []),
    ...facts.metricNames.slice(0, MOST_METRICS).map((name, place) =>
      column(
        `metric:${name}`,
        metricName(name),
        true,
        ({ metrics }) => (metrics[place] == null ? DASH : numberText(metrics[place])),
        ({ metrics }) => metrics[place] ?? null,
      ),
    ),
    ...params.filter(({ isConstant }) => !isConstant).map((one) => one.column),
    column(
      'epochs',
      'epochs',
      true,
      ({ epochs }) => (epochs === null ? DASH : String(epochs)),
      ({ epochs }) => epochs,
    ),
    column(
      'durationMs',
      'time',
      true,
      ({ durationMs }) => durationText(durationMs),
      ({ durationMs }) => durationMs,
    ),
    column(
      'parameters',
      'size',
      true,
      ({ parameters }) => (parameters === null ? DASH : formatCount(parameters)),
      ({ parameters }) => parameters,
    ),
    column(
      'worker',
      'worker',
      false,
      ({ worker, cached }) => (cached ? 'cached' : (worker ?? DASH)),
      ({ worker }) => worker,
    ),
    column(
      'trial',
      'trial',
      false,
      ({ trial }) => trial.slice(0, 10),
      ({ trial }) => trial,
    ),
  ];
}

/**
 * Places of the rows, in the order of a column: those without a value last, whichever way the others go; equal ones by rank.
 * null of `column`: by rank.
 */
export function sortPlaces(
  rows: readonly DashboardRow[],
  column: BoardColumn | null,
  isDown: boolean,
): Uint32Array {
  const places = Uint32Array.from(rows, (_, place) => place);
  if (column === null) return places;
  const sign = isDown ? -1 : 1;
  const keys = keysOf(rows, column);
  return places.sort((left, right) => {
    const [one, other] = [keys[left]!, keys[right]!];
    if (one === other) return left - right;
    if (Number.isNaN(one) || Number.isNaN(other))
      return Number(Number.isNaN(one)) - Number(Number.isNaN(other)) || left - right;
    return sign * (one - other);
  });
}

/** Numbers in the order of the values; texts after numbers. */
function keysOf(rows: readonly DashboardRow[], column: BoardColumn): Float64Array {
  const values = rows.map(column.valueOf);
  const texts = [...new Set(values.filter((value) => typeof value === 'string'))].sort();
  const places = new Map(texts.map((text, place) => [text, place]));
  const most = values.reduce<number>(
    (so, value) => (typeof value === 'number' ? Math.max(so, value) : so),
    0,
  );
  return Float64Array.from(values, (value) =>
    value === null ? Number.NaN : typeof value === 'number' ? value : most + 1 + places.get(value)!,
  );
}
