// The columns of the terminal leaderboard: which there are for a study, what each shows, and which go first when the
// terminal is narrow.

import { repeatedBy } from '../study/origin-block.js';
import type { FailedTrial, StudyView } from '../study/study-view.js';
import type { SecondMetric } from '../study/trial/second-metric.js';
import type { Params } from '../study/trial/trial.js';
import { naiveBaselineOf } from '../task/naive-baselines.js';
import { describeMetric, taskOfData } from '../task/registry.js';
import type { NamedBaseline } from '../task/task.js';
import { formatDuration } from '../wording/duration.js';
import { DASH, formatCount, formatInterval, formatObjective, spreadOf } from '../wording/figures.js';
import { type ParamFormat, paramFormat } from '../wording/param-format.js';
import { printable } from '../wording/printable.js';
import { metricField, paramField } from './named-fields.js';
import { columnCells } from './outputs/column-fields.js';
import { quantileCells } from './outputs/quantile-cells.js';
import { headOfFigure, secondOfRow } from './outputs/second-figure.js';
import { FRONT_MARK } from './pareto-front.js';
import { type BoardRow, paramsOf, type RankedRow } from './ranking.js';
import { baselineOf, leaderboardRow, varyingParams } from './row-fields.js';

export interface TableColumn {
  readonly head: string;
  /** What `--sort` and `--filter` find under the head; undefined for what is none of their fields. */
  readonly field?: string;
  readonly align: 'left' | 'right';
  readonly cell: (ranked: RankedRow) => string;
  /** What stands here for a failed trial; why it failed runs over all columns that leave this out. */
  readonly failed?: (trial: FailedTrial) => string;
  /** What stands here in the row of a baseline; absent: nothing. */
  readonly baseline?: (baseline: NamedBaseline) => string;
  /** The lowest go first when there is no room; undefined stays. */
  readonly dropOrder?: number;
  /** Columns left of the values, over which the baseline's name runs. */
  readonly isLabel?: boolean;
}

/** As many as tell the trials of a study apart. */
export const TRIAL_DIGITS = 8;

/** The columns for all `rows` of a study; with `hasParamColumns` false all parameters share one. */
export function tableColumns(
  view: StudyView,
  all: readonly RankedRow[],
  rows: readonly BoardRow[],
  hasParamColumns = true,
): TableColumn[] {
  const names = varyingParams(rows.map((row) => ({ params: paramsOf(row) })));
  const formats = names.map((name) => paramFormat(rows.map((row) => paramsOf(row)[name])));
  const params = hasParamColumns
    ? names.map((name, at) => paramColumn(name, formats[at]!))
    : [pointColumn(names, formats)];
  const isBaseline = baselineOf(view);
  const named = (trial: string, params: Params): string =>
    `${trial.slice(0, TRIAL_DIGITS)}${isBaseline?.(params) === true ? ' (baseline)' : ''}`;
  return [
    {
      head: '#',
      field: 'rank',
      align: 'right',
      cell: ({ rank, tied }) => `${tied ? '≈ ' : ''}${rank}`,
      failed: () => DASH,
    },
    {
      head: 'trial',
      align: 'left',
      field: 'trial',
      cell: ({ row }) => named(row.trial, row.params),
      failed: ({ trial, params }) => named(trial, params),
      isLabel: true,
    },
    ...params,
    ...valueColumns(view, all),
    ...columnCells(view.header?.dataset, all),
    ...quantileCells(view, all),
    ...frontColumns(view, all),
    ...effortColumns(view, all),
  ];
}

/** In studies of two objectives. */
function frontColumns(view: StudyView, all: readonly RankedRow[]): TableColumn[] {
  const { also } = view.header ?? {};
  if (also === undefined) return [];
  return [
    ...(headOfFigure(also, view) === null ? [secondColumn(also, all)] : []),
    {
      head: 'front',
      field: 'pareto',
      align: 'left',
      cell: ({ onFront }) => (onFront === true ? FRONT_MARK : ''),
    },
  ];
}

/** What a program measures beside the objective. */
function secondColumn(also: SecondMetric, all: readonly RankedRow[]): TableColumn {
  const values = all.flatMap(({ row }) => secondOfRow(also, row) ?? []);
  const { head, format } = describeMetric(null, also.metric);
  return {
    head,
    field: metricField(also.metric),
    align: 'right',
    cell: ({ row }) => {
      const value = secondOfRow(also, row);
      return value === null ? '' : format(value, spreadOf(values));
    },
  };
}

function paramColumn(name: string, format: ParamFormat): TableColumn {
  const text = (params: Params): string => format(params[name]);
  return {
    head: printable(name),
    field: paramField(name),
    align: 'left',
    cell: ({ row }) => text(row.params),
    failed: ({ params }) => text(params),
    isLabel: true,
  };
}

/** All parameters in one cell, which may take several lines. */
function pointColumn(names: readonly string[], formats: readonly ParamFormat[]): TableColumn {
  const text = (params: Params): string =>
    names.map((name, at) => `${printable(name)}=${formats[at]!(params[name])}`).join(' ');
  return {
    head: 'parameters',
    align: 'left',
    cell: ({ row }) => text(row.params),
    failed: ({ params }) => text(params),
    isLabel: true,
  };
}

