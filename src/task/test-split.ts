// The only door to the test split. `finalize` is its one reader in a study, after the ranking is fixed (promise 4).
import type { MappedDataset } from '../dataset/dataset.js';
import type { SampleSet } from '../dataset/sample-set.js';
import type { TaskSpec } from '../study/trial/trial.js';
import { taskOf } from './registry.js';
import type { Baseline } from './task.js';

/** All samples of the test split in order. Throws as openSplit does. */
export function openTestSplit(dataset: MappedDataset, spec: TaskSpec): SampleSet {
  const task = taskOf(spec);
  return task.openRows(dataset, spec, task.judgedRows(spec, 'test'), 'test', 1);
}

/** Common sense on the same samples, and what others try; `stride`: over the validation samples, which that is told of too. */
export function testBaseline(dataset: MappedDataset, spec: TaskSpec, stride = 1): Baseline {
  const task = taskOf(spec);
  const baseline = task.baselineOver(dataset, spec, task.judgedRows(spec, 'test'), 'test', 1);
  const beside = task.besideBaseline(dataset, spec, stride);
  return beside === null ? baseline : { ...baseline, beside };
}
