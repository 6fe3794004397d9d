// How good a classifier is: the share of reviews that it gets right, beside always answering with the commoner label.
import { type MajorityBaseline, majorityOver } from '../../dataset/reviews/majority-class.js';
import { type MetricName, TOP_K } from '../../model/metric.js';
import { compareAnswers } from '../../statistics/forecast-test.js';
import type { ClassifierTest } from '../../study/test-evaluation.js';
import type { ClassifyTask, Metrics } from '../../study/trial/trial.js';
import { formatObjective, formatPercent } from '../../wording/figures.js';
import { accuracyOf, type Evaluation, hitsAmong, validationLossOf } from '../evaluation.js';
import type { Baseline, TaskJudging } from '../task.js';

/** Reviews do not overlap. */
const NO_OVERLAP = 1;

export interface CommonerLabel extends Baseline {
  readonly label: MajorityBaseline['label'];
}

export const classifyJudging: TaskJudging<ClassifyTask, ClassifierTest> = {
  metrics: [
    { name: 'validationAccuracy', head: 'val acc %', title: 'accuracy %', format: formatPercent },
    { name: 'validationMacroF1', head: 'val F1 %', title: 'macro F1 %', format: formatPercent },
    { name: 'validationTop3', head: 'val top 3 %', title: 'top 3 %', format: formatPercent },
    { name: 'validationTop5', head: 'val top 5 %', title: 'top 5 %', format: formatPercent },
    { name: 'validationLoss', head: 'val loss', title: 'validationLoss', format: formatObjective },
  ],
  loss: 'binaryCrossentropy',
  metricsOf: (evaluation, loss) => ({
    validationLoss: validationLossOf(evaluation, loss),
    validationAccuracy: accuracyOf(evaluation).accuracy,
    ...classMetrics(evaluation),
  }),
  unmeasured: ({ classes = 2 }, metric) => explainUnmeasured(classes, metric),
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
    };
  },
  testValueOf: ({ testAccuracy }) => testAccuracy,
  isOwn: (test): test is ClassifierTest => 'testAccuracy' in test,
};

/** Of more than two classes; a share that is 1 of any model is none. */
function classMetrics(evaluation: Evaluation): Metrics {
  const { outputs, answers } = evaluation;
  if (outputs?.classes === undefined || answers === undefined) return {};
  const shares = Object.entries(TOP_K).flatMap(([metric, k]) => {
    const hits = answers.classes > k ? hitsAmong(evaluation, k) : null;
    return hits === null ? [] : [[metric, accuracyOf({ hits }).accuracy] as const];
  });
  return { validationMacroF1: outputs.classes.macroF1, ...Object.fromEntries(shares) };
}

/** null: it is measured of as many classes. */
function explainUnmeasured(classes: number, metric: MetricName): string | null {
  const least =
    metric === 'validationMacroF1' ? 3 : metric in TOP_K ? TOP_K[metric as keyof typeof TOP_K] + 1 : 2;
  return classes >= least ? null : `is of ${least} classes and more, and the texts have ${classes}`;
}
