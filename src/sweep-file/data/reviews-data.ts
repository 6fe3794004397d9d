// Labelled reviews in a sweep file: what a sample is stands in the dataset section itself.
import { SweepError } from '../../errors.js';
import type { ReviewsSpec } from '../../study/dataset-source.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { checkClassifier } from '../model/classifier-model.js';
import { resolveSection } from '../resolve-section.js';
import { classesOf, labelWeightsOf, weightsOf } from './class-weights.js';
import type { DataSections } from './data-kind.js';
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
  guessFacts: (spec) => ({
    ...FACTS,
    classes: null,
    ...(spec !== null && mayHaveSeveral(spec) ? { labels: null } : {}),
  }),
  factsOf: ({ sources }, { reviews, split }) => ({
    ...FACTS,
    classes: classesOf(sources, reviews, split),
    ...(reviews?.tags === undefined
      ? {}
      : {
          labels: reviews.tags.names.length,
          tags: { names: reviews.tags.names, samples: split.train.end - split.train.start },
        }),
  }),
  resolveTask(sections, values, { classes, labels }, problems) {
    const sample = resolveSection('dataset', reviewSampleSchema, sections.dataset, values, problems);
    if (sample === null) return null;
    if (labels !== undefined) return { kind: 'classify', ...sample, ...(labels === null ? {} : { labels }) };
    const several = (classes?.length ?? 2) > 2 ? { classes: classes!.length } : {};
    return { kind: 'classify', ...sample, ...several };
  },
  withLoss(task, { loss, classWeights }, { classes = null, tags }) {
    if (typeof loss !== 'string')
      throw new SweepError('SPEC_INVALID', 'is of values: a text is of a class, which has no quantiles', {
        path: 'training.loss',
        hint: '"binaryCrossentropy", or leave it out',
      });
    const weights =
      classWeights === undefined || classes === null
        ? {}
        : {
            classWeights:
              tags === undefined
                ? weightsOf(classes, classWeights)
                : labelWeightsOf(tags.names, tags.samples, classWeights),
          };
    if (task.classes === undefined) return { task, loss, ...weights };
    if (loss !== 'binaryCrossentropy')
      throw new SweepError(
        'SPEC_INVALID',
        `is ${loss}, which is of one value, and ${task.classes} classes have a probability each`,
        { path: 'training.loss', hint: 'leave it out: it is the cross-entropy of all classes then' },
      );
    return { task, loss: 'sparseCategoricalCrossentropy', ...weights };
  },
  checkModel(layers, task, { classes, labels }, batchSize, pathOf) {
    checkClassifier(layers, task, batchSize, pathOf, classes !== null, labels);
  },
};

/** Whether a source of the data says that its texts may have several labels. */
function mayHaveSeveral({ sources }: ReviewsSpec): boolean {
  return sources.some(
    (source) => source.type === 'table' && (source.separator !== undefined || Array.isArray(source.label)),
  );
}
