// The windows of any rows as numbered samples: index arithmetic over the map, nothing is materialised. Which rows are opened
// is the task's to say: openSplit and openTestSplit (src/task) are the doors.
import { SweepError } from '../errors.js';
import {
  delaysOf,
  type ForecastTask,
  type RowRange,
  reachOf,
  type SplitName,
  targetColumnsOf,
  type WindowedTask,
  type WindowSpec,
} from '../study/trial/trial.js';
import { type MappedDataset, rowWidth } from './dataset.js';
import { checkIndices, checkStride, type SampleSet } from './sample-set.js';
import { readAhead } from './series/ahead-columns.js';
import { gatherRows, type WindowSource } from './series/gather.js';
import { withSeriesInput } from './series/series-input.js';
import { frameSamples } from './series/window-frame.js';

/*
 * The sample with anchor row i reads rows i − lookback, i − lookback + step, …, i − step and predicts the target
 * column of row i + delay. All of these lie in the split's rows [start, end):
 *   i − lookback ≥ start  and  i + delay ≤ end − 1
 * so anchors run from start + lookback to end − 1 − delay, every `stride`-th of them. Of several series the split has a
 * stretch of rows each: anchors run within each of them, and samples are numbered from one stretch to the next.
 */

/** Throws MODEL_SHAPE when lookback, step and delay make no window. */
export function checkWindow(window: WindowSpec, leastDelay = 0): void {
  const { lookback, step, delay } = window;
  const rule = (holds: boolean, name: string, value: number, what: string): void => {
    if (holds) return;
    throw new SweepError('MODEL_SHAPE', `window.${name} is ${value}: ${what}`, { path: `window.${name}` });
  };
  rule(Number.isSafeInteger(step) && step >= 1, 'step', step, 'it must be a whole number of rows, 1 or more');
  rule(
    Number.isSafeInteger(lookback) && lookback >= 1,
    'lookback',
    lookback,
    'it must be a whole number of rows, 1 or more',
  );
  rule(
    Number.isSafeInteger(delay) && delay >= leastDelay,
    'delay',
    delay,
    `it must be a whole number of rows, ${leastDelay} or more`,
  );
  if (lookback % step !== 0) {
    const below = lookback - (lookback % step);
    const near = below > 0 ? `${below} or ${below + step}` : `${step}`;
    throw new SweepError(
      'MODEL_SHAPE',
      `window.lookback is ${lookback}, which is not a multiple of window.step ${step}`,
      { path: 'window.lookback', hint: `take a lookback of ${near}` },
    );
  }
}

/** Anchor rows `first, first + stride, …`, `count` of them (0 or less: none). */
function anchorsOf(rows: RowRange, window: WindowSpec, stride: number): { first: number; count: number } {
  const first = rows.start + window.lookback;
  const last = rows.end - 1 - window.delay;
  return { first, count: last < first ? 0 : Math.floor((last - first) / stride) + 1 };
}

/** The rows of a split: one stretch, or one a series. */
export function stretchesOf(
  { split, stretches }: Pick<WindowedTask, 'split' | 'stretches'>,
  name: SplitName,
): RowRange[] {
  if (stretches === undefined) return [split[name]];
  let end = split[name].start;
  return stretches[name].map(([, rows]) => {
    const start = end;
    end += rows;
    return { start, end };
  });
}

/**
 * The rows of the validation or test split that a trial is judged on: behind them lie as many as the study's longest window
 * takes, so that all trials of a study have the same targets, each reached from its own past. Throws DATASET_TOO_SHORT.
 */
export function judgedRows(task: WindowedTask, split: 'validation' | 'test'): RowRange {
  const stretches = stretchesOf(task, split).map((rows) => judgedStretch(task, split, rows));
  return stretches.length === 1 ? stretches[0]! : task.split[split];
}

/** What openWindows reads of `rows`, a split's: all of them, or of several series what each is judged on or learnt from. */
export function openedStretches(task: WindowedTask, rows: RowRange, splitName: string): RowRange[] {
  if (task.stretches === undefined) return [rows];
  if (splitName === 'train') return stretchesOf(task, 'train');
  const split = splitName === 'test' ? 'test' : 'validation';
  return stretchesOf(task, split).map((stretch) => judgedStretch(task, split, stretch));
}

function judgedStretch(task: WindowedTask, split: 'validation' | 'test', rows: RowRange): RowRange {
  if (task.commonReach === undefined) return rows;
  const start = rows.start + task.commonReach - reachOf(task.window);
  if (start < rows.start) {
    throw new SweepError(
      'TRIAL_BAD_INPUT',
      `the trial's window takes ${reachOf(task.window)} rows, the longest of its study only ${task.commonReach}`,
      { path: 'window.lookback' },
    );
  }
  if (rows.start + task.commonReach >= rows.end) {
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `the ${split} split has ${rows.end - rows.start} rows, the longest window of the study takes ${task.commonReach + 1}`,
      { path: `dataset.split.${split}`, hint: 'give the split more rows, or take a shorter window' },
    );
  }
  return { start, end: rows.end };
}

/**
 * As a model is fed them: what is known ahead, and what windows and targets are told from, are the task's to say. Throws
 * MODEL_SHAPE (see checkWindow), DATASET_TOO_SHORT when there is not a single one.
 */
