// Which of a trial's validation windows are of which series, when the first target of each is, and how its values are scaled:
// what turns a list of windows back into series over time. Pure.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { type ForecastTask, reachOf } from '../../study/trial/trial.js';
import type { JudgedSeries } from '../task.js';
import { windowsOfSeries } from '../windows/errors-over-time.js';

/** In the order of the validation samples, of which every `stride`-th is told; one without a name where there is one. */
export function judgedSeries(task: ForecastTask, metadata: DatasetMetadata, stride: number): JudgedSeries[] {
  const { split, stretches, commonReach = reachOf(task.window) } = task;
  const { columns, series, rolling } = metadata;
  // Rows of an earlier block of a rolling origin are a copy of those of the series, scaled anew.
  const block = rolling?.blocks.find((one) => one.split.validation.start === split.validation.start);
  const start = block?.origin.validation.start ?? split.validation.start;
  return windowsOfSeries(task, 'validation', stride).map((windows, place) => {
    const own = series?.list[place];
    return {
      name: own?.name ?? null,
      windows,
      firstStep: (stretches?.validation[place]?.[0] ?? start) + commonReach,
      columns: own?.columns ?? block?.columns ?? columns,
    };
  });
}
