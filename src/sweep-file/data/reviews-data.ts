// Labelled reviews in a sweep file: what a sample is stands in the dataset section itself.
import { SweepError } from '../../errors.js';
import type { ReviewsSpec } from '../../study/dataset-source.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { checkClassifier } from '../model/classifier-model.js';
import { resolveSection } from '../resolve-section.js';
import type { DataFacts, DataSections } from './data-kind.js';
import {
  pickReviewSample,
  type ReviewsSection,
  readReviews,
  replaceReviewSource,
  reviewSampleSchema,
  writeReviews,
} from './reviews-section.js';

const FACTS: DataFacts = {
  kind: 'reviews',
  features: 1,
  targetColumn: 0,
  rows: { train: null, validation: null, test: null },
};

export const reviewsData: DataSections<ReviewsSection, ReviewsSpec, Omit<ClassifyTask, 'split'>> = {
  read: readReviews,
  write: writeReviews,
  replaceSource: replaceReviewSource,
  required: null,
  refused: {
    section: 'window',
    message: 'does not go with reviews, whose samples are described in "dataset"',
    hint: 'remove it, and give "maxLength" in the dataset',
  },
  pickSample: pickReviewSample,
  check() {},
  guessFacts: () => FACTS,
  factsOf: () => FACTS,
  resolveTask(sections, values, _facts, problems) {
    const sample = resolveSection('dataset', reviewSampleSchema, sections.dataset, values, problems);
    return sample === null ? null : { kind: 'classify', ...sample };
  },
  withLoss(task, loss) {
    if (typeof loss === 'string') return { task, loss };
    throw new SweepError('SPEC_INVALID', 'is of values: a text is of a class, which has no quantiles', {
      path: 'training.loss',
      hint: '"binaryCrossentropy", or leave it out',
    });
  },
  checkModel(layers, task, _facts, batchSize, pathOf) {
    checkClassifier(layers, task, batchSize, pathOf);
  },
};
