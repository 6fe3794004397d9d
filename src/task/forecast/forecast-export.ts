// A forecaster outside of its study: what sweep.json says of it, its README, its predictions over a CSV. What reads data is
// loaded when it is called: most commands know tasks and read none.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { FRAME_EPSILON } from '../../dataset/series/window-frame.js';
import { SweepError } from '../../errors.js';
import type { DatasetSpec } from '../../study/dataset-source.js';
import type { OutputErrors } from '../../study/trial/output-errors.js';
import { delaysOf, type ForecastTask, type WindowSpec } from '../../study/trial/trial.js';
import { type ReferencePlace, referencePlaces } from '../../study/trial/window-reference.js';
import { formatPercent, formatUnits, spreadOf, withUnit } from '../../wording/figures.js';
import type { Predicted, PredictRequest, StepFact, TaskExport } from '../task-export.js';
import { answerOfForecast } from './forecast-answer.js';
import type { ForecastUse } from './forecast-use.js';
import { describeColumnsUsed } from './series-use.js';
import { timeText } from './time-text.js';
import { explainAhead, explainFraming, explainSeries, explainWindow } from './window-text.js';

export const forecastExport: TaskExport<ForecastTask, ForecastUse> = {
  describeUse,
  vocabularyFiles: [],
  vocabularyFile: () => null,
  explainUse,
  frameOf,
  // For a series without times the row of the target stands in their place.
  predictionHead: ({ series, stepSeconds, window, quantiles = [] }) => [
    ...(series === undefined ? [] : ['series']),
    stepSeconds === null ? 'row' : 'time',
    ...(window.delays === undefined ? [] : ['horizon']),
    'prediction',
    ...quantiles.map((quantile) => `q${quantile}`),
    'actual',
  ],
  unitsOf: (use) => answerOfForecast(use).units,
  predict,
};

async function describeUse(
  task: ForecastTask,
  spec: DatasetSpec,
  metadata: DatasetMetadata & StepFact,
  cacheDirectory: string,
  outputs?: OutputErrors,
): Promise<{ use: ForecastUse; vocabulary: null }> {
  if (spec.kind !== undefined) throw new SweepError('INTERNAL', 'a forecast of what is no series');
  const { columns } = metadata;
  const target = columns[task.targetColumn];
  if (target === undefined) throw new SweepError('INTERNAL', 'the target is not a column');
  const { columns: used, ...table } = describeColumnsUsed(spec, metadata, cacheDirectory);
  const use: ForecastUse = {
    kind: 'forecast',
    columns: used,
    target: target.name,
    targetColumn: task.targetColumn,
    unit: target.unit,
    window: copyWindow(task.window),
    ...(task.quantiles === undefined ? {} : { quantiles: [...task.quantiles] }),
    ...(outputs?.offsets === undefined ? {} : { offsets: [...outputs.offsets] }),
    ...(task.as === undefined ? {} : { as: task.as }),
    ...(task.period === undefined ? {} : { period: task.period }),
    ...(task.ahead === undefined ? {} : { ahead: [...task.ahead] }),
    ...table,
  };
  return { use, vocabulary: null };
}

function copyWindow({ delays, ...window }: WindowSpec): ForecastUse['window'] {
  return delays === undefined ? window : { ...window, delays: [...delays] };
}

function explainUse(
  use: ForecastUse,
  shape: { readonly timesteps: number; readonly features: number },
): string {
  const { unit, columns, targetColumn, series } = use;
  const { mean, std } = columns[targetColumn] ?? { mean: 0, std: 1 };
  return `${explainWindow(use, shape)} \`output\` is ${describeOutput(use)}: output × ${std} + ${mean}${unit === null ? '' : ` is in ${unit}`}.${explainFrame(use)}${
    series === undefined ? '' : explainSeries(series)
  }
`;
}

/** `"T" at row i + 24`, or at several rows, or its quantiles there. */
function describeOutput({ target, window, quantiles, offsets }: ForecastUse): string {
  const delays = delaysOf(window);
  const at =
    delays.length === 1
      ? `row i + ${delays[0]}`
      : `the rows ${delays.map((delay) => `i + ${delay}`).join(', ')}`;
  if (quantiles === undefined) return `"${target}" at ${at}${delays.length === 1 ? '' : ', one value each'}`;
  const widened =
    offsets === undefined ? '' : ', and then moved by the offsets in `task.offsets` of sweep.json';
  return `the quantiles ${quantiles.join(', ')} of "${target}" at ${at}, step by step (those of a step are to be put into ascending order${widened})`;
}

