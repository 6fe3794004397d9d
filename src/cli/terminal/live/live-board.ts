// The leaderboard as the view shows it: the rows that a filter leaves, in the order that was chosen, and how their values are
// written. Pure.
import { asSweepError } from '../../../errors.js';
import { selectRows } from '../../../leaderboard/filter.js';
import { type BoardRow, isRanked, listBoard, paramsOf } from '../../../leaderboard/ranking.js';
import { varyingParams } from '../../../leaderboard/row-fields.js';
import type { StudyView } from '../../../study/study-view.js';
import type { Params } from '../../../study/trial/trial.js';
import { taskOfStudy } from '../../../task/registry.js';
import type { NamedBaseline } from '../../../task/task.js';
import { paramFormat } from '../../../wording/param-format.js';
import { printable } from '../../../wording/printable.js';

/** Each with what is said of it above the table. */
export const ORDERS = [
  { name: 'rank', title: 'best first' },
  { name: 'newest', title: 'newest first' },
  { name: 'slowest', title: 'slowest first' },
  { name: 'smallest', title: 'smallest first' },
] as const;
export type OrderName = (typeof ORDERS)[number]['name'];

export interface LiveBoard {
  /** That the filter leaves, in order. */
  readonly rows: readonly BoardRow[];
  /** The row that a trial is one of, whatever the filter. */
  rowOf(trial: string): BoardRow | undefined;
  /** Without the filter, those that are not kept in mind included. */
  readonly all: number;
  /** Common sense, where it is of the objective's metric and rows stand by rank. */
  readonly baselines: readonly NamedBaseline[];
  /** The parameters that tell trials apart. */
  paramsText(params: Params): string;
  /** What is wrong with the filter; null: nothing. */
  readonly problem: string | null;
}

/** More problems than these have no lines of their own. */
const MOST_BASELINES = 3;

export function liveBoard(view: StudyView, order: OrderName, filter: string): LiveBoard {
  const all = listBoard(view);
  const params = all.map((row) => ({ params: paramsOf(row) }));
  const names = all.length > 1 ? varyingParams(params) : Object.keys(params[0]?.params ?? {});
  const formats = names.map((name) => ({
    name,
    format: paramFormat(params.map((row) => row.params[name])),
  }));
  const paramsText = (given: Params): string =>
    formats
      .filter(({ name }) => given[name] !== undefined)
      .map(({ name, format }) => `${printable(name)}=${format(given[name])}`)
      .join(' ');
  const { rows, problem } = filtered(all, view, filter);
  const task = taskOfStudy(view);
  const isComparable = task !== null && view.header?.metric === task.metrics[0].name;
  const baselines = isComparable && order === 'rank' ? task.baselines(view) : [];
  return {
    rows: order === 'rank' ? rows : [...rows].sort(COMPARE[order]),
    rowOf: (trial) =>
      all.find((row) =>
        isRanked(row) ? row.row.seeds.some((seed) => seed.trial === trial) : row.failed.trial === trial,
      ),
    all: all.length + view.rowsDropped,
    baselines: baselines.length > MOST_BASELINES ? [] : baselines,
    paramsText,
    problem,
  };
}

const indexOf = (row: BoardRow): number =>
  isRanked(row) ? (row.row.seeds.at(-1)?.index ?? 0) : row.failed.index;

/** Failed trials, which have neither time nor size, stand last. */
const durationOf = (row: BoardRow): number =>
  isRanked(row) ? row.row.seeds.reduce((sum, { result }) => sum + result.durationMs, 0) : -1;
const sizeOf = (row: BoardRow): number =>
  isRanked(row) ? (row.row.seeds[0]?.result.parameters ?? 0) : Number.MAX_VALUE;

const COMPARE: Readonly<Record<Exclude<OrderName, 'rank'>, (left: BoardRow, right: BoardRow) => number>> = {
  newest: (left, right) => indexOf(right) - indexOf(left),
  slowest: (left, right) => durationOf(right) - durationOf(left),
  smallest: (left, right) => sizeOf(left) - sizeOf(right),
};

/** A condition as `--filter` takes it, else a text that some field has. */
function filtered(
  all: readonly BoardRow[],
  view: StudyView,
  filter: string,
): { readonly rows: readonly BoardRow[]; readonly problem: string | null } {
  if (filter === '') return { rows: all, problem: null };
  if (/[=<>]/.test(filter)) {
    try {
      return { rows: selectRows(all, view, { filter: [filter] }), problem: null };
    } catch (thrown) {
      const { message, hint } = asSweepError(thrown);
      return { rows: all, problem: hint === undefined ? message : `${message}: ${hint}` };
    }
  }
  const wanted = filter.toLowerCase();
  return { rows: all.filter((row) => textOf(row).includes(wanted)), problem: null };
}

function textOf(row: BoardRow): string {
  const [trial, state, worker] = isRanked(row)
    ? [row.row.trial, row.row.state, row.row.seeds[0]?.worker]
    : [row.failed.trial, `FAILED ${row.failed.error.code}`, row.failed.worker];
  const params = Object.entries(paramsOf(row)).map(([name, value]) => `${name}=${value}`);
  return [trial, state, worker ?? '', ...params].join(' ').toLowerCase();
}

export function trialOf(row: BoardRow): string {
  return isRanked(row) ? row.row.trial : row.failed.trial;
}
