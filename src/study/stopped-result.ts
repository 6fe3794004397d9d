// What counts of a trial that was told to stop: its reports up to the epoch of the order, however far it had trained by the
// time it heard of it. So a slow message changes no result. Pure.
import type { OpenTrial } from './open-trial.js';
import type { Objective, TrialResult } from './trial.js';

/** The result up to the order's epoch, PRUNED; without an order, or one of an older log without an epoch, as it is. */
export function countedResult(
  result: TrialResult,
  trial: OpenTrial | undefined,
  { metric, direction, epoch: which }: Objective,
): TrialResult {
  const stopEpoch = trial?.stopEpoch ?? null;
  if (trial === undefined || stopEpoch === null || result.epochs < stopEpoch) return result;
  if (result.epochs === stopEpoch) return { ...result, state: 'PRUNED' };
  // The best epoch was before the stop: its interval and its model are the right ones.
  if (which === 'best' && result.bestEpoch <= stopEpoch)
    return { ...result, state: 'PRUNED', epochs: stopEpoch };
  let counted: {
    readonly epoch: number;
    readonly value: number;
    readonly metrics: TrialResult['metrics'];
  } | null = null;
  for (const { epoch, metrics } of trial.reports) {
    const value = metrics[metric];
    if (epoch > stopEpoch || value === undefined) continue;
    const isBetter =
      counted === null || (direction === 'minimize' ? value < counted.value : value > counted.value);
    if (which === 'last' || isBetter) counted = { epoch, value, metrics };
  }
  if (counted === null) return { ...result, state: 'PRUNED' };
  return {
    ...result,
    state: 'PRUNED',
    objective: counted.value,
    // Both are of an epoch that does not count.
    objectiveInterval: null,
    modelDigest: null,
    bestEpoch: counted.epoch,
    epochs: stopEpoch,
    metrics: counted.metrics,
  };
}
