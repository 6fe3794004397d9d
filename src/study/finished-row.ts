// One row of the ranking: a point of the search space with the results of its seeds. Owns how seeds become one value and
// which of two rows is better. Ranks and ties are the leaderboard's (ranking.ts).
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { isMetric, METRICS } from '../model/metric.js';
import type { IntervalReason } from '../statistics/interval-reason.js';
import { type Interval, intervalWithin, type Range } from '../statistics/range-interval.js';
import { studentQuantile } from '../statistics/student-t.js';
import type { Metrics, Objective, Params, TrialResult } from './trial/trial.js';

export type Direction = Objective['direction'];

/** How much of the interval's probability lies inside. */
export const CONFIDENCE = 0.95;

/** One trial of a row: what stays of it after its end. */
export interface SeedResult {
  readonly trial: string;
  readonly index: number;
  readonly seed: number;
  readonly worker: string;
  readonly attempts: number;
  readonly cached: boolean;
  readonly result: TrialResult;
}

/**
 * RUNNING: seeds are still missing. FAILED: all seeds have ended, one of them without a result, so that the mean is
 * over the lucky ones. PRUNED: at least one seed was stopped early.
 */
export type RowState = 'COMPLETE' | 'PRUNED' | 'RUNNING' | 'FAILED';

export interface FinishedRow {
  /** Identity of the row: its trials; while seeds are missing, the place of its point in the sampler's order. */
  readonly key: string;
  readonly params: Params;
  /** The trial that stands for the row: its lowest index, chosen without looking at results. */
  readonly trial: string;
  readonly state: RowState;
  /** Finished seeds, by index. */
  readonly seeds: readonly SeedResult[];
  readonly failedTrials: readonly string[];
  /** Mean over the seeds. */
  readonly objective: number;
  /**
   * 95 %: Student's t over the seeds when there are two or more, within the range of the metric, else the trial's own
   * interval over its validation samples.
   */
  readonly objectiveInterval: readonly [number, number] | null;
  /** Why there is none; null when there is one, or nobody knows why not. */
  readonly objectiveIntervalReason?: IntervalReason | null;
  /** Mean over the seeds of each metric at its best epoch. */
  readonly metrics: Metrics;
}

/** A row from its seeds, at least one; `isSettled`: no other will come. `metric`: what the objective is. */
export function buildRow(
  key: string,
  params: Params,
  seeds: readonly SeedResult[],
  failedTrials: readonly string[],
  isSettled: boolean,
  metric: string | null = null,
): FinishedRow {
  const sorted = [...seeds].sort((left, right) => left.index - right.index);
  const first = sorted[0];
  if (first === undefined) throw new RangeError('a row needs at least one finished seed');
  const objectives = sorted.map((seed) => seed.result.objective);
  return {
    key,
    params,
    trial: first.trial,
    state: isSettled ? rowState(sorted, failedTrials.length) : 'RUNNING',
    seeds: sorted,
    failedTrials: [...failedTrials].sort(),
    objective: mean(objectives),
    ...(objectives.length > 1
      ? seedInterval(objectives, rangeOf(metric))
      : {
          objectiveInterval: first.result.objectiveInterval,
          objectiveIntervalReason: first.result.objectiveIntervalReason ?? null,
        }),
    metrics: meanMetrics(sorted),
  };
}

function rowState(seeds: readonly SeedResult[], failed: number): RowState {
  if (failed > 0) return 'FAILED';
  return seeds.some((seed) => seed.result.state === 'PRUNED') ? 'PRUNED' : 'COMPLETE';
}

/** Where the mean of a metric can lie. */
export function rangeOf(metric: string | null): Range {
  return metric !== null && isMetric(metric) ? METRICS[metric].range : 'real';
}

type SeedInterval = Pick<FinishedRow, 'objectiveInterval' | 'objectiveIntervalReason'>;

/** Student's t interval of the mean over two or more seeds, on the scale of `range`. */
export function seedInterval(values: readonly number[], range: Range): SeedInterval {
  const spread = sampleStandardDeviation([...values]) / Math.sqrt(values.length);
  const isSame = values.every((value) => value === values[0]);
  const half = studentQuantile(values.length - 1, CONFIDENCE) * spread;
  const interval: Interval | null = isSame ? null : intervalWithin(range, mean([...values]), half);
  return { objectiveInterval: interval, objectiveIntervalReason: interval === null ? 'same-seeds' : null };
}

function meanMetrics(seeds: readonly SeedResult[]): Metrics {
  const names = Object.keys(seeds[0]!.result.metrics);
  const means: Record<string, number> = {};
  for (const name of names) {
    const values = seeds.map((seed) => seed.result.metrics[name]).filter((value) => value !== undefined);
    // A mean over some of the seeds would be compared with means over all of them.
    if (values.length === seeds.length) means[name] = mean(values);
  }
  return means;
}

const STATE_ORDER: Record<RowState, number> = { COMPLETE: 0, PRUNED: 1, RUNNING: 2, FAILED: 3 };

/**
 * Total order, better first: complete rows before pruned, unfinished and failed ones, then the objective, then the
 * trial id, so that the order in which results came in leaves no trace.
 */
export function compareRows(left: FinishedRow, right: FinishedRow, direction: Direction): number {
  const byState = STATE_ORDER[left.state] - STATE_ORDER[right.state];
  if (byState !== 0) return byState;
  const byObjective = left.objective - right.objective;
  if (byObjective !== 0) return direction === 'minimize' ? byObjective : -byObjective;
  return left.trial < right.trial ? -1 : left.trial > right.trial ? 1 : 0;
}