export function openWindows(
  dataset: MappedDataset,
  task: ForecastTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): SampleSet {
  const { ahead, window } = task;
  const plain = openStretches(dataset, task, openedStretches(task, rows, splitName), splitName, stride);
  const samples =
    ahead === undefined ? plain : readAhead(plain, plain.windows, ahead, window.step + window.delay);
  const framed = frameSamples(samples, task);
  return task.seriesInput === undefined ? framed : withSeriesInput(framed, plain.stretchOf);
}

/** Windows of stretches of rows. */
export interface StretchSamples extends SampleSet {
  windows(): WindowSource;
  /** The place of the stretch that a sample lies in. O(log stretches). */
  stretchOf(index: number): number;
}

/**
 * Values as the dataset has them, of any stretches of rows, none of which a window leaves. The target column may be the one of
 * the labels, after all others.
 */
export function openStretches(
  dataset: MappedDataset,
  task: Pick<ForecastTask, 'targetColumn' | 'targetColumns' | 'window'>,
  stretches: readonly RowRange[],
  splitName: string,
  stride: number,
  leastDelay = 0,
): StretchSamples {
  checkWindow(task.window, leastDelay);
  checkStride(stride);
  const features = dataset.metadata.columns.length;
  const width = rowWidth(dataset.metadata);
  const { window } = task;
  const targetColumns = targetColumnsOf(task);
  for (const column of targetColumns)
    if (!Number.isSafeInteger(column) || column < 0 || column >= width)
      throw new SweepError('SPEC_INVALID', `target column ${column} is not one of 0 … ${width - 1}`);
  const { firsts, starts, count } = numberSamples(dataset, stretches, window, stride, splitName);
  const isOne = firsts.length === 1;
  const timesteps = window.lookback / window.step;
  // In values, not rows, so that the inner loops add only. Of several stretches an index becomes its window's first row.
  const anchorStride = (isOne ? stride : 1) * width;
  const firstRow = isOne ? firsts[0]! : 0;
  const firstValue = firstRow * width;
  const firstTargets = targetColumns.flatMap((column) =>
    delaysOf(window).map((delay) => (firstRow + window.lookback + delay) * width + column),
  );
  const targets = firstTargets.length;
  const stepValues = window.step * width;
  let places = new Uint32Array(0);
  const placesOf = (indices: Uint32Array, first: number, rowCount: number): Uint32Array => {
    if (places.length < rowCount) places = new Uint32Array(rowCount);
    for (let row = 0; row < rowCount; row++) {
      const index = indices[first + row]!;
      const stretch = stretchAt(starts, index);
      places[row] = firsts[stretch]! + (index - starts[stretch]!) * stride;
    }
    return places.subarray(0, rowCount);
  };

  const windows = (): WindowSource => ({
    values: dataset.values,
    firstValue,
    anchorStride,
    stepValues,
    timesteps,
    features,
    ...(width === features ? {} : { rowValues: width }),
    ...(isOne ? {} : { placesOf }),
  });
  return {
    count,
    timesteps,
    features,
    targetUnits: targets,
    windows,
    stretchOf: (index) => stretchAt(starts, index),
    gather(indices, first, rowCount, out, offset, timeStride, rowStride) {
      const source = windows();
      checkIndices(indices, first, rowCount, count);
      const target = { out, offset, timeStride, rowStride };
      if (isOne) gatherRows(source, indices, first, rowCount, target);
      else gatherRows(source, placesOf(indices, first, rowCount), 0, rowCount, target);
    },
    gatherTargets(indices, first, rowCount, out, offset) {
      const values = dataset.values;
      checkIndices(indices, first, rowCount, count);
      const at = isOne ? indices.subarray(first, first + rowCount) : placesOf(indices, first, rowCount);
      for (let row = 0; row < rowCount; row++) {
        const read = at[row]! * anchorStride;
        for (let step = 0; step < targets; step++)
          out[offset + row * targets + step] = values[firstTargets[step]! + read]!;
      }
    },
  };
}

/** Of each stretch the first row of its first window and the index of that sample. Throws DATASET_TOO_SHORT where one has no sample. */
function numberSamples(
  { metadata }: MappedDataset,
  stretches: readonly RowRange[],
  window: WindowSpec,
  stride: number,
  splitName: string,
): { readonly firsts: Float64Array; readonly starts: Float64Array; readonly count: number } {
  const firsts = new Float64Array(stretches.length);
  const starts = new Float64Array(stretches.length);
  let samples = 0;
  for (const [place, rows] of stretches.entries()) {
    if (rows.start < 0 || rows.end > metadata.rows) {
      throw new SweepError(
        'DATASET_TOO_SHORT',
        `the ${splitName} split is rows [${rows.start}, ${rows.end}], the dataset has ${metadata.rows}`,
        { path: `dataset.split.${splitName}` },
      );
    }
    const { first, count } = anchorsOf(rows, window, stride);
    if (count === 0) {
      const name = metadata.series?.list[place]?.name;
      throw new SweepError(
        'DATASET_TOO_SHORT',
        `the ${splitName} split ${name === undefined ? '' : `of ${JSON.stringify(name)} `}has ${rows.end - rows.start} rows, one window takes ` +
          `${window.lookback + window.delay + 1} (lookback ${window.lookback}, delay ${window.delay})`,
        { path: `dataset.split.${splitName}`, hint: 'give the split more rows, or take a shorter window' },
      );
    }
    firsts[place] = first - window.lookback;
    starts[place] = samples;
    samples += count;
  }
  return { firsts, starts, count: samples };
}

/** The last stretch that begins at or before the sample. O(log stretches). */
function stretchAt(starts: Float64Array, index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
