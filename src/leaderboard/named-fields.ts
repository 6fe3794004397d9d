// The values of a row under the names that the CSV heads, `--filter` and `--sort` share.
import type { StudyView } from '../study/study-view.js';
import type { ParamValue } from '../study/trial/trial.js';
import { taskOfStudy } from '../task/registry.js';
import { classColumns } from './outputs/class-fields.js';
import { columnMaeField } from './outputs/column-fields.js';
import { quantileColumns } from './outputs/quantile-fields.js';
import { headOfFigure, secondOfRow } from './outputs/second-figure.js';
import { type BoardRow, paramsOf } from './ranking.js';
import {
  baselineOf,
  boardRow,
  type FailedLeaderboardRow,
  type LeaderboardRow,
  paramNames,
} from './row-fields.js';

export interface NamedField {
  readonly name: string;
  readonly valueOf: (row: NamedRow) => ParamValue;
}

/** A row, worked out once for all of its fields. */
export interface NamedRow {
  readonly row: BoardRow;
  readonly values: LeaderboardRow | FailedLeaderboardRow;
}

export function nameRow(row: BoardRow, view: StudyView): NamedRow {
  return { row, values: boardRow(row, view) };
}

export function boardParams(rows: readonly BoardRow[]): string[] {
  return paramNames(rows.map((row) => ({ params: paramsOf(row) })));
}

/** A parameter may be called as a column is: its field is `params.<name>`. */
export const paramField = (name: string): string => `params.${name}`;

export const metricField = (name: string): string => `metrics.${name}`;

/** The fields of a study in the order of the CSV's columns; `params`: the parameters of all rows, if `rows` are some. */
export function namedFields(
  view: StudyView,
  rows: readonly BoardRow[],
  params: readonly string[] = boardParams(rows),
): NamedField[] {
  const task = taskOfStudy(view);
  const quantiles = quantileColumns(view);
  return [
    own('rank'),
    own('tied'),
    own('trial'),
    own('state'),
    ...params.map((name) => field(paramField(name), ({ row }) => paramsOf(row)[name])),
    field('seeds', ({ values }) => values.seeds.join(' ')),
    own('objective'),
    field('objectiveLow', ({ values }) => values.objectiveInterval?.[0]),
    field('objectiveHigh', ({ values }) => values.objectiveInterval?.[1]),
    // Why a row has no interval, in one word.
    own('objectiveIntervalReason'),
    field('validationMae', ({ row }) => (row.rank === null ? null : row.row.metrics.validationMae)),
    own('validationMaeUnits'),
    ...(view.header?.dataset?.targets ?? []).map(({ name }, place) =>
      field(columnMaeField(name), ({ values }) => values.byColumn?.[place]?.mae),
    ),
    // A column that is empty for every study of another task is not added to theirs.
    ...(task?.fields.values ?? []).map(own),
    ...classColumns(view).map(own),
    ...(['pinball', 'coverage'] as const).filter((name) => quantiles[name]).map(own),
    own('bestEpoch'),
    own('epochs'),
    own('durationMs'),
    own('parameters'),
    own('worker'),
    own('attempts'),
    own('cached'),
    own('weightsDigest'),
    // Elsewhere all rows are of the engine that the study is bound to.
    ...(view.header?.engine === 'any' ? [own('engine'), own('bitExact')] : []),
    ...(task?.fields.judged ?? []).map(own),
    own('setPValue'),
    ...secondFields(view),
    ...(baselineOf(view) === null ? [] : [own('isBaseline')]),
    field('error', ({ values }) => ('error' in values ? values.error.code : null)),
    // In every line: a table that travels alone must say what its figures are of.
    field('dataset', () => view.header?.dataset?.source),
    field('synthetic', () => view.header?.dataset?.synthetic),
  ];
}

/** In studies of two objectives. */
function secondFields(view: StudyView): NamedField[] {
  const { also } = view.header ?? {};
  if (also === undefined) return [];
  const second = field(metricField(also.metric), ({ row }) =>
    row.rank === null ? null : secondOfRow(also, row.row),
  );
  return [...(headOfFigure(also, view) === null ? [second] : []), own('pareto')];
}

function field(name: string, read: (row: NamedRow) => ParamValue | undefined): NamedField {
  return { name, valueOf: (row) => read(row) ?? null };
}

type Scalar = {
  [Field in keyof LeaderboardRow]: LeaderboardRow[Field] extends ParamValue | undefined ? Field : never;
}[keyof LeaderboardRow];

/** A field that the JSON document has under the same name. */
function own(name: NonNullable<Scalar>): NamedField {
  return field(name, ({ values }) => (values as Partial<LeaderboardRow>)[name]);
}
