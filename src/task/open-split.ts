// The samples of the train and validation splits, and common sense on them. The test split has a file of its own, so that
// its readers can be counted.
import type { MappedDataset } from '../dataset/dataset.js';
import type { SampleSet } from '../dataset/sample-set.js';
import type { TaskSpec } from '../study/trial/trial.js';
import { taskOf } from './registry.js';
import type { Baseline } from './task.js';

/**
 * The samples of one split in order, every `stride`-th of them: windows of a series, or reviews.
 * Throws MODEL_SHAPE (see checkWindow), DATASET_TOO_SHORT when there is not a single one.
 */
export function openSplit(
  dataset: MappedDataset,
  spec: TaskSpec,
  split: 'train' | 'validation',
  stride = 1,
): SampleSet {
  const task = taskOf(spec);
  const rows = split === 'train' ? spec.split.train : task.judgedRows(spec, split);
  return task.openRows(dataset, spec, rows, split, stride);
}

/** Common sense on every `stride`-th sample of the validation split. Throws as openSplit does. */
export function validationBaseline(dataset: MappedDataset, spec: TaskSpec, stride = 1): Baseline {
  const task = taskOf(spec);
  return task.baselineOver(dataset, spec, task.judgedRows(spec, 'validation'), 'validation', stride);
}

/** The same over the validation windows of all blocks of a rolling origin, one block after the other. */
export function studyBaseline(dataset: MappedDataset, spec: TaskSpec): Baseline {
  const all = taskOf(spec)
    .blocks(spec, dataset.metadata)
    .map((one) => validationBaseline(dataset, one));
  const [latest] = all;
  if (latest === undefined || all.length === 1) return latest ?? validationBaseline(dataset, spec);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanOf = <Name extends 'bySteps' | 'byColumns'>(name: Name): { [One in Name]?: number[] } =>
    latest[name] === undefined
      ? {}
      : ({ [name]: latest[name].map((_, at) => mean(all.map((one) => one[name]![at]!))) } as {
          [One in Name]: number[];
        });
  return {
    ...latest,
    value: mean(all.map(({ value }) => value)),
    perSample: Float32Array.from(all.flatMap(({ perSample }) => [...perSample])),
    ...meanOf('bySteps'),
    ...meanOf('byColumns'),
  };
}
