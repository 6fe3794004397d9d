// The columns of the terminal leaderboard: which there are for a study, what each shows, and which go first when the
// terminal is narrow.

import type { FailedTrial, StudyView } from '../study/study-view.js';
import type { Params } from '../study/trial.js';
import { formatDuration } from '../wording/duration.js';
import { spreadOf } from '../wording/figures.js';
import { countOf } from '../wording/plural.js';
import { printable } from '../wording/printable.js';
import { naiveBaselineOf, naiveBaselines } from './naive-baselines.js';
import { paramField } from './named-fields.js';
import { formatParam, type ParamFormat, paramFormat } from './param-format.js';
import { type BoardRow, paramsOf, type RankedRow } from './ranking.js';
import { inUnits, leaderboardRow, varyingParams } from './row-fields.js';
import {
  DASH,
  formatCount,
  formatInterval,
  formatObjective,
  formatPercent,
  formatUnits,
  unitSign,
} from './table-format.js';

export interface TableColumn {
  readonly head: string;
  /** What `--sort` and `--filter` find under the head; undefined for what is none of their fields. */
  readonly field?: string;
  readonly align: 'left' | 'right';
  readonly cell: (ranked: RankedRow) => string;
  /** What stands here for a failed trial; why it failed runs over all columns that leave this out. */
  readonly failed?: (trial: FailedTrial) => string;
  /** What stands here in the row of a baseline; absent: nothing. */
  readonly baseline?: (baseline: TableBaseline) => string;
  /** The lowest go first when there is no room; undefined stays. */
  readonly dropOrder?: number;
  /** Columns left of the values, over which the baseline's name runs. */
  readonly isLabel?: boolean;
}

/** Common sense as a row of the table: of a series one a problem, of reviews one. */
export interface TableBaseline {
  readonly name: string;
  /** Normalised; null for reviews. */
  readonly mae: number | null;
  /** Share in [0, 1]; null for a series. */
  readonly accuracy: number | null;
}

/** What common sense is called: of a series, of reviews. */
const NAIVE = 'naive persistence';
const MAJORITY = 'majority class';

export function baselineName(view: StudyView): string {
  return view.header?.dataset?.kind === 'reviews' ? MAJORITY : NAIVE;
}

export function tableBaselines(view: StudyView): TableBaseline[] {
  const name = baselineName(view);
  const { baselineAccuracy: accuracy } = view;
  if (accuracy !== null) return [{ name, mae: null, accuracy }];
  const all = naiveBaselines(view);
  return all.map(({ horizonRows, validationMae: mae }) => ({
    name: all.length === 1 || horizonRows === null ? name : `${name}, ${countOf(horizonRows, 'row')} ahead`,
    mae,
    accuracy: null,
  }));
}

/** As many as tell the trials of a study apart. */
export const TRIAL_DIGITS = 8;
const METRIC_HEADS: Readonly<Record<string, string>> = {
  validationMae: 'val MAE',
  validationMse: 'val MSE',
  validationRmse: 'val RMSE',
  validationLoss: 'val loss',
  validationAccuracy: 'val acc %',
  trainLoss: 'train loss',
};

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
      cell: ({ row }) => row.trial.slice(0, TRIAL_DIGITS),
      failed: ({ trial }) => trial.slice(0, TRIAL_DIGITS),
      isLabel: true,
    },
    ...params,
    ...valueColumns(view, all),
    ...effortColumns(view),
  ];
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

