// What a study may weigh its trials by beside the objective. Of a training it is the number of weights, which follows from the
// trial's config alone, so that proposals that rest on it are the same on every machine and after a resume; a duration would
// not be. Of a program it is whatever it measures: how far that can be repeated is the program's own affair.
import { isMetricName } from './metric-name.js';
import type { Metrics, TrialResult } from './trial.js';

/** Of a training. */
export const SECOND_METRICS = ['parameters'] as const;

export interface SecondMetric {
  readonly metric: string;
  readonly direction: 'minimize' | 'maximize';
}

/** A result, or several taken together. */
export interface Weighed {
  readonly metrics: Metrics;
  /** One of them. */
  readonly result: TrialResult;
}

/** null where nothing was trained: there are no weights to count. */
export function weightsOf({ parameters, weightsDigest }: TrialResult): number | null {
  return weightsDigest === undefined ? null : parameters;
}

/** null: it says nothing of it. */
export function secondOf({ metric }: SecondMetric, { metrics, result }: Weighed): number | null {
  const weights = metric === 'parameters' ? weightsOf(result) : null;
  return weights ?? metrics[metric] ?? null;
}

/** Turned so that less is better; without a value nothing is worse. */
export function secondLoss(also: SecondMetric, value: number | null): number {
  if (value === null) return Number.MAX_VALUE;
  return also.direction === 'minimize' ? value : -value;
}

/** As a spec of any version says it. */
export function readSecondMetric(objective: unknown): SecondMetric | null {
  const { also } = (objective ?? {}) as {
    readonly also?: { readonly metric?: unknown; readonly direction?: unknown } | null;
  };
  const metric = also?.metric;
  if (!isMetricName(metric)) return null;
  return { metric, direction: also?.direction === 'maximize' ? 'maximize' : 'minimize' };
}
