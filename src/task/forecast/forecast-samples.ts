// Windows over a series, and the target column some rows later.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { judgedRows, openWindows, stretchesOf } from '../../dataset/windows.js';
import { SweepError } from '../../errors.js';
import { delaysOf, type ForecastTask, type RowRange, reachOf } from '../../study/trial/trial.js';
import type { TaskSamples } from '../task.js';
import { blockTasks } from './block-tasks.js';
import { OWN_DEVIATIONS } from './errors-over-time.js';
import { answerOfForecast, placeOfStep } from './forecast-answer.js';

export const forecastSamples: TaskSamples<ForecastTask> = {
  answer: answerOfForecast,
  embed: () => null,
  persistedColumn: ({ targetColumn }) => targetColumn,
  timesteps: ({ window }) => window.lookback / window.step,
  features: (columns) => columns,
  horizon: ({ targetColumn, window, quantiles }) => ({
    targetColumn,
    step: window.step,
    delay: window.delay,
    place: placeOfStep(delaysOf(window).length - 1, quantiles),
  }),
  lastStep({ window: { delays: _, ...window }, ...spec }) {
    return { ...spec, window };
  },
  describeTarget(spec, metadata) {
    const name = spec.kind === undefined ? spec.target : null;
    const target = metadata.columns.find((column) => column.name === name);
    if (target === undefined) throw new SweepError('INTERNAL', 'the target was checked, but is not a column');
    const stepSeconds = metadata.time?.stepSeconds ?? null;
    // Of series that are normalised by themselves an error is in deviations of its own series.
    const unit = metadata.series?.normalise === 'series' ? OWN_DEVIATIONS : target.unit;
    const pair = ({ start, end }: RowRange): [number, number] => [start, end];
    const timed = ([from, until]: readonly [string, string]): [string, string] => [from, until];
    const blocks = metadata.rolling?.blocks.map(({ origin: { train, validation }, times }) => ({
      train: pair(train),
      validation: pair(validation),
      ...(times === undefined
        ? {}
        : { times: { train: timed(times.train), validation: timed(times.validation) } }),
    }));
    const told = blocks === undefined ? {} : { blocks };
    return { stepSeconds, target: target.name, unit, targetStd: target.std, ...told };
  },
  findMisfit,
  reach: ({ window }) => reachOf(window),
  // The trial with the longest window has none: it is the same trial as in a study of that window alone.
  withCommonReach: (spec, reach) => (reach === reachOf(spec.window) ? spec : { ...spec, commonReach: reach }),
  untrained(spec) {
    const { as: _, ...rest } = spec;
    const { normalise: __, ...window } = spec.window;
    return { ...rest, window } as typeof spec;
  },
  blocks: blockTasks,
  count(spec, name) {
    const reach = (name === 'train' ? undefined : spec.commonReach) ?? reachOf(spec.window);
    return stretchesOf(spec, name).reduce((sum, { start, end }) => sum + Math.max(0, end - start - reach), 0);
  },
  judgedRows,
  openRows: openWindows,
};

function findMisfit(
  { targetColumn, stretches, split, window: { lookback, step, delay, delays } }: ForecastTask,
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
  if (
    delays !== undefined &&
    (delays.at(-1) !== delay || !delays.every((one, at) => at === 0 || one > delays[at - 1]!))
  )
    return { path: 'task.window', what: `its delays do not ascend to ${delay}` };
  for (const name of stretches === undefined ? [] : (['train', 'validation', 'test'] as const)) {
    const rows = stretches![name].reduce((sum, [, count]) => sum + count, 0);
    if (
      rows !== split[name].end - split[name].start ||
      stretches![name].length !== metadata.series?.list.length
    )
      return { path: `task.stretches.${name}`, what: 'its series are not those of the dataset' };
  }
  return null;
}
