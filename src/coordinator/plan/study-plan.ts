// What a study computes, free of how: which trial stands at an index, and how long the list is. Built from the sweep spec
// by open-study.ts; a coordinator knows no more of the spec than this.
import { SweepError } from '../../errors.js';
import type { Sampler, Scheduler } from '../../search/search.js';
import type { Objective, Params, Requirement, StudyEngine, TrialConfig } from '../../study/trial.js';

/** A trial as the event log names it. */
export interface TrialPoint {
  readonly trial: string;
  readonly params: Params;
  readonly seed: number;
}

/** A point of the space that no trial can be made of. It says nothing about the points beside it. */
export class BadPointError extends SweepError {
  constructor(
    readonly point: TrialPoint,
    problem: SweepError,
  ) {
    const { code, message, path, hint, others } = problem;
    super(code, message, { path, hint, others, cause: problem });
  }
}

export interface PlannedTrial {
  /** Content hash (study/trial-id.ts). */
  readonly trial: string;
  /** Under which its result is cached: the objective decides which epoch's value stands for it. */
  readonly resultKey: string;
  readonly params: Params;
  readonly config: TrialConfig;
  readonly requires: Requirement;
}

export interface StudyLimits {
  readonly maxAttempts: number;
  readonly maxFailures: number | null;
  readonly maxDurationMs: number | null;
  readonly trialTimeoutMs: number | null;
}

export interface StudyPlan {
  /** Trials in all, repeats included; null without an end. */
  readonly total: number | null;
  /** Trials of a point, which follow each other. */
  readonly repeats: number;
  readonly sampler: Sampler;
  readonly scheduler: Scheduler;
  readonly objective: Objective;
  readonly limits: StudyLimits;
  readonly engine: StudyEngine;
  readonly numericsVersion: string;
  /**
   * False where a result costs less to compute than to look up, and no two indices are the same trial: then nothing is
   * looked up and nothing kept.
   */
  readonly usesResultCache: boolean;
  /**
   * The trial at `index`, or null past the end. A sampler that learns would suggest another point the second time: a
   * trial that the log knows is planned again from its `params`. Throws BadPointError.
   */
  plan(index: number, params?: Params): PlannedTrial | null;
}

/** The objective turned so that smaller is better, or null when the metric is missing or not finite. */
export function lossOf(objective: Objective, value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  return objective.direction === 'minimize' ? value : -value;
}
