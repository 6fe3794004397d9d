// A study plan over a given list of points whose trials are functions: what coordinator tests run.
import { BadPointError, type StudyLimits, type StudyPlan } from '../../../src/coordinator/plan/study-plan.js';
import { SweepError } from '../../../src/errors.js';
import { createNoneScheduler } from '../../../src/search/none-scheduler.js';
import type { Scheduler } from '../../../src/search/search.js';
import type { Objective, Params, TrialConfig } from '../../../src/study/trial.js';
import { pointId, resultKey, trialId } from '../../../src/study/trial-id.js';

const OBJECTIVE: Objective = { metric: 'value', direction: 'minimize', epoch: 'last' };
export const TEST_ENGINE = { name: 'wasm', numericsVersion: 'test' } as const;

export function listPlan(
  points: readonly Params[],
  limits: Partial<StudyLimits> = {},
  scheduler: Scheduler = createNoneScheduler(),
): StudyPlan {
  return {
    total: points.length,
    repeats: 1,
    sampler: { count: points.length, suggest: (index) => points[index] ?? null, observe() {} },
    scheduler,
    objective: OBJECTIVE,
    limits: { maxAttempts: 3, maxFailures: 10, maxDurationMs: null, trialTimeoutMs: null, ...limits },
    engine: TEST_ENGINE.name,
    numericsVersion: TEST_ENGINE.numericsVersion,
    usesResultCache: true,
    plan(index, known) {
      const params = known ?? points[index];
      if (params === undefined) return null;
      const config: TrialConfig = { kind: 'function', name: 'noop', params, seed: 1 };
      const trial = trialId(config, TEST_ENGINE);
      return { trial, resultKey: resultKey(trial, OBJECTIVE), params, config, requires: 'any' };
    },
  };
}

/** The same plan with bad points: no trial can be made of them. */
export function refusePoints(plan: StudyPlan, isBad: (index: number) => boolean): StudyPlan {
  return {
    ...plan,
    plan(index, known) {
      const planned = plan.plan(index, known);
      if (planned === null || !isBad(index)) return planned;
      const { params, config } = planned;
      const point = { trial: pointId(params, config.seed), params, seed: config.seed };
      throw new BadPointError(point, new SweepError('SPEC_INVALID', `point ${index} is bad`));
    },
  };
}
