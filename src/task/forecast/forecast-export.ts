// A forecaster outside of its study: what sweep.json says of it, its README, its predictions over a CSV. What reads data is
// loaded when it is called: most commands know tasks and read none.
import { basename } from 'node:path';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { formatTimestamp } from '../../dataset/sources/csv/time-stamps.js';
import { isJena, jenaCsvSource } from '../../dataset/sources/jena-series.js';
import { SweepError } from '../../errors.js';
import type { CsvSource, DatasetSpec, SeriesSpec } from '../../study/dataset-source.js';
import type { ForecastTask } from '../../study/trial/trial.js';
import { formatUnits, spreadOf, withUnit } from '../../wording/figures.js';
import type { Predicted, PredictRequest, StepFact, TaskExport } from '../task.js';
import type { ForecastUse } from './forecast-use.js';

export const forecastExport: TaskExport<ForecastTask, ForecastUse> = {
  describeUse,
  vocabularyFiles: [],
  vocabularyFile: () => null,
  explainUse,
  frameOf,
  // For a series without times the row of the target stands in their place.
  predictionHead: ({ stepSeconds }) => [stepSeconds === null ? 'row' : 'time', 'prediction', 'actual'],
  predict,
};

async function describeUse(
  task: ForecastTask,
  spec: DatasetSpec,
  metadata: DatasetMetadata & StepFact,
  cacheDirectory: string,
): Promise<{ use: ForecastUse; vocabulary: null }> {
  if (spec.kind !== undefined) throw new SweepError('INTERNAL', 'a forecast of what is no series');
  const { columns } = metadata;
  const target = columns[task.targetColumn];
  if (target === undefined) throw new SweepError('INTERNAL', 'the target is not a column');
  const { time, missing, onMissing } = csvForm(spec, metadata, cacheDirectory);
  const use: ForecastUse = {
    kind: 'forecast',
    columns: columns.map(({ name, unit, mean, std, held }) => ({
      name,
      unit,
      mean,
      std,
      ...(held ? { held } : {}),
    })),
    target: target.name,
    targetColumn: task.targetColumn,
    unit: target.unit,
    window: task.window,
    stepSeconds: metadata.stepSeconds,
    csv: { time, missing: [...missing], onMissing },
  };
  return { use, vocabulary: null };
}

/** How the CSV was read that the dataset was prepared from. The stand-in series is read like the one it stands for. */
function csvForm(
  spec: SeriesSpec,
  metadata: DatasetMetadata,
  cacheDirectory: string,
): Pick<CsvSource, 'time' | 'missing' | 'onMissing'> {
  const isNamed = isJena(metadata.source.name) || metadata.source.synthetic;
  if (isNamed) return jenaCsvSource(cacheDirectory);
  const files = spec.sources.filter((one) => one.type === 'csv');
  // A log of an older version may name another file with the same values.
  const file = files.find(({ path }) => basename(path) === metadata.source.name) ?? files[0];
  if (file === undefined)
    throw new SweepError('INTERNAL', `the study names no CSV like ${metadata.source.name}`);
  return file;
}

function explainUse(
  use: ForecastUse,
  { timesteps, features }: { readonly timesteps: number; readonly features: number },
): string {
  const { window, target, unit, stepSeconds, columns, targetColumn } = use;
  const { mean, std } = columns[targetColumn] ?? { mean: 0, std: 1 };
  const rows = stepSeconds === null ? 'rows' : `rows of ${stepSeconds} s`;
  const held = columns.filter((column) => column.held).map(({ name }) => `"${name}"`);
  const heldNote =
    held.length === 0 ? '' : ` (${held.join(', ')}: constant while training, so 0 whatever the value)`;
  return `\`input\` is \`[samples, ${timesteps}, ${features}]\`: of the columns ${columns.map(({ name }) => `"${name}"`).join(', ')}, each as (value − mean) / std${heldNote}, the rows i − ${window.lookback}, i − ${window.lookback} + ${window.step}, …, i − ${window.step} (${rows}). \`output\` is "${target}" at row i + ${window.delay}: output × ${std} + ${mean}${unit === null ? '' : ` is in ${unit}`}.
`;
}

function frameOf({ columns, window, target, targetColumn, unit }: ForecastUse) {
  const { mean, std } = columns[targetColumn]!;
  return {
    input: {
      kind: 'columns',
      name: 'window',
      about: `rows i - ${window.lookback}, i - ${window.lookback} + ${window.step}, ..., i - ${window.step} of ${columns.map(({ name }) => name).join(', ')}`,
      columns,
    },
    output: {
      name: 'forecast',
      about: `${target} at row i + ${window.delay}${unit === null ? '' : ` in ${unit}`}`,
      mean,
      std,
    },
  } as const;
}

async function predict(request: PredictRequest<ForecastUse>): Promise<Predicted> {
  const { predictSeries } = await import('./predict-series.js');
  const { use } = request;
  const hasTime = use.stepSeconds !== null;
  const { notices, ...summary } = await predictSeries(request, ({ row, seconds, prediction, actual }) =>
    request.onRow([hasTime ? timeText(seconds) : row, prediction, actual]),
  );
  const errors = spreadOf([summary.mae, summary.baselineMae]);
  const shown = (value: number): string => formatUnits(value, errors);
  const error =
    summary.mae === null || summary.baselineMae === null
      ? 'no target of theirs is in the file'
      : `MAE ${withUnit(shown(summary.mae), use.unit)} over the ${summary.compared} whose target is there (naive persistence ${shown(summary.baselineMae)})`;
  return {
    document: { target: use.target, unit: use.unit, ...summary },
    line: `${summary.predictions} forecasts of ${use.target} from ${summary.rows} rows; ${error}`,
    notices,
  };
}

/** Empty where it is not known. */
function timeText(seconds: number): string {
  return Number.isNaN(seconds) ? '' : formatTimestamp(seconds);
}
