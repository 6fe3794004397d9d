// Why a trial has no interval, in words.
import { explainReason } from '../statistics/interval-reason.js';
import type { DatasetInfo } from '../study/events.js';
import type { TrialResult } from '../study/trial/trial.js';
import { taskOfData } from '../task/registry.js';

/** As the end of a sentence; null: it has one, its log is older, or it is of a function, which has no samples. */
export function missingInterval(
  { objectiveIntervalReason: reason }: Pick<TrialResult, 'objectiveIntervalReason'>,
  dataset: DatasetInfo | null,
): string | null {
  if (reason === undefined || dataset === null) return null;
  return explainReason(reason, taskOfData(dataset).words.samples);
}
