// The reviews of a split as numbered samples of word ids: padded and cut as Keras' pad_sequences does by default, at the
// front. Nothing is materialised. openSplit and openTestSplit (src/task) are the doors.
import { SweepError } from '../../errors.js';
import type { ClassifyTask, RowRange } from '../../study/trial/trial.js';
import type { MappedDataset } from '../dataset.js';
import { PADDING, UNKNOWN, viewReviews } from '../prepared/review-layout.js';
import { checkIndices, checkStride, type SampleSet } from '../sample-set.js';

/** Smallest vocabulary: the three marks, the unused id and one word. */
export const LEAST_FEATURES = 5;

/** Every `stride`-th review of `rows`, in order. Throws SPEC_INVALID, DATASET_TOO_SHORT. */
export function openReviews(
  dataset: MappedDataset,
  task: ClassifyTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): SampleSet {
  const { maxLength, maxFeatures } = task;
  const reviews = dataset.metadata.rows;
  checkStride(stride);
  if (dataset.metadata.reviews === undefined) {
    throw new SweepError(
      'SPEC_INVALID',
      `${dataset.metadata.source.name} is a series, not labelled reviews`,
      {
        path: 'dataset.kind',
      },
    );
  }
  checkWhole('maxLength', maxLength, 1);
  checkWhole('maxFeatures', maxFeatures, LEAST_FEATURES);
  if (rows.start < 0 || rows.end > reviews) {
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `the ${splitName} split is reviews ${rows.start} to ${rows.end}, the dataset has ${reviews}`,
    );
  }
  const { tags } = dataset.metadata.reviews;
  const count = Math.ceil((rows.end - rows.start) / stride);
  if (count < 1) throw new SweepError('DATASET_TOO_SHORT', `the ${splitName} split holds no review`);

  return {
    count,
    timesteps: maxLength,
    features: 1,
    ...(tags === undefined ? {} : { targetUnits: tags.names.length }),
    gather(indices, first, rowCount, out, offset, timeStride, rowStride) {
      const { starts, ids } = viewReviews(dataset.values, reviews);
      checkIndices(indices, first, rowCount, count);
      const end = offset + (maxLength - 1) * timeStride + (rowCount - 1) * rowStride + 1;
      if (rowCount > 0 && end > out.length) {
        throw new RangeError(`a batch that ends at value ${end} does not fit an output of ${out.length}`);
      }
      for (let row = 0; row < rowCount; row++) {
        const review = rows.start + indices[first + row]! * stride;
        writeSample(
          task,
          ids.subarray(starts[review]!, starts[review + 1]!),
          out,
          offset + row * rowStride,
          timeStride,
        );
      }
    },
    gatherTargets(indices, first, rowCount, out, offset) {
      const { labels } = viewReviews(dataset.values, reviews);
      checkIndices(indices, first, rowCount, count);
      const labelAt = (row: number): number => labels[rows.start + indices[first + row]! * stride]!;
      if (tags === undefined) {
        for (let row = 0; row < rowCount; row++) out[offset + row] = labelAt(row);
        return;
      }
      const units = tags.names.length;
      out.fill(0, offset, offset + rowCount * units);
      for (let row = 0; row < rowCount; row++)
        for (const tag of tags.sets[labelAt(row)]!) out[offset + row * units + tag] = 1;
    },
  };
}

/** Writes one review, its ids whole, as the task wants it: turned around, cut, padded, rare words unknown. */
export function writeSample(
  { maxLength, maxFeatures, reversed }: Pick<ClassifyTask, 'maxLength' | 'maxFeatures' | 'reversed'>,
  ids: Float32Array,
  out: Float32Array,
  offset: number,
  timeStride: number,
): void {
  const kept = Math.min(ids.length, maxLength);
  let write = offset;
  for (let time = kept; time < maxLength; time++, write += timeStride) out[write] = PADDING;
  // Forwards the last ids are kept; a reversed review ends with its first word, so there the first ones are.
  const step = reversed ? -1 : 1;
  let read = reversed ? kept - 1 : ids.length - kept;
  for (let time = 0; time < kept; time++, read += step, write += timeStride) {
    const id = ids[read]!;
    out[write] = id < maxFeatures ? id : UNKNOWN;
  }
}

function checkWhole(name: 'maxLength' | 'maxFeatures', value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new SweepError(
    'SPEC_INVALID',
    `dataset.${name} is ${value}: it must be a whole number, ${least} or more`,
    {
      path: `dataset.${name}`,
    },
  );
}
