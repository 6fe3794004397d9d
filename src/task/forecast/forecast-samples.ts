// Windows over a series, and the target column some rows later.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { judgedRows, openWindows } from '../../dataset/windows.js';
import { SweepError } from '../../errors.js';
import { type ForecastTask, type RowRange, reachOf } from '../../study/trial/trial.js';
import type { TaskSamples } from '../task.js';

export const forecastSamples: TaskSamples<ForecastTask> = {
  output: 'linear',
  embed: () => null,
  persistedColumn: ({ targetColumn }) => targetColumn,
  timesteps: ({ window }) => window.lookback / window.step,
  features: (columns) => columns,
  horizon: ({ targetColumn, window: { step, delay } }) => ({ targetColumn, step, delay }),
  describeTarget(spec, metadata) {
    const name = spec.kind === undefined ? spec.target : null;
    const target = metadata.columns.find((column) => column.name === name);
    if (target === undefined) throw new SweepError('INTERNAL', 'the target was checked, but is not a column');
    const stepSeconds = metadata.time?.stepSeconds ?? null;
    return { stepSeconds, target: target.name, unit: target.unit, targetStd: target.std };
  },
  findMisfit,
  reach: ({ window }) => reachOf(window),
  // The trial with the longest window has none: it is the same trial as in a study of that window alone.
  withCommonReach: (spec, reach) => (reach === reachOf(spec.window) ? spec : { ...spec, commonReach: reach }),
  count({ window, commonReach, split }, name) {
    const { start, end }: RowRange = split[name];
    const reach = name === 'train' ? undefined : commonReach;
    return Math.max(0, end - start - (reach ?? reachOf(window)));
  },
  judgedRows,
  openRows: openWindows,
};

function findMisfit(
  { targetColumn, window: { lookback, step } }: ForecastTask,
  metadata: DatasetMetadata,
): { path: string; what: string } | null {
  if (metadata.reviews !== undefined)
    return { path: 'task.kind', what: 'it forecasts a series, and the dataset is of reviews' };
  const columns = metadata.columns.length;
  if (targetColumn >= columns)
    return {
      path: 'task.targetColumn',
      what: `it is ${targetColumn}, and the dataset has ${columns} columns, from 0`,
    };
  if (step < 1 || lookback < step || lookback % step !== 0)
    return { path: 'task.window', what: `lookback ${lookback} is not a multiple of step ${step}` };
  return null;
}
