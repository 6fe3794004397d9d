// Errors of the windows of several series as one series over time: what intervals and tests are made from. Windows of the
// same time are alike (one storm, one holiday), so that each time counts once, however many series there are: the sums over
// a time of Driscoll and Kraay (1998, Review of Economics and Statistics 80).
import { stretchesOf } from '../../dataset/windows.js';
import { reachOf, type SplitName, type WindowedTask } from '../../study/trial/trial.js';

/** The unit of errors where each series is normalised by itself: deviations of its own. */
export const OWN_DEVIATIONS = 'σ';

/** Windows of each series, in order, of those that every `stride`-th one is of. */
export function windowsOfSeries(task: WindowedTask, split: SplitName, stride: number): number[] {
  const reach = (split === 'train' ? undefined : task.commonReach) ?? reachOf(task.window);
  return stretchesOf(task, split).map(({ start, end }) => Math.ceil((end - start - reach) / stride));
}

/**
 * One value for each time at which there is a window: the mean of all values, and what the deviations of that time's windows
 * from it add up to, times times over windows. Their mean is the mean of `values`. Of one series: `values` itself.
 */
export function overTime(
  task: WindowedTask,
  split: 'validation' | 'test',
  stride: number,
  values: ArrayLike<number>,
): ArrayLike<number> {
  const { stretches } = task;
  if (stretches === undefined) return values;
  const sums = new Map<number, number>();
  let mean = 0;
  for (let at = 0; at < values.length; at += 1) mean += values[at]! / values.length;
  let sample = 0;
  for (const [series, windows] of windowsOfSeries(task, split, stride).entries()) {
    const [slot] = stretches[split][series]!;
    for (let window = 0; window < windows; window += 1, sample += 1) {
      const time = Math.floor(slot / stride) + window;
      sums.set(time, (sums.get(time) ?? 0) + values[sample]! - mean);
    }
  }
  const scale = sums.size / values.length;
  return Float64Array.from(
    [...sums].sort(([left], [right]) => left - right),
    ([, sum]) => mean + scale * sum,
  );
}

/** The mean over the windows of each series, in order; of the blocks of a rolling origin over those of all, one after the other. */
export function meanBySeries(
  blocks: readonly WindowedTask[],
  split: 'validation' | 'test',
  stride: number,
  values: ArrayLike<number>,
): number[] {
  let sample = 0;
  const sums: number[] = [];
  const counts: number[] = [];
  for (const task of blocks)
    for (const [series, windows] of windowsOfSeries(task, split, stride).entries()) {
      let sum = sums[series] ?? 0;
      for (const end = sample + windows; sample < end; sample += 1) sum += values[sample]!;
      sums[series] = sum;
      counts[series] = (counts[series] ?? 0) + windows;
    }
  return sums.map((sum, series) => sum / counts[series]!);
}