/** The objective, what the task's own metric is in the target's unit, and which baseline a row is to be compared with. */
function valueColumns(view: StudyView, all: readonly RankedRow[]): TableColumn[] {
  const metric = view.header?.metric ?? 'objective';
  const dataset = view.header?.dataset ?? null;
  const task = dataset === null ? null : taskOfData(dataset);
  const { head, format } = describeMetric(task, metric);
  if (dataset === null || task === null) {
    const objectives = spreadOf(all.map(({ row }) => row.objective));
    const formatOne = (value: number): string => format(value, objectives);
    return [objectiveColumn(head, formatOne), ...intervalColumn(all, formatOne)];
  }
  const own = task.metrics[0].name;
  const isOwn = metric === own;
  const unit = task.unitOf(dataset);
  const baselines = task.baselines(view).map(({ value }) => value);
  const objectives = spreadOf([...all.map(({ row }) => row.objective), ...(isOwn ? baselines : [])]);
  const inUnit = (value: number | undefined): number | null =>
    value === undefined ? null : value * unit.scale;
  const errors = spreadOf([...all.map(({ row }) => inUnit(row.metrics[own])), ...baselines.map(inUnit)]);
  const objective: TableColumn = {
    ...objectiveColumn(head, (value) => format(value, objectives)),
    baseline: ({ value }) => (isOwn ? format(value, objectives) : ''),
  };
  const inUnits: TableColumn = {
    head: unit.head(isOwn),
    field: unit.field,
    align: 'right',
    cell: ({ row }) => unit.format(inUnit(row.metrics[own]), errors),
    baseline: ({ value }) => unit.format(inUnit(value), errors),
  };
  const ofRow: TableColumn = {
    head: task.words.baselineHead,
    field: 'baselineMae',
    align: 'right',
    cell: ({ row: { seeds } }) =>
      formatObjective(
        repeatedBy(dataset) === 'block'
          ? (naiveBaselineOf({ seeds })?.validationMae ?? null)
          : seeds[0] === undefined
            ? null
            : task.baselineOf(seeds[0].result),
      ),
    dropOrder: 6,
  };
  return [
    ...(isOwn && !unit.hasOwnScale ? [] : [objective]),
    inUnits,
    ...(baselines.length > 1 ? [ofRow] : []),
    ...intervalColumn(all, (value) =>
      isOwn ? unit.format(value * unit.scale, errors) : format(value, objectives),
    ),
  ];
}

function objectiveColumn(head: string, format: (value: number) => string): TableColumn {
  return { head, field: 'objective', align: 'right', cell: ({ row }) => format(row.objective) };
}

function intervalColumn(all: readonly RankedRow[], format: (value: number) => string): TableColumn[] {
  if (all.every(({ row }) => row.objectiveInterval === null)) return [];
  return [
    {
      head: '95 % interval',
      align: 'right',
      cell: ({ row }) => formatInterval(row.objectiveInterval, format),
      dropOrder: 4,
    },
  ];
}

/** The column of studies that take any engine's results. */
function engineColumn(view: StudyView): TableColumn {
  return {
    head: 'engine',
    field: 'engine',
    align: 'left',
    cell: (ranked) => {
      const { engine, bitExact } = leaderboardRow(ranked, view);
      return `${engine}${bitExact ? ', bit-exact' : ''}`;
    },
    dropOrder: 4,
  };
}

function effortColumns(view: StudyView, all: readonly RankedRow[]): TableColumn[] {
  const repeats = view.header?.repeats ?? 1;
  /** What the front is of stays beside it. */
  const unless = (metric: string, dropOrder: number) =>
    view.header?.also?.metric === metric ? {} : { dropOrder };
  const seeds: TableColumn = {
    head: `${repeatedBy(view.header?.dataset)}s`,
    field: 'seeds',
    align: 'right',
    // A settled row counts its own trials, which are fewer than the repeats where a seed changes nothing.
    cell: ({ row: { state, seeds, failedTrials } }) =>
      `${seeds.length}/${state === 'RUNNING' ? repeats : seeds.length + failedTrials.length}`,
    dropOrder: 3,
  };
  const epochs: TableColumn = {
    head: 'best/epochs',
    field: 'bestEpoch',
    align: 'right',
    cell: (ranked) => {
      const { bestEpoch, epochs } = leaderboardRow(ranked, view);
      return `${bestEpoch}/${epochs}`;
    },
    ...unless('epochs', 2),
  };
  const training: TableColumn[] = [
    epochs,
    {
      head: 'weights',
      field: 'parameters',
      align: 'right',
      cell: (ranked) => formatCount(leaderboardRow(ranked, view).parameters ?? 0),
      baseline: () => '0',
      ...unless('parameters', 0),
    },
  ];
  const ofPrograms = all.some(({ row }) => (row.seeds[0]?.result.epochs ?? 0) > 1) ? [epochs] : [];
  return [
    ...(repeats > 1 ? [seeds] : []),
    // A study without data trains nothing; its programs may have epochs.
    ...(view.header?.dataset == null ? ofPrograms : training),
    ...(view.header?.engine === 'any' ? [engineColumn(view)] : []),
    {
      head: 'time',
      field: 'durationMs',
      align: 'right',
      cell: (ranked) => formatDuration(leaderboardRow(ranked, view).durationMs),
      ...unless('durationMs', 1),
    },
    {
      head: 'state',
      field: 'state',
      align: 'left',
      cell: (ranked) => {
        const { state, cached } = leaderboardRow(ranked, view);
        return `${state.toLowerCase()}${cached ? ', cached' : ''}`;
      },
      dropOrder: 5,
    },
  ];
}
