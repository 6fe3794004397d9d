// The only door to the test split. `finalize` is its one reader in a study, after the ranking is fixed (promise 4).
import type { ClassifyTask, ForecastTask, TaskSpec } from '../study/trial.js';
import type { MappedDataset } from './dataset.js';
import { type MajorityBaseline, majorityOver } from './reviews/majority-class.js';
import type { SampleSet } from './sample-set.js';
import { type NaivePersistence, persistenceOver } from './series/naive-persistence.js';
import { judgedRows, openRows } from './windows.js';

/** All windows or reviews of the test split in order. Throws as openSplit does. */
export function openTestSplit(dataset: MappedDataset, task: TaskSpec): SampleSet {
  return openRows(dataset, task, judgedRows(task, 'test'), 'test', 1);
}

/** Naive persistence on the same windows. */
export function testPersistence(dataset: MappedDataset, task: ForecastTask): NaivePersistence {
  return persistenceOver(dataset, task, judgedRows(task, 'test'), 'test', 1);
}

/** The commoner label of the training reviews on the same reviews. */
export function testMajority(dataset: MappedDataset, task: ClassifyTask): MajorityBaseline {
  return majorityOver(dataset, task, task.split.test, 'test', 1);
}
