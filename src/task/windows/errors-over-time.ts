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
 * from it add up to, times times over windows. Their mean is the mean of `values`. Of one series: `values` itself. `kept`: the
 * windows that they are of, where some are left out (SampleSet).
 */
export function overTime(
  task: WindowedTask,
  split: 'validation' | 'test',
  stride: number,
  values: ArrayLike<number>,
  kept?: Uint32Array,
): ArrayLike<number> {
  const { stretches } = task;
  if (stretches === undefined) return values;
  const times = timesOf(task, split, stride, kept);
  const sums = new Map<number, number>();
  let mean = 0;
  for (let at = 0; at < values.length; at += 1) mean += values[at]! / values.length;
  for (let sample = 0; sample < values.length; sample += 1) {
    const time = times[sample]!;
    sums.set(time, (sums.get(time) ?? 0) + values[sample]! - mean);
  }
  const scale = sums.size / values.length;
  return Float64Array.from(
    [...sums].sort(([left], [right]) => left - right),
    ([, sum]) => mean + scale * sum,
  );
}

/** The time of each window, in strides of steps. Windows of one series have times of their own. */
function timesOf(
  task: WindowedTask,
  split: 'validation' | 'test',
  stride: number,
  kept: Uint32Array | undefined,
): Float64Array {
  const slots = task.stretches![split].map(([slot]) => slot);
  // What is left out was so before the stride.
  const counts = windowsOfSeries(task, split, kept === undefined ? stride : 1);
  const all = counts.flatMap((windows, series) =>
    Array.from({ length: windows }, (_, window) =>
      kept === undefined
        ? Math.floor(slots[series]! / stride) + window
        : Math.floor((slots[series]! + window) / stride),
    ),
  );
  return Float64Array.from(kept ?? all, (place, at) => (kept === undefined ? place : all[kept[at]!]!));
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