/** In words, what a window and its target are told from; empty: they are levels. */
function explainFrame(use: ForecastUse): string {
  const { window, target } = use;
  const references = referencePlaces(use);
  const known = explainAhead(use);
  const told = explainFraming(use, FRAME_EPSILON);
  if (references === null) return known + told;
  const isOne = references.every((one) => one === references[0]);
  const reference = isOne
    ? describeReference(references[0]!)
    : `its value at a time step (from 0) of the window, of the rows above at ${references.join(', ')}`;
  const scale =
    window.normalise === 'standard' ? ` times the √(variance + ${FRAME_EPSILON}) of "${target}"` : '';
  return `${known}${told} What leaves the layers${scale} is "${target}" less ${reference}, both as (value − mean) / std: add that before the line above.`;
}

function describeReference(place: ReferencePlace): string {
  return place === 'mean'
    ? 'the mean of its window'
    : `its value at time step ${place} (from 0) of the window`;
}

function frameOf(use: ForecastUse) {
  const { columns, window, targetColumn, unit, series, offsets, ahead = [] } = use;
  if (offsets !== undefined)
    throw new SweepError(
      'EXPORT_IMPOSSIBLE',
      'the bands of the model are moved after it (conformal), which this form of a model cannot hold',
      { hint: 'take the folder (--best-model), whose sweep.json has the offsets, or "sweep predict"' },
    );
  const { quantiles = [null] } = use;
  const places = referencePlaces(use)?.flatMap((place) => quantiles.map(() => place));
  const { mean, std } = columns[targetColumn]!;
  // Which series a window is of the model is not told: whoever feeds it has the means and deviations.
  const own =
    series?.own === undefined ? '' : ', as (value - mean) / std of the series, found in task.series';
  return {
    input: {
      kind: 'columns',
      name: 'window',
      about: `rows i - ${window.lookback}, i - ${window.lookback} + ${window.step}, ..., i - ${window.step} of ${columns.map(({ name }) => name).join(', ')}${own}`,
      columns,
      ...(window.normalise === undefined ? {} : { normalise: { by: window.normalise, apart: ahead } }),
    },
    output: {
      name: 'forecast',
      about: `${describeOutput(use)}${own === '' ? (unit === null ? '' : ` in ${unit}`) : own}`,
      mean,
      std,
      ...(places === undefined
        ? {}
        : { from: { column: targetColumn, places, isScaled: window.normalise === 'standard' } }),
    },
  } as const;
}

async function predict(request: PredictRequest<ForecastUse>): Promise<Predicted> {
  const { predictSeries } = await import('./predict-series.js');
  const { use } = request;
  const hasTime = use.stepSeconds !== null;
  const { notices, ...summary } = await predictSeries(
    request,
    ({ row, seconds, isUtc, horizonRows, prediction, quantiles, actual }, series) =>
      request.onRow([
        ...(use.series === undefined ? [] : [series]),
        hasTime ? timeText(seconds, isUtc) : Number.isNaN(row) ? null : row,
        ...(use.window.delays === undefined ? [] : [horizonRows]),
        prediction,
        ...quantiles,
        actual,
      ]),
  );
  const errors = spreadOf([summary.mae, summary.baselineMae]);
  const shown = (value: number): string => formatUnits(value, errors);
  const error =
    summary.mae === null || summary.baselineMae === null
      ? 'no target of theirs is in the file'
      : `MAE ${withUnit(shown(summary.mae), use.unit)} over the ${summary.compared} whose target is there (naive persistence ${shown(summary.baselineMae)})`;
  const ofSeries = summary.bySeries === undefined ? '' : ` of ${summary.bySeries.length} series`;
  const { band } = summary;
  const covered =
    band === undefined || band.coverage === null
      ? ''
      : `; ${formatPercent(band.coverage)} % of them between the outermost quantiles, which claim ${formatPercent(band.nominal)} %`;
  return {
    document: { target: use.target, unit: use.unit, ...summary },
    line: `${summary.predictions} forecasts of ${use.target} from ${summary.rows} rows${ofSeries}; ${error}${covered}`,
    notices,
  };
}
