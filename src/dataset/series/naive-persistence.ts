// The common-sense baseline: the target stays what it was in the last row seen (row i − step), judged on the very
// windows that the models are judged on.
import { delaysOf, type ForecastTask, type RowRange } from '../../study/trial/trial.js';
import type { MappedDataset } from '../dataset.js';
import { judgedRows, openedStretches, openStretches } from '../windows.js';

export interface NaivePersistence {
  /** Mean absolute error in normalised units; times the target's std it is in the target's unit. */
  readonly mae: number;
  /** `[windows]`, one a window in time order: for the bootstrap. */
  readonly absoluteErrors: Float32Array;
  /** The mean absolute error of each step; one value of a single step. */
  readonly bySteps: readonly number[];
}

const BATCH = 1024;

/** Over every `stride`-th window of the split; O(windows). Throws as openSplit does; the test split: src/task/test-split.ts. */
export function naivePersistence(
  dataset: MappedDataset,
  task: ForecastTask,
  split: 'train' | 'validation',
  stride = 1,
): NaivePersistence {
  const rows = split === 'train' ? task.split.train : judgedRows(task, split);
  return persistenceOver(dataset, task, rows, split, stride);
}

/** Rows from the last one seen to the target: two persistences that differ in it forecast different things. */
export function horizonOf({ step, delay }: Pick<ForecastTask['window'], 'step' | 'delay'>): number {
  return step + delay;
}

/** Over any rows. For the forecasting task only: naivePersistence and testBaseline are the doors. */
export function persistenceOver(
  dataset: MappedDataset,
  task: ForecastTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): NaivePersistence {
  const stretches = openedStretches(task, rows, splitName);
  const { count } = openStretches(dataset, task, stretches, splitName, stride);
  // Windows of one row each with the same anchors: the last row seen is all that this baseline looks at.
  const { lookback, step } = task.window;
  const lastRows = openStretches(
    dataset,
    { ...task, window: { ...task.window, lookback: step } },
    stretches.map(({ start, end }) => ({ start: start + lookback - step, end })),
    splitName,
    stride,
  );
  const absoluteErrors = new Float32Array(count);
  const indices = new Uint32Array(BATCH);
  const seen = new Float32Array(BATCH * lastRows.features);
  const steps = delaysOf(task.window).length;
  const targets = new Float32Array(BATCH * steps);
  const sums = new Float64Array(steps);
  let sum = 0;
  for (let start = 0; start < count; start += BATCH) {
    const batch = Math.min(BATCH, count - start);
    for (let row = 0; row < batch; row++) indices[row] = start + row;
    lastRows.gather(indices, 0, batch, seen, 0, lastRows.features, lastRows.features);
    lastRows.gatherTargets(indices, 0, batch, targets, 0);
    for (let row = 0; row < batch; row++) {
      const last = seen[row * lastRows.features + task.targetColumn]!;
      let ofSteps = 0;
      for (let at = 0; at < steps; at++) {
        const error = Math.abs(targets[row * steps + at]! - last);
        sums[at]! += error;
        ofSteps += error;
      }
      absoluteErrors[start + row] = ofSteps / steps;
      sum += ofSteps / steps;
    }
  }
  return { mae: sum / count, absoluteErrors, bySteps: [...sums].map((ofStep) => ofStep / count) };
}
