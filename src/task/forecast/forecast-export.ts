// A forecaster outside of its study: what sweep.json says of it, its README, its predictions over a CSV. What reads data is
// loaded when it is called: most commands know tasks and read none.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { FRAME_EPSILON } from '../../dataset/series/window-frame.js';
import { SweepError } from '../../errors.js';
import type { DatasetSpec } from '../../study/dataset-source.js';
import type { OutputErrors } from '../../study/trial/output-errors.js';
import { delaysOf, type ForecastTask, targetColumnsOf, type WindowSpec } from '../../study/trial/trial.js';
import { type ReferencePlace, referencePlaces } from '../../study/trial/window-reference.js';
import { formatPercent, formatUnits, spreadOf, withUnit } from '../../wording/figures.js';
import type { Predicted, PredictRequest, StepFact, TaskExport } from '../task-export.js';
import { OWN_DEVIATIONS } from '../windows/errors-over-time.js';
import { describeColumnsUsed } from '../windows/series-use.js';
import { timeText } from '../windows/time-text.js';
import { describeSeriesInput, frameInput, ownScale } from '../windows/window-input.js';
import type { ColumnForecast } from '../windows/window-stream.js';
import {
  explainAhead,
  explainFraming,
  explainSeries,
  explainSeriesInput,
  explainWindow,
} from '../windows/window-text.js';
import { answerOfForecast } from './forecast-answer.js';
import type { ForecastUse } from './forecast-use.js';

export const forecastExport: TaskExport<ForecastTask, ForecastUse> = {
  describeUse,
  vocabularyFiles: [],
  vocabularyFile: () => null,
  explainUse,
  frameOf,
  // For a series without times the row of the target stands in their place.
  predictionHead(use) {
    const { series, stepSeconds, window, quantiles = [] } = use;
    const names = targetsOf(use).map(({ name }) => name);
    // Of several columns each has its own, which are called after it.
    const suffixes = names.length === 1 ? [''] : names.map((name) => ` ${name}`);
    return [
      ...(series === undefined ? [] : ['series']),
      stepSeconds === null ? 'row' : 'time',
      ...(window.delays === undefined ? [] : ['horizon']),
      ...suffixes.flatMap((suffix) => [
        `prediction${suffix}`,
        ...quantiles.map((quantile) => `q${quantile}${suffix}`),
        `actual${suffix}`,
      ]),
    ];
  },
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
  const { columns: used, stepSeconds, csv, ...table } = describeColumnsUsed(spec, metadata, cacheDirectory);
  const use: ForecastUse = {
    kind: 'forecast',
    columns: used,
    target: target.name,
    targetColumn: task.targetColumn,
    ...(task.targetColumns === undefined ? {} : { targetColumns: [...task.targetColumns] }),
    unit: target.unit,
    window: copyWindow(task.window),
    ...(task.quantiles === undefined ? {} : { quantiles: [...task.quantiles] }),
    ...(outputs?.offsets === undefined ? {} : { offsets: [...outputs.offsets] }),
    ...(task.as === undefined ? {} : { as: task.as }),
    ...(task.period === undefined ? {} : { period: task.period }),
    ...(task.ahead === undefined ? {} : { ahead: [...task.ahead] }),
    ...table,
    ...describeSeriesInput(task, metadata),
    stepSeconds,
    csv,
  };
  return { use, vocabulary: null };
}

/** The target columns, in the order of the outputs. */
function targetsOf(use: ForecastUse): ForecastUse['columns'] {
  return targetColumnsOf(use).map((place) => use.columns[place]!);
}

function copyWindow({ delays, ...window }: WindowSpec): ForecastUse['window'] {
  return delays === undefined ? window : { ...window, delays: [...delays] };
}

function explainUse(
  use: ForecastUse,
  shape: { readonly timesteps: number; readonly features: number },
): string {
  const { series } = use;
  const targets = targetsOf(use);
  const isOne = targets.length === 1;
  const back = targets
    .map(({ name, unit, mean, std }) => {
      const ofColumn = isOne ? '' : ` "${name}"`;
      const inUnit = unit === null ? '' : ` in ${unit}`;
      return `output × ${std} + ${mean}${ofColumn === '' && inUnit === '' ? '' : ` is${ofColumn}${inUnit}`}`;
    })
    .join(', ');
  return `${explainWindow(use, shape)}${explainSeriesInput(use)} \`output\` is ${describeOutput(use)}: ${back}.${explainFrame(use)}${
    series === undefined ? '' : explainSeries(series)
  }
`;
}

/** `"T" at row i + 24`, or at several rows, or its quantiles there; of several columns one after the other. */
function describeOutput(use: ForecastUse): string {
  const { window, quantiles, offsets } = use;
  const delays = delaysOf(window);
  const targets = targetsOf(use);
  const isOne = targets.length === 1;
  const names = `${isOne ? '' : 'column by column '}${targets.map(({ name }) => `"${name}"`).join(', ')}`;
  const at =
    delays.length === 1
      ? `row i + ${delays[0]}`
      : `the rows ${delays.map((delay) => `i + ${delay}`).join(', ')}`;
  if (quantiles === undefined)
    return `${names} at ${at}${delays.length === 1 && isOne ? '' : ', one value each'}`;
  const widened =
    offsets === undefined ? '' : ', and then moved by the offsets in `task.offsets` of sweep.json';
  return `the quantiles ${quantiles.join(', ')} of ${names} at ${at}, step by step (those of a step are to be put into ascending order${widened})`;
}

