// A study plan over a given list of points whose trials are functions: what coordinator tests run.
import {
  BadPointError,
  type PlannedTrial,
  type StudyLimits,
  type StudyPlan,
} from '../../../src/coordinator/plan/study-plan.js';
import { Proposals } from '../../../src/coordinator/search/proposals.js';
import { SweepError } from '../../../src/errors.js';
import type { Scheduler } from '../../../src/search/scheduler.js';
import { noneScheduler } from '../../../src/search/schedulers/none.js';
import type { Objective, Params, TrialConfig } from '../../../src/study/trial/trial.js';
import { pointId, resultKey, trialId } from '../../../src/study/trial/trial-id.js';

const OBJECTIVE: Objective = { metric: 'value', direction: 'minimize', epoch: 'last' };
export const TEST_ENGINE = { name: 'wasm', numericsVersion: 'test' } as const;

export function listPlan(
  points: readonly Params[],
  limits: Partial<StudyLimits> = {},
  createScheduler: () => Scheduler = noneScheduler.create,
): StudyPlan {
  return {
    total: points.length,
    repeats: 1,
    sampler: { count: points.length, window: null, suggest: (point) => points[point] ?? null },
    stopsTrials: createScheduler !== noneScheduler.create,
    createScheduler,
    objective: OBJECTIVE,
    limits: { maxAttempts: 3, maxFailures: 10, maxDurationMs: null, trialTimeoutMs: null, ...limits },
    engine: TEST_ENGINE.name,
    numericsVersion: TEST_ENGINE.numericsVersion,
    resolve(params) {
      const config: TrialConfig = { kind: 'function', name: 'noop', params, seed: 1 };
      const trial = trialId(config, TEST_ENGINE);
      const key = resultKey(trial, OBJECTIVE);
      return { trial, resultKey: key, lineKey: null, params, config, requires: 'any' };
    },
    samplePoints: () => points,
  };
}

/** The trial that a new coordinator would put at `index`. */
export function trialAt(plan: StudyPlan, index: number): PlannedTrial | null {
  return new Proposals(plan).at(index);
}

/** The same plan with bad points: no trial can be made of them. */
export function refusePoints(plan: StudyPlan, isBad: (params: Params) => boolean): StudyPlan {
  return {
    ...plan,
    resolve(params, repeat) {
      const planned = plan.resolve(params, repeat);
      if (!isBad(params)) return planned;
      const point = { trial: pointId(params, planned.config.seed), params, seed: planned.config.seed };
      throw new BadPointError(point, new SweepError('SPEC_INVALID', `point ${String(params.x)} is bad`));
    },
  };
}
