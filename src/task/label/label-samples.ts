// Windows over a series, and the label of the row at their end, or of one some rows later.
import { openLabelWindows } from '../../dataset/label-windows.js';
import { judgedRows, stretchesOf } from '../../dataset/windows.js';
import { type LabelTask, reachOf, stretchesOfSeries } from '../../study/trial/trial.js';
import { describeBlocks, findStretchMisfit, ONE_SERIES } from '../row-parts.js';
import type { TaskSamples } from '../task.js';

export const labelSamples: TaskSamples<LabelTask> = {
  answer: ({ classes }) =>
    classes === undefined ? { units: 1, activation: 'sigmoid' } : { units: classes, activation: 'softmax' },
  embed: () => null,
  persistedColumn: () => null,
  timesteps: ({ window }) => window.lookback / window.step,
  features: (columns, { seriesInput }) => (seriesInput === undefined ? columns : columns + 1),
  targets: () => 1,
  horizon: () => null,
  lastStep: (spec) => spec,
  describeTarget(_spec, metadata) {
    const { labels, time } = metadata;
    return {
      kind: 'labelled',
      target: labels?.column ?? 'label',
      unit: null,
      targetStd: 1,
      stepSeconds: time?.stepSeconds ?? null,
      classes: labels?.classes.map(({ name }) => name) ?? [],
      ...describeBlocks(metadata),
    };
  },
  findMisfit(task, { labels, series }) {
    const {
      classes = 2,
      window: { lookback, step },
      stretches,
      seriesInput,
    } = task;
    if (labels === undefined)
      return { path: 'task.kind', what: 'it tells classes of rows, and the dataset has no labels' };
    if (labels.classes.length !== classes)
      return {
        path: 'task.classes',
        what: `they are ${classes}, and the rows have ${labels.classes.length} labels`,
      };
    if (step < 1 || lookback < step || lookback % step !== 0)
      return { path: 'task.window', what: `lookback ${lookback} is not a multiple of step ${step}` };
    if (seriesInput !== undefined && stretches === undefined)
      return { path: 'task.seriesInput', what: ONE_SERIES };
    if (stretches?.train.length !== series?.list.length)
      return { path: 'task.stretches', what: 'its series are not those of the dataset' };
    return findStretchMisfit(task, series === undefined ? {} : { series });
  },
  reach: ({ window }) => reachOf(window),
  withCommonReach: (spec, reach) => (reach === reachOf(spec.window) ? spec : { ...spec, commonReach: reach }),
  untrained(spec) {
    const { seriesInput: _, ...rest } = spec;
    return rest as typeof spec;
  },
  blocks: (spec, { rolling }) =>
    rolling?.blocks.map(({ split, series }) => ({
      ...spec,
      split,
      ...(series === undefined ? {} : { stretches: stretchesOfSeries(series) }),
    })) ?? [spec],
  /** Windows without a label are no samples: of data that have some it is the most there can be. */
  count(spec, name) {
    const reach = (name === 'train' ? undefined : spec.commonReach) ?? reachOf(spec.window);
    return stretchesOf(spec, name).reduce((sum, { start, end }) => sum + Math.max(0, end - start - reach), 0);
  },
  judgedRows,
  judgedSeries: () => [],
  openRows: openLabelWindows,
};
