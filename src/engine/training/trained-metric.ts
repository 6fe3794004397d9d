// The metrics of a training: which one is asked for, whether they are finite, and what it is called when they are not.
import { SweepError } from '../../errors.js';
import { isMetric, METRIC_NAMES, type MetricName } from '../../model/metric.js';
import type { Metrics } from '../../study/trial/trial.js';

export function diverged(what: string): SweepError {
  return new SweepError('TRIAL_DIVERGED', `the trial diverged: ${what}`, {
    hint: 'lower the learning rate; the other trials go on',
  });
}

/** Every metric, not the objective alone: JSON, in which reports and checkpoints travel, has no infinity. */
export function checkFinite(metrics: Metrics, epoch: number): void {
  for (const [metric, value] of Object.entries(metrics))
    if (!Number.isFinite(value)) throw diverged(`${metric} is ${value} after epoch ${epoch}`);
}

export function objectiveValue(metrics: Metrics, metric: MetricName): number {
  const value = metrics[metric];
  if (value === undefined) throw noSuchMetric(metric, Object.keys(metrics));
  return value;
}

/** One of those of a training. */
export function trainedMetric(metric: string): MetricName {
  if (isMetric(metric)) return metric;
  throw noSuchMetric(metric, METRIC_NAMES);
}

function noSuchMetric(metric: string, names: readonly string[]): SweepError {
  return new SweepError('TRIAL_BAD_INPUT', `a trial that trains has no metric ${metric}`, {
    path: 'objective.metric',
    hint: `take one of ${names.join(', ')}`,
  });
}