function valueColumns(view: StudyView, all: readonly RankedRow[]): TableColumn[] {
  const metric = view.header?.metric ?? 'objective';
  const dataset = view.header?.dataset ?? null;
  if (dataset?.kind === 'reviews') return accuracyColumns(metric, all);
  const isMae = metric === 'validationMae';
  const unit = unitSign(dataset?.unit ?? null);
  const naive = naiveBaselines(view).map(({ validationMae }) => validationMae);
  const objectives = spreadOf([...all.map(({ row }) => row.objective), ...(isMae ? naive : [])]);
  const errors = spreadOf([
    ...all.map(({ row }) => inUnits(row.metrics.validationMae, view)),
    ...naive.map((mae) => inUnits(mae, view)),
  ]);
  const columns: TableColumn[] = [
    {
      head: METRIC_HEADS[metric] ?? printable(metric),
      field: 'objective',
      align: 'right',
      cell: ({ row }) => formatObjective(row.objective, objectives),
      baseline: ({ mae }) => (isMae ? formatObjective(mae, objectives) : ''),
    },
  ];
  if (dataset !== null) {
    columns.push({
      // Without a unit it is told whose error this is.
      head: isMae && unit !== '' ? unit : `MAE ${unit || formatParam(dataset.target)}`,
      field: 'validationMaeUnits',
      align: 'right',
      cell: ({ row }) => formatUnits(inUnits(row.metrics.validationMae, view), errors),
      baseline: ({ mae }) => formatUnits(inUnits(mae, view), errors),
    });
  }
  if (naiveBaselines(view).length > 1)
    columns.push({
      // Which of them a row is to be compared with.
      head: 'naive MAE',
      field: 'baselineMae',
      align: 'right',
      cell: ({ row }) => formatObjective(naiveBaselineOf(row)?.validationMae ?? null),
      dropOrder: 6,
    });
  const scale = isMae && dataset !== null ? dataset.targetStd : 1;
  const format = (value: number): string =>
    isMae && dataset !== null ? formatUnits(value, errors) : formatObjective(value, objectives);
  return [...columns, ...intervalColumn(all, (value) => format(value * scale))];
}

/** Of classifiers: the objective, and the accuracy in percent. */
function accuracyColumns(metric: string, all: readonly RankedRow[]): TableColumn[] {
  const isAccuracy = metric === 'validationAccuracy';
  const objectives = spreadOf(all.map(({ row }) => row.objective));
  const objective: TableColumn = {
    head: METRIC_HEADS[metric] ?? printable(metric),
    field: 'objective',
    align: 'right',
    cell: ({ row }) => formatObjective(row.objective, objectives),
  };
  const accuracy: TableColumn = {
    head: METRIC_HEADS.validationAccuracy ?? '',
    align: 'right',
    cell: ({ row }) => formatPercent(row.metrics.validationAccuracy),
    baseline: ({ accuracy }) => formatPercent(accuracy),
  };
  return [
    ...(isAccuracy ? [] : [objective]),
    accuracy,
    ...intervalColumn(all, isAccuracy ? formatPercent : (value) => formatObjective(value, objectives)),
  ];
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

/** Of studies that take any engine's results. */
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

function effortColumns(view: StudyView): TableColumn[] {
  const repeats = view.header?.repeats ?? 1;
  const seeds: TableColumn = {
    head: 'seeds',
    field: 'seeds',
    align: 'right',
    // Of a settled row: its own trials, which are fewer than the repeats where a seed changes nothing.
    cell: ({ row: { state, seeds, failedTrials } }) =>
      `${seeds.length}/${state === 'RUNNING' ? repeats : seeds.length + failedTrials.length}`,
    dropOrder: 3,
  };
  const training: TableColumn[] = [
    {
      head: 'best/epochs',
      field: 'bestEpoch',
      align: 'right',
      cell: (ranked) => {
        const { bestEpoch, epochs } = leaderboardRow(ranked, view);
        return `${bestEpoch}/${epochs}`;
      },
      dropOrder: 2,
    },
    {
      head: 'weights',
      field: 'parameters',
      align: 'right',
      cell: (ranked) => formatCount(leaderboardRow(ranked, view).parameters),
      baseline: () => '0',
      dropOrder: 0,
    },
  ];
  return [
    ...(repeats > 1 ? [seeds] : []),
    // A study without data trains nothing.
    ...(view.header?.dataset == null ? [] : training),
    ...(view.header?.engine === 'any' ? [engineColumn(view)] : []),
    {
      head: 'time',
      field: 'durationMs',
      align: 'right',
      cell: (ranked) => formatDuration(leaderboardRow(ranked, view).durationMs),
      dropOrder: 1,
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
