// The common-sense baseline of labelled reviews: always the label that is commoner among the training reviews, judged on
// the very reviews that the models are judged on.
import type { ClassifyTask, RowRange } from '../../study/trial/trial.js';
import type { MappedDataset } from '../dataset.js';
import { viewReviews } from '../prepared/review-layout.js';
import { openReviews } from './review-samples.js';

export interface MajorityBaseline {
  readonly label: number;
  readonly accuracy: number;
  /** `[reviews]`: 1 where the answer is right. */
  readonly hits: Float32Array;
}

/** Over every `stride`-th review of `rows`. For the classifying task only: validationBaseline and testBaseline are the doors. */
export function majorityOver(
  dataset: MappedDataset,
  task: ClassifyTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): MajorityBaseline {
  const samples = openReviews(dataset, task, rows, splitName, stride);
  const { labels } = viewReviews(dataset.values, dataset.metadata.rows);
  const { start, end } = task.split.train;
  // Of several labels a text its label is the number of its set.
  const sets = dataset.metadata.reviews?.tags?.sets.length;
  const counts = new Array<number>(sets ?? task.classes ?? 2).fill(0);
  for (let row = start; row < end; row++) counts[labels[row]!]!++;
  // Of two as common ones the second, of several the first.
  const label =
    sets === undefined && task.classes === undefined
      ? counts[1]! >= counts[0]!
        ? 1
        : 0
      : counts.indexOf(Math.max(...counts));
  const hits = new Float32Array(samples.count);
  let right = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    const hit = labels[rows.start + sample * stride] === label ? 1 : 0;
    hits[sample] = hit;
    right += hit;
  }
  return { label, accuracy: right / samples.count, hits };
}
