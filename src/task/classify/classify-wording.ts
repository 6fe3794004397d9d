// How classifiers are told: accuracies in percent, the commoner label, reviews.
import type { ReviewFacts } from '../../dataset/dataset.js';
import type { ClassifierTest } from '../../study/test-evaluation.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { formatCount, formatInterval, formatPercent, formatPValue } from '../../wording/figures.js';
import { CLASS_FIGURES, MAJORITY } from '../classes/class-figures.js';
import {
  describeClasses,
  describeLabelScores,
  describeLabels,
  describeScores,
} from '../classes/class-wording.js';
import type { TaskWording } from '../task.js';
import type { CommonerLabel } from './classify-judging.js';

const COMMON_SENSE = 'the commoner label';

export const classifyWording: TaskWording<ClassifyTask, ClassifierTest> = {
  words: {
    sample: 'review',
    samples: 'reviews',
    baseline: MAJORITY,
    commonSense: COMMON_SENSE,
    baselineHead: 'majority %',
    measured: 'what people wrote',
    real: { what: 'reviews', source: 'ones: sweep data fetch imdb' },
  },
  fields: { values: ['validationAccuracy'], judged: [] },
  reportFacts: { isReviews: true },
  hasPlots: false,
  ...CLASS_FIGURES,
  rivals: () => [],
  describeTest(test) {
    const { testAccuracy, interval, baselineTestAccuracy, reviews, pValueVersusBaseline, classes, labels } =
      test;
    return {
      result: `accuracy ${formatPercent(testAccuracy)} % (95 % interval ${formatInterval(interval, formatPercent)})`,
      baseline: `${formatPercent(baselineTestAccuracy)} %`,
      samples: `${formatCount(reviews)} ${reviews === 1 ? 'review' : 'reviews'}`,
      pValue: formatPValue(pValueVersusBaseline),
      ...(classes === undefined ? {} : { bySeries: [describeScores(classes)] }),
      ...(labels === undefined ? {} : { bySeries: [describeLabelScores(labels)] }),
    };
  },
  describeBaselineOf: ({ baselineAccuracy }) =>
    baselineAccuracy === undefined ? '' : `${COMMON_SENSE} has accuracy ${formatPercent(baselineAccuracy)} %`,
  describeOutputs({ outputs }, names) {
    if (outputs?.labels !== undefined) return describeLabels(outputs.labels, names);
    return outputs?.classes === undefined ? [] : describeClasses(outputs.classes, names);
  },
  describeBaselines(_spec, { reviews }, found: Readonly<Record<'validation' | 'test', CommonerLabel>>) {
    const splits = Object.entries(found).map(([split, { value, perSample, label }]) => ({
      split,
      reviews: perSample.length,
      label,
      accuracy: value,
    }));
    return {
      document: { baseline: splits },
      name: `${MAJORITY} of the training reviews (${nameOf(splits[0]?.label ?? 0, reviews)})`,
      figures: splits.map(
        ({ split, reviews, accuracy }) =>
          `${split.padEnd(11)} accuracy ${formatPercent(accuracy)} %  over ${formatCount(reviews)} reviews`,
      ),
    };
  },
};

function nameOf(label: number, { classes, tags }: Pick<ReviewFacts, 'classes' | 'tags'> = {}): string {
  if (tags !== undefined) {
    const names = tags.sets[label]!.map((tag) => JSON.stringify(tags.names[tag]!.name));
    return names.length === 0 ? 'no label' : names.join(' and ');
  }
  if (classes !== undefined) return JSON.stringify(classes[label]?.name ?? String(label));
  return label === 1 ? 'positive' : 'negative';
}
