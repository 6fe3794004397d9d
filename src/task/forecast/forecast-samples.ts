// Windows over a series, and the target columns some rows later.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { judgedRows, openWindows, stretchesOf } from '../../dataset/windows.js';
import { SweepError } from '../../errors.js';
import { targetNames } from '../../study/dataset-source.js';
import { delaysOf, type ForecastTask, ofColumn, reachOf, targetColumnsOf } from '../../study/trial/trial.js';
import { describeBlocks, findStretchMisfit, ONE_SERIES } from '../row-parts.js';
import type { TaskSamples } from '../task.js';
import { OWN_DEVIATIONS } from '../windows/errors-over-time.js';
import { blockTasks } from './block-tasks.js';
import { answerOfForecast, placeOfStep } from './forecast-answer.js';
import { judgedSeries } from './judged-series.js';

export const forecastSamples: TaskSamples<ForecastTask> = {
  answer: answerOfForecast,
  embed: () => null,
  persistedColumn: ({ targetColumn }) => targetColumn,
  timesteps: ({ window }) => window.lookback / window.step,
  features: (columns, { seriesInput }) => (seriesInput === undefined ? columns : columns + 1),
  horizon(spec, place = 0) {
    const { window, quantiles } = spec;
    const delays = delaysOf(window);
    const steps = delays.length;
    return {
      targetColumn: targetColumnsOf(spec)[place]!,
      step: window.step,
      delay: window.delay,
      ...(steps > 1 ? { several: { steps, nearest: delays[0]! } } : {}),
      place: placeOfStep((place + 1) * steps - 1, quantiles),
    };
  },
  targets: (spec) => targetColumnsOf(spec).length,
  lastStep(all, place = 0) {
    const { window, ...spec } = ofColumn(all, place);
    const { delays: _, ...last } = window;
    return { ...spec, window: last };
  },
  describeTarget(spec, metadata) {
    const targets = (spec.kind === undefined ? targetNames(spec) : []).map((name) => {
      const column = metadata.columns.find((one) => one.name === name);
      if (column === undefined)
        throw new SweepError('INTERNAL', 'the target was checked, but is not a column');
      // Of series that are normalised by themselves an error is in deviations of its own series.
      const unit = metadata.series?.normalise === 'series' ? OWN_DEVIATIONS : column.unit;
      return { name, unit, std: column.std };
    });
    const [target, ...others] = targets;
    if (target === undefined) throw new SweepError('INTERNAL', 'a forecast of what is no series');
    const stepSeconds = metadata.time?.stepSeconds ?? null;
    const told = describeBlocks(metadata);
    if (others.length === 0)
      return { stepSeconds, target: target.name, unit: target.unit, targetStd: target.std, ...told };
    // Errors of several columns are deviations of each: their units need not be one.
    const unit = OWN_DEVIATIONS;
    return { stepSeconds, target: nameTargets(targets), targets, unit, targetStd: 1, ...told };
  },
  findMisfit,
  reach: ({ window }) => reachOf(window),
  // The trial with the longest window has none: it is the same trial as in a study of that window alone.
  withCommonReach: (spec, reach) => (reach === reachOf(spec.window) ? spec : { ...spec, commonReach: reach }),
  untrained(spec) {
    const { as: _, seriesInput: ___, ...rest } = spec;
    const { normalise: __, ...window } = spec.window;
    return { ...rest, window } as typeof spec;
  },
  blocks: blockTasks,
  count(spec, name) {
    const reach = (name === 'train' ? undefined : spec.commonReach) ?? reachOf(spec.window);
    return stretchesOf(spec, name).reduce((sum, { start, end }) => sum + Math.max(0, end - start - reach), 0);
  },
  judgedRows,
  judgedSeries,
  openRows: openWindows,
};

/** Names of columns that are told in one are no longer than this. */
const LONGEST_NAMES = 80;

function nameTargets(targets: readonly { readonly name: string }[]): string {
  const all = targets.map(({ name }) => name).join(', ');
  return all.length <= LONGEST_NAMES ? all : `${targets.length} columns`;
}

function findMisfit(task: ForecastTask, metadata: DatasetMetadata): { path: string; what: string } | null {
  const { targetColumn, targetColumns, stretches, seriesInput, errorScales } = task;
  const { lookback, step, delay, delays } = task.window;
  if (metadata.reviews !== undefined)
    return { path: 'task.kind', what: 'it forecasts a series, and the dataset is of reviews' };
  if (metadata.labels !== undefined)
    return { path: 'task.kind', what: 'it forecasts a series, and the dataset has labels of rows' };
  const columns = metadata.columns.length;
  const missing = targetColumnsOf(task).find((column) => column >= columns);
  if (missing !== undefined)
    return {
      path: targetColumns === undefined ? 'task.targetColumn' : 'task.targetColumns',
      what: `it is ${missing}, and the dataset has ${columns} columns, from 0`,
    };
  if (
    targetColumns !== undefined &&
    (targetColumns[0] !== targetColumn || new Set(targetColumns).size < targetColumns.length)
  )
    return { path: 'task.targetColumns', what: `they are not ${targetColumn} and others, each once` };
  if (errorScales !== undefined && errorScales.length !== targetColumns?.length)
    return { path: 'task.errorScales', what: 'they are not one a target column' };
  if (step < 1 || lookback < step || lookback % step !== 0)
    return { path: 'task.window', what: `lookback ${lookback} is not a multiple of step ${step}` };
  if (
    delays !== undefined &&
    (delays.at(-1) !== delay || !delays.every((one, at) => at === 0 || one > delays[at - 1]!))
  )
    return { path: 'task.window', what: `its delays do not ascend to ${delay}` };
  if (seriesInput !== undefined && stretches === undefined)
    return { path: 'task.seriesInput', what: ONE_SERIES };
  return findStretchMisfit(task, metadata);
}
