// How good a classifier is: the share of reviews that it gets right, beside always answering with the commoner label.
import { type MajorityBaseline, majorityOver } from '../../dataset/reviews/majority-class.js';
import { compareAnswers } from '../../statistics/forecast-test.js';
import type { ClassifierTest } from '../../study/test-evaluation.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { CLASS_METRICS, explainUnmeasured, metricsOfClasses } from '../classes/class-metrics.js';
import { accuracyOf } from '../evaluation.js';
import type { Baseline, TaskJudging } from '../task.js';

/** Reviews do not overlap. */
const NO_OVERLAP = 1;

export interface CommonerLabel extends Baseline {
  readonly label: MajorityBaseline['label'];
}

export const classifyJudging: TaskJudging<ClassifyTask, ClassifierTest> = {
  metrics: CLASS_METRICS,
  loss: 'binaryCrossentropy',
  areIndependent: true,
  metricsOf: metricsOfClasses,
  unmeasured: ({ classes = 2, labels }, metric) =>
    labels === undefined
      ? explainUnmeasured(classes, metric, 'the texts have')
      : explainUnmeasured(2, metric, 'each label of a text is of'),
  overlap: () => NO_OVERLAP,
  overTime: (_spec, _split, _stride, values) => values,
  baselineOver(dataset, spec, rows, splitName, stride): CommonerLabel {
    const { label, accuracy, hits } = majorityOver(dataset, spec, rows, splitName, stride);
    return { value: accuracy, perSample: hits, label };
  },
  besideBaseline: () => null,
  baselineFields: (_spec, { value, perSample }) => ({
    baselineMae: null,
    validationSamples: perSample.length,
    baselineAccuracy: value,
  }),
  baselineOf: ({ baselineAccuracy }) => baselineAccuracy ?? null,
  outputFields: (_spec, outputs) => (outputs === undefined ? {} : { outputs }),
  judge(_spec, trial, evaluation, baseline) {
    const { hits, outputs } = evaluation;
    const { accuracy, interval } = accuracyOf(evaluation);
    return {
      trial,
      testAccuracy: accuracy,
      interval,
      baselineTestAccuracy: baseline.value,
      pValueVersusBaseline: compareAnswers(hits, baseline.perSample),
      reviews: hits.length,
      ...(outputs?.classes === undefined ? {} : { classes: outputs.classes }),
      ...(outputs?.labels === undefined ? {} : { labels: outputs.labels }),
    };
  },
  testValueOf: ({ testAccuracy }) => testAccuracy,
  isOwn: (test): test is ClassifierTest => 'testAccuracy' in test && 'reviews' in test,
};
