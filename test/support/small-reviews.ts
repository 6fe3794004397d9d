// Labelled reviews in memory in the layout of a prepared file: given ones, and a seeded set that a small model can learn.
import type { MappedDataset } from '../../src/dataset/dataset.js';
import { reviewValues } from '../../src/dataset/prepared/review-layout.js';
import { seededRandom } from '../../src/statistics/seeded-random.js';
import type { ClassifyTask, RowSplit, TrainConfig } from '../../src/study/trial.js';
import { dense, embedding, lstm } from './layer-specs.js';

export interface Review {
  readonly label: 0 | 1;
  readonly ids: readonly number[];
}

export function reviewsInMemory(reviews: readonly Review[], split: RowSplit): MappedDataset {
  const words = reviews.reduce((sum, review) => sum + review.ids.length, 0);
  const values = new Float32Array(reviewValues(reviews.length, words));
  const starts = new Uint32Array(values.buffer, 4 * reviews.length, reviews.length + 1);
  let end = 0;
  reviews.forEach(({ label, ids }, review) => {
    values[review] = label;
    starts[review] = end;
    values.set(ids, 2 * reviews.length + 1 + end);
    end += ids.length;
  });
  starts[reviews.length] = end;
  const lengths = reviews.map(({ ids }) => ids.length).sort((left, right) => left - right);
  return {
    metadata: {
      version: 1,
      digest: '1'.repeat(64),
      rows: reviews.length,
      columns: [],
      split,
      source: { name: 'small-reviews', synthetic: true, digest: '1'.repeat(64) },
      time: null,
      missing: { policy: 'error', values: 0 },
      reviews: {
        words,
        vocabulary: new Set(reviews.flatMap(({ ids }) => ids)).size,
        medianLength: lengths[Math.floor(lengths.length / 2)] ?? 0,
        longest: lengths.at(-1) ?? 0,
        positive: { train: 0.5, validation: 0.5, test: 0.5 },
      },
    },
    mapping: 'shared-array-buffer',
    values,
    close() {},
  };
}

const VOCABULARY = 40;
const GOOD = 5;
const BAD = 6;

export const smallReviewTask: ClassifyTask = {
  kind: 'classify',
  split: {
    train: { start: 0, end: 160 },
    validation: { start: 160, end: 240 },
    test: { start: 240, end: 300 },
  },
  maxLength: 12,
  maxFeatures: 30,
  reversed: false,
};

/** 300 reviews of 3 to 20 ids: a positive one holds word 5 somewhere, a negative one word 6. */
export function smallReviews(): MappedDataset {
  const { below } = seededRandom(7);
  const reviews = Array.from({ length: smallReviewTask.split.test.end }, (): Review => {
    const label = below(2) === 1 ? 1 : 0;
    const ids = Array.from({ length: 3 + below(18) }, () => 7 + below(VOCABULARY - 7));
    ids[ids.length - 1 - below(3)] = label === 1 ? GOOD : BAD;
    return { label, ids: [1, ...ids] };
  });
  return reviewsInMemory(reviews, smallReviewTask.split);
}

/** Embedding 30 → 6, LSTM(5), sigmoid: four epochs over the training reviews. */
export const smallReviewConfig: TrainConfig = {
  kind: 'train',
  datasetDigest: '1'.repeat(64),
  task: smallReviewTask,
  layers: [embedding(30, 6), lstm(5), dense(1, { activation: 'sigmoid' })],
  training: {
    optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    learningRate: 0.02,
    loss: 'binaryCrossentropy',
    batchSize: 16,
    stepsPerEpoch: null,
    epochs: 4,
    validationStride: 1,
  },
  seed: 3,
};
