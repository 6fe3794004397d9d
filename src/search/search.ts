// The contract of the search room: a sampler proposes points, a scheduler decides which running trials stop early.
// Both are pure: seeded, no I/O, no clock. One algorithm per file beside this one.
import type { EpochReport, Params } from '../study/trial.js';

/** What a sampler may learn from: a finished trial, in the study's direction turned so that smaller is better. */
export interface Observation {
  readonly index: number;
  readonly params: Params;
  readonly value: number;
}

export interface Sampler {
  /** Exact number of points, or null when it can go on for ever. Never computed by enumeration. */
  readonly count: number | null;
  /**
   * The point at `index` (0-based), or null past the end. The same index gives the same point as long as the
   * same observations were made before; the grid needs none. O(dimensions).
   */
  suggest(index: number): Params | null;
  observe(observation: Observation): void;
}

export type SchedulerDecision =
  | { readonly action: 'continue' }
  | { readonly action: 'stop'; readonly reason: string };

export interface Scheduler {
  /** Called once for each new report; `value` is the objective turned so that smaller is better. */
  observe(index: number, report: EpochReport, value: number): SchedulerDecision;
}
