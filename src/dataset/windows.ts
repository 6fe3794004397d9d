// The windows of any rows as numbered samples: index arithmetic over the map, nothing is materialised. Which rows are opened
// is the task's to say: openSplit and openTestSplit (src/task) are the doors.
import { SweepError } from '../errors.js';
import { type ForecastTask, type RowRange, reachOf, type WindowSpec } from '../study/trial/trial.js';
import type { MappedDataset } from './dataset.js';
import { checkIndices, checkStride, type SampleSet } from './sample-set.js';
import { gatherRows } from './series/gather.js';

/*
 * The sample with anchor row i reads rows i − lookback, i − lookback + step, …, i − step and predicts the target
 * column of row i + delay. All of these lie in the split's rows [start, end):
 *   i − lookback ≥ start  and  i + delay ≤ end − 1
 * so anchors run from start + lookback to end − 1 − delay, every `stride`-th of them.
 */

/** Throws MODEL_SHAPE when lookback, step and delay make no window. */
export function checkWindow(window: WindowSpec): void {
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
    Number.isSafeInteger(delay) && delay >= 0,
    'delay',
    delay,
    'it must be a whole number of rows, 0 or more',
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

/**
 * The rows of the validation or test split that a trial is judged on: behind them lie as many as the study's longest window
 * takes, so that all trials of a study have the same targets, each reached from its own past. Throws DATASET_TOO_SHORT.
 */
export function judgedRows(task: ForecastTask, split: 'validation' | 'test'): RowRange {
  const rows = task.split[split];
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

/** Throws MODEL_SHAPE (see checkWindow), DATASET_TOO_SHORT when there is not a single one. */
export function openWindows(
  dataset: MappedDataset,
  task: ForecastTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): SampleSet {
  checkWindow(task.window);
  checkStride(stride);
  const features = dataset.metadata.columns.length;
  const { targetColumn, window } = task;
  if (!Number.isSafeInteger(targetColumn) || targetColumn < 0 || targetColumn >= features) {
    throw new SweepError('SPEC_INVALID', `target column ${targetColumn} is not one of 0 … ${features - 1}`);
  }
  if (rows.start < 0 || rows.end > dataset.metadata.rows) {
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `the ${splitName} split is rows [${rows.start}, ${rows.end}], the dataset has ${dataset.metadata.rows}`,
      { path: `dataset.split.${splitName}` },
    );
  }
  const { first: firstAnchor, count } = anchorsOf(rows, window, stride);
  if (count === 0) {
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `the ${splitName} split has ${rows.end - rows.start} rows, one window takes ` +
        `${window.lookback + window.delay + 1} (lookback ${window.lookback}, delay ${window.delay})`,
      { path: `dataset.split.${splitName}`, hint: 'give the split more rows, or take a shorter window' },
    );
  }
  const timesteps = window.lookback / window.step;
  // In values, not rows, so that the inner loops add only.
  const anchorStride = stride * features;
  const firstValue = (firstAnchor - window.lookback) * features;
  const firstTarget = (firstAnchor + window.delay) * features + targetColumn;
  const stepValues = window.step * features;

  const windows = () => ({
    values: dataset.values,
    firstValue,
    anchorStride,
    stepValues,
    timesteps,
    features,
  });
  return {
    count,
    timesteps,
    features,
    windows,
    gather(indices, first, rowCount, out, offset, timeStride, rowStride) {
      const source = windows();
      checkIndices(indices, first, rowCount, count);
      gatherRows(source, indices, first, rowCount, { out, offset, timeStride, rowStride });
    },
    gatherTargets(indices, first, rowCount, out, offset) {
      const values = dataset.values;
      checkIndices(indices, first, rowCount, count);
      for (let row = 0; row < rowCount; row++) {
        out[offset + row] = values[firstTarget + indices[first + row]! * anchorStride]!;
      }
    },
  };
}
