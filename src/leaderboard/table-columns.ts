// The columns of the terminal leaderboard: which there are for a study, what each shows, and which go first when the
// terminal is narrow.
import type { StudyView } from '../study/study-view.js';
import type { RankedRow } from './ranking.js';
import { inUnits, leaderboardRow, varyingParams } from './row-fields.js';
import {
  formatCount,
  formatDuration,
  formatInterval,
  formatObjective,
  formatParam,
  formatPercent,
  formatUnits,
  unitSign,
} from './table-format.js';

export interface TableColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly cell: (ranked: RankedRow) => string;
  /** What stands here in the row of the baseline. */
  readonly baseline: string;
  /** The lowest go first when there is no room; undefined stays. */
  readonly dropOrder?: number;
  /** Columns left of the values, over which the baseline's name runs. */
  readonly isLabel?: boolean;
}

const TRIAL_DIGITS = 8;
const METRIC_HEADS: Readonly<Record<string, string>> = {
  validationMae: 'val MAE',
  validationMse: 'val MSE',
  validationRmse: 'val RMSE',
  validationLoss: 'val loss',
  validationAccuracy: 'val acc %',
  trainLoss: 'train loss',
};

/** The columns for `all` rows of a study; with `hasParamColumns` false all parameters share one. */
export function tableColumns(
  view: StudyView,
  all: readonly RankedRow[],
  hasParamColumns: boolean,
): TableColumn[] {
  const names = varyingParams(all.map(({ row }) => row));
  const params = hasParamColumns ? names.map(paramColumn) : [pointColumn(names)];
  return [
    {
      head: '#',
      align: 'right',
      cell: ({ rank, tied }) => `${tied ? '≈ ' : ''}${rank}`,
      baseline: '',
    },
    {
      head: 'trial',
      align: 'left',
      cell: ({ row }) => row.trial.slice(0, TRIAL_DIGITS),
      baseline: '',
      isLabel: true,
    },
    ...params,
    ...valueColumns(view, all),
    ...effortColumns(view),
  ];
}

function paramColumn(name: string): TableColumn {
  return {
    head: name,
    align: 'left',
    cell: ({ row }) => formatParam(row.params[name]),
    baseline: '',
    isLabel: true,
  };
}

/** All parameters in one cell, which may take several lines. */
function pointColumn(names: readonly string[]): TableColumn {
  return {
    head: 'parameters',
    align: 'left',
    cell: ({ row }) => names.map((name) => `${name}=${formatParam(row.params[name])}`).join(' '),
    baseline: '',
    isLabel: true,
  };
}

function valueColumns(view: StudyView, all: readonly RankedRow[]): TableColumn[] {
  const metric = view.header?.metric ?? 'objective';
  const dataset = view.header?.dataset ?? null;
  if (dataset?.kind === 'reviews') return accuracyColumns(view, metric, all);
  const isMae = metric === 'validationMae';
  const unit = unitSign(dataset?.unit ?? null);
  const columns: TableColumn[] = [
    {
      head: METRIC_HEADS[metric] ?? metric,
      align: 'right',
      cell: ({ row }) => formatObjective(row.objective),
      baseline: isMae ? formatObjective(view.baselineMae) : '',
    },
  ];
  if (dataset !== null) {
    columns.push({
      head: isMae ? unit || 'in units' : `MAE ${unit}`.trim(),
      align: 'right',
      cell: ({ row }) => formatUnits(inUnits(row.metrics.validationMae, view)),
      baseline: formatUnits(inUnits(view.baselineMae, view)),
    });
  }
  const scale = isMae && dataset !== null ? dataset.targetStd : 1;
  const format = isMae && dataset !== null ? formatUnits : formatObjective;
  return [...columns, ...intervalColumn(all, (value) => format(value * scale))];
}

/** Of classifiers: the objective, and the accuracy in percent. */
function accuracyColumns(view: StudyView, metric: string, all: readonly RankedRow[]): TableColumn[] {
  const isAccuracy = metric === 'validationAccuracy';
  const objective: TableColumn = {
    head: METRIC_HEADS[metric] ?? metric,
    align: 'right',
    cell: ({ row }) => formatObjective(row.objective),
    baseline: '',
  };
  const accuracy: TableColumn = {
    head: METRIC_HEADS.validationAccuracy ?? '',
    align: 'right',
    cell: ({ row }) => formatPercent(row.metrics.validationAccuracy),
    baseline: formatPercent(view.baselineAccuracy),
  };
  return [
    ...(isAccuracy ? [] : [objective]),
    accuracy,
    ...intervalColumn(all, isAccuracy ? formatPercent : formatObjective),
  ];
}

function intervalColumn(all: readonly RankedRow[], format: (value: number) => string): TableColumn[] {
  if (all.every(({ row }) => row.objectiveInterval === null)) return [];
  return [
    {
      head: '95 % interval',
      align: 'right',
      cell: ({ row }) => formatInterval(row.objectiveInterval, format),
      baseline: '',
      dropOrder: 4,
    },
  ];
}

/** Of studies that take any engine's results. */
function engineColumn(view: StudyView): TableColumn {
  return {
    head: 'engine',
    align: 'left',
    cell: (ranked) => {
      const { engine, bitExact } = leaderboardRow(ranked, view);
      return `${engine}${bitExact ? ', bit-exact' : ''}`;
    },
    baseline: '',
    dropOrder: 4,
  };
}

function effortColumns(view: StudyView): TableColumn[] {
  const repeats = view.header?.repeats ?? 1;
  const seeds: TableColumn = {
    head: 'seeds',
    align: 'right',
    // Of a settled row: its own trials, which are fewer than the repeats where a seed changes nothing.
    cell: ({ row: { state, seeds, failedTrials } }) =>
      `${seeds.length}/${state === 'RUNNING' ? repeats : seeds.length + failedTrials.length}`,
    baseline: '',
    dropOrder: 3,
  };
  const training: TableColumn[] = [
    {
      head: 'best/epochs',
      align: 'right',
      cell: (ranked) => {
        const { bestEpoch, epochs } = leaderboardRow(ranked, view);
        return `${bestEpoch}/${epochs}`;
      },
      baseline: '',
      dropOrder: 2,
    },
    {
      head: 'weights',
      align: 'right',
      cell: (ranked) => formatCount(leaderboardRow(ranked, view).parameters),
      baseline: '0',
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
      align: 'right',
      cell: (ranked) => formatDuration(leaderboardRow(ranked, view).durationMs),
      baseline: '',
      dropOrder: 1,
    },
    {
      head: 'state',
      align: 'left',
      cell: (ranked) => {
        const { state, cached } = leaderboardRow(ranked, view);
        return `${state.toLowerCase()}${cached ? ', cached' : ''}`;
      },
      baseline: '',
      dropOrder: 5,
    },
  ];
}
