// Labelled reviews in a sweep file: what a sample is stands in the dataset section itself.
import { SweepError } from '../../errors.js';
import type { ReviewsSpec } from '../../study/dataset-source.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { suggest } from '../../wording/suggest.js';
import { checkClassifier } from '../model/classifier-model.js';
import { resolveSection } from '../resolve-section.js';
import type { ClassWeights } from '../training-section.js';
import type { ClassShape, DataSections, DatasetShape } from './data-kind.js';
import {
  pickReviewSample,
  type ReviewsSection,
  readReviews,
  replaceReviewSource,
  reviewSampleSchema,
  writeReviews,
} from './reviews-section.js';

const FACTS = {
  kind: 'reviews',
  features: 1,
  targetColumn: 0,
  rows: { train: null, validation: null, test: null },
} as const;

export const reviewsData: DataSections<ReviewsSection, ReviewsSpec, Omit<ClassifyTask, 'split'>> = {
  read: readReviews,
  write: writeReviews,
  replaceSource: replaceReviewSource,
  required: null,
  refused: {
    section: 'window',
    message: 'does not go with reviews, whose samples are described in "dataset"',
    hint: 'remove it, and give "maxLength" in the dataset',
    allows: () => false,
  },
  pickSample: pickReviewSample,
  sampleSchema: reviewSampleSchema,
  withSample: (section, sample) => ({ ...section, ...(sample as object) }),
  check() {},
  guessFacts: () => ({ ...FACTS, classes: null }),
  factsOf: (_spec, { reviews, split }) => ({ ...FACTS, classes: classesOf(reviews, split) }),
  resolveTask(sections, values, { classes }, problems) {
    const sample = resolveSection('dataset', reviewSampleSchema, sections.dataset, values, problems);
    if (sample === null) return null;
    const several = (classes?.length ?? 2) > 2 ? { classes: classes!.length } : {};
    return { kind: 'classify', ...sample, ...several };
  },
  withLoss(task, { loss, classWeights }, { classes = null }) {
    if (typeof loss !== 'string')
      throw new SweepError('SPEC_INVALID', 'is of values: a text is of a class, which has no quantiles', {
        path: 'training.loss',
        hint: '"binaryCrossentropy", or leave it out',
      });
    const weights =
      classWeights === undefined || classes === null
        ? {}
        : { classWeights: weightsOf(classes, classWeights) };
    if (task.classes === undefined) return { task, loss, ...weights };
    if (loss !== 'binaryCrossentropy')
      throw new SweepError(
        'SPEC_INVALID',
        `is ${loss}, which is of one value, and ${task.classes} classes have a probability each`,
        { path: 'training.loss', hint: 'leave it out: it is the cross-entropy of all classes then' },
      );
    return { task, loss: 'sparseCategoricalCrossentropy', ...weights };
  },
  checkModel(layers, task, { classes }, batchSize, pathOf) {
    checkClassifier(layers, task, batchSize, pathOf, classes !== null);
  },
};

function classesOf(reviews: DatasetShape['reviews'], { train }: DatasetShape['split']): ClassShape[] | null {
  if (reviews === undefined) return null;
  if (reviews.classes !== undefined) return [...reviews.classes];
  const rows = train.end - train.start;
  const positive = Math.round(reviews.positive.train * rows);
  return [
    { name: '0', train: rows - positive },
    { name: '1', train: positive },
  ];
}

/** "balanced": all samples over those of the class, over the classes (as scikit-learn's and Keras' users have it). */
function weightsOf(classes: readonly ClassShape[], asked: ClassWeights): number[] {
  const path = 'training.classWeights';
  if (asked === 'balanced') {
    const total = classes.reduce((sum, { train }) => sum + train, 0);
    const empty = classes.find(({ train }) => train === 0);
    if (empty !== undefined)
      throw new SweepError('SPEC_INVALID', `no training text has the label ${JSON.stringify(empty.name)}`, {
        path,
        hint: 'leave its texts out with "where", or give each label a weight',
      });
    return classes.map(({ train }) => total / (classes.length * train));
  }
  const names = classes.map(({ name }) => name);
  const weights = new Map(Object.entries(asked).map(([name, weight]) => [name.trim().toLowerCase(), weight]));
  const unknown = Object.keys(asked).find((name) => !names.includes(name.trim().toLowerCase()));
  if (unknown !== undefined)
    throw new SweepError('SPEC_INVALID', `names no label: ${JSON.stringify(unknown)}`, {
      path,
      hint: suggest(unknown, names.slice(0, 20)),
    });
  return names.map((name) => weights.get(name) ?? 1);
}
