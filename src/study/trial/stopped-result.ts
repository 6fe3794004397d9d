// What counts of a trial that was told to stop: its reports up to the epoch of the order, however far it had trained by the
// time it heard of it, even if it had ended before. So a slow message changes no result. Pure.
import type { SeedResult } from '../finished-row.js';
import type { OpenTrial } from './open-trial.js';
import type { CountedEpoch, EpochReport, Objective, TrialResult } from './trial.js';

/** What a log says of a trial's stop. */
type KnownStop = Pick<OpenTrial, 'stopEpoch' | 'stopCounted' | 'reports'>;

/** The one of the reports up to `lastEpoch` that stands for the trial; null when none has the metric. */
export function countReports(
  reports: readonly Pick<EpochReport, 'epoch' | 'metrics'>[],
  { metric, direction, epoch: which }: Objective,
  lastEpoch: number,
): CountedEpoch | null {
  let counted: (CountedEpoch & { readonly value: number }) | null = null;
  for (const { epoch, metrics } of reports) {
    const value = metrics[metric];
    if (epoch > lastEpoch || value === undefined) continue;
    const isBetter =
      counted === null || (direction === 'minimize' ? value < counted.value : value > counted.value);
    if (which === 'last' || isBetter) counted = { epoch, metrics, value };
  }
  return counted === null ? null : { epoch: counted.epoch, metrics: counted.metrics };
}

/**
 * The result up to the order's epoch, PRUNED; without an order, or one of an older log without an epoch, as it is. Its
 * interval is of a whole training, and whether there is one would hang on how soon the order arrived: there is none.
 */
export function countedResult(
  result: TrialResult,
  stop: KnownStop | undefined,
  objective: Objective,
): TrialResult {
  const stopEpoch = stop?.stopEpoch ?? null;
  if (stop === undefined || stopEpoch === null) return result;
  // One that was stopped again on its way back to that epoch, after a failure, had got there before.
  if (result.epochs < stopEpoch && (result.state !== 'PRUNED' || stop.stopCounted === null)) return result;
  const { objectiveIntervalReason: _, ...rest } = result;
  const stopped: TrialResult = { ...rest, state: 'PRUNED', objectiveInterval: null, epochs: stopEpoch };
  if (result.epochs === stopEpoch) return stopped;
  // The best epoch was before the stop: its model is the right one.
  if (objective.epoch === 'best' && result.epochs > stopEpoch && result.bestEpoch <= stopEpoch)
    return stopped;
  const counted = stop.stopCounted ?? countReports(stop.reports, objective, stopEpoch);
  const value = counted?.metrics[objective.metric];
  if (counted === null || value === undefined) return stopped;
  const { epoch: bestEpoch, metrics } = counted;
  if (bestEpoch !== result.bestEpoch) {
    // The model, and what is more than one figure, are of an epoch that does not count.
    const { bySteps: _, byColumns: __, band: ___, outputs: ____, ...plain } = stopped;
    return { ...plain, objective: value, modelDigest: null, bestEpoch, metrics };
  }
  return { ...stopped, objective: value, bestEpoch, metrics };
}

/** A stop that was decided after its trial had ended. */
export interface LateStop {
  readonly index: number;
  readonly epoch: number;
  readonly counted: CountedEpoch | null;
}

/** The seeds of a row after a late stop of one of them, once more if it was told before; null when it is none of them. */
export function stopSeed(
  seeds: readonly SeedResult[],
  { index, epoch, counted }: LateStop,
  objective: Objective,
): SeedResult[] | null {
  const place = seeds.findIndex((seed) => seed.index === index);
  const seed = seeds[place];
  if (seed === undefined) return null;
  const known = { stopEpoch: epoch, stopCounted: counted, reports: [] };
  return seeds.with(place, { ...seed, result: countedResult(seed.result, known, objective) });
}
