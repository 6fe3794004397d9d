// What is measured of classes, whatever they are of.
import type { Loss } from '../../model/loss.js';
import { type MetricName, TOP_K } from '../../model/metric.js';
import type { Metrics } from '../../study/trial/trial.js';
import { formatObjective, formatPercent } from '../../wording/figures.js';
import { accuracyOf, type Evaluation, hitsAmong, validationLossOf } from '../evaluation.js';
import type { TaskMetric } from '../task.js';

export const CLASS_METRICS: readonly [TaskMetric, ...TaskMetric[]] = [
  { name: 'validationAccuracy', head: 'val acc %', title: 'accuracy %', format: formatPercent },
  { name: 'validationMacroF1', head: 'val F1 %', title: 'macro F1 %', format: formatPercent },
  { name: 'validationTop3', head: 'val top 3 %', title: 'top 3 %', format: formatPercent },
  { name: 'validationTop5', head: 'val top 5 %', title: 'top 5 %', format: formatPercent },
  { name: 'validationLoss', head: 'val loss', title: 'validationLoss', format: formatObjective },
];

export function metricsOfClasses(evaluation: Evaluation, loss: Loss): Metrics {
  return {
    validationLoss: validationLossOf(evaluation, loss),
    validationAccuracy: accuracyOf(evaluation).accuracy,
    ...classMetrics(evaluation),
  };
}

/** A share that is 1 of any model is none. */
function classMetrics(evaluation: Evaluation): Metrics {
  const { outputs, answers } = evaluation;
  if (outputs?.labels !== undefined) return { validationMacroF1: outputs.labels.macroF1 };
  if (outputs?.classes === undefined || answers === undefined) return {};
  const shares = Object.entries(TOP_K).flatMap(([metric, k]) => {
    const hits = answers.classes > k ? hitsAmong(evaluation, k) : null;
    return hits === null ? [] : [[metric, accuracyOf({ hits }).accuracy] as const];
  });
  return { validationMacroF1: outputs.classes.macroF1, ...Object.fromEntries(shares) };
}

/** null: it is measured of as many classes. `who`: has them, as the subject and verb of a sentence. */
export function explainUnmeasured(classes: number, metric: MetricName, who: string): string | null {
  const least = metric in TOP_K ? TOP_K[metric as keyof typeof TOP_K] + 1 : 2;
  return classes >= least ? null : `is of ${least} classes and more, and ${who} ${classes}`;
}
