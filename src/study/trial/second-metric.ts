// What a study may weigh its trials by beside the objective: figures of a trial's result that follow from its config alone. So
// proposals that rest on them, and the front, are the same on every machine and after a resume; a duration would not be.
import type { TrialResult } from './trial.js';

export const SECOND_METRICS = ['parameters'] as const;
export type SecondMetric = (typeof SECOND_METRICS)[number];

/** Less is better. */
export function secondOf(metric: SecondMetric, result: TrialResult): number {
  return result[metric];
}

/** As a spec of any version says it. */
export function readSecondMetric(objective: unknown): SecondMetric | null {
  const { also } = (objective ?? {}) as { readonly also?: { readonly metric?: unknown } | null };
  return SECOND_METRICS.find((metric) => metric === also?.metric) ?? null;
}
