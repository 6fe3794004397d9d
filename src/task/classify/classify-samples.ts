// Reviews as sequences of word ids, and whether each is negative (0) or positive (1).
import { openReviews } from '../../dataset/reviews/review-samples.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import type { TaskSamples } from '../task.js';

export const classifySamples: TaskSamples<ClassifyTask> = {
  answer: ({ classes }) =>
    classes === undefined ? { units: 1, activation: 'sigmoid' } : { units: classes, activation: 'softmax' },
  embed: ({ maxFeatures }, outputDim) => ({ type: 'embedding', inputDim: maxFeatures, outputDim }),
  persistedColumn: () => null,
  timesteps: ({ maxLength }) => maxLength,
  features: () => 1,
  horizon: () => null,
  lastStep: (spec) => spec,
  describeTarget: () => ({ kind: 'reviews', target: 'label', unit: null, targetStd: 1 }),
  findMisfit({ maxLength, maxFeatures }, metadata) {
    if (metadata.reviews === undefined)
      return { path: 'task.kind', what: 'it classifies reviews, and the dataset is a series' };
    return maxLength < 1 || maxFeatures < 1
      ? { path: 'task', what: 'maxLength and maxFeatures are at least 1' }
      : null;
  },
  reach: () => 0,
  withCommonReach: (spec) => spec,
  count: ({ split }, name) => split[name].end - split[name].start,
  judgedRows: ({ split }, name) => split[name],
  openRows: openReviews,
};
