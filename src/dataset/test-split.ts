// The only door to the test split. `finalize` is its one reader in a study, after the ranking is fixed (promise 4).
import type { TaskSpec } from '../study/trial.js';
import type { MappedDataset } from './dataset.js';
import { type NaivePersistence, persistenceOver } from './naive-persistence.js';
import type { SampleSet } from './sample-set.js';
import { openWindows } from './windows.js';

/** All windows of the test split in time order. Throws as openSplit does. */
export function openTestSplit(dataset: MappedDataset, task: TaskSpec): SampleSet {
  return openWindows(dataset, task, task.split.test, 'test', 1);
}

/** Naive persistence on the same windows. */
export function testPersistence(dataset: MappedDataset, task: TaskSpec): NaivePersistence {
  return persistenceOver(dataset, task, task.split.test, 'test', 1);
}
