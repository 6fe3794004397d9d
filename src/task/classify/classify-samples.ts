// Reviews as sequences of word ids, and whether each is negative (0) or positive (1).
import type { ReviewFacts } from '../../dataset/dataset.js';
import { openReviews } from '../../dataset/reviews/review-samples.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import type { TaskSamples } from '../task.js';

export const classifySamples: TaskSamples<ClassifyTask> = {
  answer: ({ classes, labels }) => {
    if (labels !== undefined) return { units: labels, activation: 'sigmoid', areLabels: true };
    return classes === undefined
      ? { units: 1, activation: 'sigmoid' }
      : { units: classes, activation: 'softmax' };
  },
  embed: ({ maxFeatures }, outputDim) => ({ type: 'embedding', inputDim: maxFeatures, outputDim }),
  persistedColumn: () => null,
  timesteps: ({ maxLength }) => maxLength,
  features: () => 1,
  horizon: () => null,
  targets: () => 1,
  lastStep: (spec) => spec,
  describeTarget: (_spec, { reviews }) => ({
    kind: 'reviews',
    target: 'label',
    unit: null,
    targetStd: 1,
    ...namesOf(reviews),
  }),
  findMisfit({ maxLength, maxFeatures, classes, labels: several }, metadata) {
    if (metadata.reviews === undefined)
      return { path: 'task.kind', what: 'it classifies reviews, and the dataset is a series' };
    const { tags } = metadata.reviews;
    if (several !== tags?.names.length)
      return {
        path: 'task.labels',
        what: `they are ${several ?? 'one a text'}, and the reviews have ${tags === undefined ? 'one each' : `some of ${tags.names.length}`}`,
      };
    const labels = metadata.reviews.classes?.length;
    if (classes !== labels)
      return {
        path: 'task.classes',
        what: `they are ${classes ?? 2}, and the reviews have ${labels ?? 2} labels`,
      };
    return maxLength < 1 || maxFeatures < 1
      ? { path: 'task', what: 'maxLength and maxFeatures are at least 1' }
      : null;
  },
  reach: () => 0,
  withCommonReach: (spec) => spec,
  untrained: (spec) => spec,
  blocks: (spec) => [spec],
  count: ({ split }, name) => split[name].end - split[name].start,
  judgedRows: ({ split }, name) => split[name],
  judgedSeries: () => [],
  openRows: openReviews,
};

/** Of more than two classes, and of labels of which a text may have several. */
function namesOf(reviews: ReviewFacts | undefined): { readonly classes?: string[] } {
  const named = reviews?.tags?.names ?? reviews?.classes;
  return named === undefined ? {} : { classes: named.map(({ name }) => name) };
}
