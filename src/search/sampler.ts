// The contract of a sampler: it proposes points of the space. Pure and seeded: a proposal follows from the space, the
// section of the sweep file, the seed and the history alone, so that a coordinator that resumes proposes what the dead one
// would have. It may keep what it worked out of a history, never anything that the history does not hold.
//
// The history is cut at a fixed distance before the point that is asked for (`window`): the results of later points, known
// or not, are no part of it. So neither the number of workers nor who was quicker shows in a proposal.
import type { Params } from '../study/trial/trial.js';

/** A point all of whose trials have ended. */
export interface ToldPoint {
  /** Its place in the sampler's order, from 0. */
  readonly point: number;
  readonly params: Params;
  /** FAILED: none of its trials gave a value. PRUNED: at least one was stopped early. */
  readonly state: 'COMPLETE' | 'PRUNED' | 'FAILED';
  /** Objectives turned so that smaller is better, the mean over the seeds that gave one; empty of a FAILED point. */
  readonly losses: readonly number[];
}

/** A point that was proposed and whose result is not known yet, or not to be looked at. */
export interface PendingPoint {
  readonly point: number;
  readonly params: Params;
}

export interface History {
  /** In the order of the points. Grows at its end from call to call. */
  readonly told: readonly ToldPoint[];
  readonly pending: readonly PendingPoint[];
}

export interface Sampler {
  /** Exact number of points, or null when it can go on for ever. Never computed by enumeration. */
  readonly count: number | null;
  /**
   * How many points may be open at once: point n is proposed from the results of points 0 … n − window. Null: results
   * change nothing, and the history is not looked at.
   */
  readonly window: number | null;
  /** Where it is another number from point to point: `point` is proposed from the results of the first so many points. */
  resultsNeeded?(point: number): number;
  /**
   * The point at `point` (0-based), or null past the end. Asked once for each point, in ascending order; after a resume
   * from the first that the log does not know.
   */
  suggest(point: number, history: History): Params | null;
  /** Why it proposes that, of the same history; null: there is nothing to tell. Absent: there never is. */
  reasonFor?(point: number, history: History): string | null;
}

/** The proposal of `point` rests on the results of the first so many points. */
export function resultsNeeded(sampler: Sampler, point: number): number {
  if (sampler.resultsNeeded !== undefined) return sampler.resultsNeeded(point);
  return sampler.window === null ? 0 : Math.max(0, point - sampler.window + 1);
}

export const NO_HISTORY: History = { told: [], pending: [] };