/** In words, what a window and its target are told from; empty: they are levels. */
function explainFrame(use: ForecastUse): string {
  const { window } = use;
  const targets = targetsOf(use);
  const target = targets.length === 1 ? `"${targets[0]!.name}"` : 'its column';
  const references = referencePlaces(use);
  const known = explainAhead(use);
  const told = explainFraming(use, FRAME_EPSILON);
  if (references === null) return known + told;
  const isOne = references.every((one) => one === references[0]);
  const reference = isOne
    ? describeReference(references[0]!)
    : `its value at a time step (from 0) of the window, of the rows above at ${references.join(', ')}`;
  const scale =
    window.normalise === 'standard' ? ` times the √(variance + ${FRAME_EPSILON}) of ${target}` : '';
  return `${known}${told} What leaves the layers${scale} is ${target} less ${reference}, both as (value − mean) / std: add that before the line above.`;
}

function describeReference(place: ReferencePlace): string {
  return place === 'mean'
    ? 'the mean of its window'
    : `its value at time step ${place} (from 0) of the window`;
}

function frameOf(use: ForecastUse) {
  const { columns, window, offsets } = use;
  if (offsets !== undefined)
    throw new SweepError(
      'EXPORT_IMPOSSIBLE',
      'the bands of the model are moved after it (conformal), which this form of a model cannot hold',
      { hint: 'take the folder (--best-model), whose sweep.json has the offsets, or "sweep predict"' },
    );
  const { quantiles = [null] } = use;
  const targets = targetColumnsOf(use);
  const places = referencePlaces(use)?.flatMap((place) => quantiles.map(() => place));
  const each = delaysOf(window).length * quantiles.length;
  /** One a value of an answer, or of one target column one for all. */
  const ofOutputs = (of: (column: (typeof columns)[number]) => number): number | number[] =>
    targets.length === 1
      ? of(columns[targets[0]!]!)
      : targets.flatMap((column) => new Array<number>(each).fill(of(columns[column]!)));
  const own = ownScale(use);
  return {
    input: frameInput(use),
    output: {
      name: 'forecast',
      about: `${describeOutput(use)}${own === '' ? describeUnits(targetsOf(use)) : own}`,
      mean: ofOutputs(({ mean }) => mean),
      std: ofOutputs(({ std }) => std),
      ...(places === undefined
        ? {}
        : { from: { columns: targets, places, isScaled: window.normalise === 'standard' } }),
    },
  } as const;
}

/** ` in °C`, or of several columns each in its own. */
function describeUnits(targets: ForecastUse['columns']): string {
  if (targets.length > 1)
    return `, each in its own unit (${targets.map(({ name, unit }) => `${name}: ${unit ?? 'as the column has it'}`).join(', ')})`;
  const unit = targets[0]?.unit ?? null;
  return unit === null ? '' : ` in ${unit}`;
}

async function predict(request: PredictRequest<ForecastUse>): Promise<Predicted> {
  const { predictSeries } = await import('./predict/predict-series.js');
  const { use } = request;
  const hasTime = use.stepSeconds !== null;
  const { notices, ...summary } = await predictSeries(
    request,
    ({ row, seconds, isUtc, horizonRows, others, ...first }, series) =>
      request.onRow([
        ...(use.series === undefined ? [] : [series]),
        hasTime ? timeText(seconds, isUtc) : Number.isNaN(row) ? null : row,
        ...(use.window.delays === undefined ? [] : [horizonRows]),
        ...[first, ...others].flatMap(({ prediction, quantiles, actual }: ColumnForecast) => [
          prediction,
          ...quantiles,
          actual,
        ]),
      ]),
  );
  const targets = targetsOf(use);
  const names = targets.map(({ name }) => name).join(', ');
  const unit = targets.length === 1 ? use.unit : OWN_DEVIATIONS;
  const errors = spreadOf([summary.mae, summary.baselineMae]);
  const shown = (value: number): string => formatUnits(value, errors);
  const error =
    summary.mae === null || summary.baselineMae === null
      ? 'no target of theirs is in the file'
      : `MAE ${withUnit(shown(summary.mae), unit)} over the ${summary.compared} whose target is there (naive persistence ${shown(summary.baselineMae)})`;
  const ofSeries = summary.bySeries === undefined ? '' : ` of ${summary.bySeries.length} series`;
  const { band } = summary;
  const covered =
    band === undefined || band.coverage === null
      ? ''
      : `; ${formatPercent(band.coverage)} % of them between the outermost quantiles, which claim ${formatPercent(band.nominal)} %`;
  return {
    document: { target: names, unit, ...summary },
    line: `${summary.predictions} forecasts of ${names} from ${summary.rows} rows${ofSeries}; ${error}${covered}`,
    notices,
  };
}
