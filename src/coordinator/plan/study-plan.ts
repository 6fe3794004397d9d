// What a study computes, free of how: which trial a point is, and how many there are. Built from the sweep spec
// by open-study.ts; a coordinator knows no more of the spec than this.
import { SweepError } from '../../errors.js';
import type { Sampler } from '../../search/sampler.js';
import type { Scheduler } from '../../search/scheduler.js';
import type { SecondMetric } from '../../study/trial/second-metric.js';
import type { Objective, Params, Requirement, StudyEngine, TrialConfig } from '../../study/trial/trial.js';

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
  /** Content hash (study/trial/trial-id.ts). */
  readonly trial: string;
  /** Under which its result is cached: the objective decides which epoch's value stands for it. */
  readonly resultKey: string;
  /** Under which the ends of shorter trainings of its line are cached (final-state.ts); null: it goes on from none. */
  readonly lineKey: string | null;
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
  readonly objective: Objective;
  /** What trials are weighed by beside it; null: nothing. */
  readonly also: SecondMetric | null;
  readonly limits: StudyLimits;
  readonly engine: StudyEngine;
  readonly numericsVersion: string;
  /** The trial of a point's repeat, from 0. Pure. Throws BadPointError. */
  resolve(params: Params, repeat: number): PlannedTrial;
  /** Points that stand for all, for sizes, costs and checks: drawn from the space, never by the sampler. At most 256. */
  samplePoints(): Iterable<Params>;
  /** false: a result of another study stands for no trial of this one; absent: it does. */
  readonly cachesResults?: false;
  /** Its trials go on from each other: a cached result counts only with the state that it ended in. Absent: they do not. */
  readonly keepsStates?: true;
  /** False: nothing that the scheduler hears makes it stop a trial. */
  readonly stopsTrials: boolean;
  /** A fold of its own for each coordinator. */
  createScheduler(): Scheduler;
}

/** The objective turned so that smaller is better, or null when the metric is missing or not finite. */
export function lossOf(objective: Objective, value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  return objective.direction === 'minimize' ? value : -value;
}
