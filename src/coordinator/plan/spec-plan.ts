// From a checked sweep spec to the plan that a coordinator runs: samplers give points, repeats give each point its seeds.
import { SweepError } from '../../errors.js';
import { createSampler, createScheduler } from '../../search/create.js';
import type { Objective, Params, TrialConfig } from '../../study/trial.js';
import { ANY_ENGINE, type EngineIdentity, pointId, resultKeys, trialId } from '../../study/trial-id.js';
import { type DatasetShape, resolveTrial } from '../../sweep-file/resolve-trial.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { BadPointError, type PlannedTrial, type StudyPlan } from './study-plan.js';

/** As many as are open at once in all but the largest clusters. */
const PLANS_KEPT = 1_024;

/** Index = point · repeats + repeat: the seeds of a point follow each other. */
export function planStudy(spec: SweepSpec, dataset: DatasetShape | null, engine: EngineIdentity): StudyPlan {
  const sampler = createSampler(spec.space, spec.sampler);
  const { metric, direction, epoch } = spec.objective;
  const objective: Objective = { metric, direction, epoch };
  const total = countTrials(spec, sampler.count);
  const resultKey = resultKeys(objective);
  const bound = spec.engine === 'any' ? ANY_ENGINE : engine;
  /** A trial is asked for when it is suggested, when it starts and when it fails: resolved and hashed once. */
  const recent = new Map<number, PlannedTrial>();
  const planTrial = (params: Params, seed: number): PlannedTrial => {
    const config = resolvePoint(spec, params, seed, dataset);
    const trial = trialId(config, bound);
    return { trial, resultKey: resultKey(trial), params, config, requires: spec.requires };
  };
  return {
    total,
    repeats: spec.repeats,
    sampler,
    scheduler: createScheduler(spec.scheduler),
    objective,
    limits: spec.limits,
    engine: bound.name,
    numericsVersion: bound.numericsVersion,
    // A grid of a function has no twins: every dimension goes into the function.
    usesResultCache: spec.objective.type !== 'function' || spec.sampler.type !== 'grid',
    plan(index, known) {
      if (total !== null && index >= total) return null;
      const before = recent.get(index);
      if (before !== undefined && (known === undefined || isSamePoint(before.params, known))) return before;
      const params = known ?? sampler.suggest(Math.floor(index / spec.repeats));
      if (params === null) return null;
      const planned = planTrial(params, spec.seed + (index % spec.repeats));
      recent.set(index, planned);
      if (recent.size > PLANS_KEPT) recent.delete(recent.keys().next().value ?? index);
      return planned;
    },
  };
}

function resolvePoint(
  spec: SweepSpec,
  params: Params,
  seed: number,
  dataset: DatasetShape | null,
): TrialConfig {
  try {
    return resolveTrial(spec, params, seed, dataset);
  } catch (thrown) {
    // All but bad input is a bug, which is no point's fault.
    if (!(thrown instanceof SweepError) || thrown.exitCode !== 2) throw thrown;
    throw new BadPointError({ trial: pointId(params, seed), params, seed }, thrown);
  }
}

function isSamePoint(one: Params, other: Params): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => Object.is(one[name], other[name]))
  );
}

/** Trials of a study: points times repeats, cut at limits.maxTrials; null without an end. */
export function countTrials(
  spec: Pick<SweepSpec, 'repeats' | 'limits'>,
  points: number | null,
): number | null {
  const { maxTrials } = spec.limits;
  if (points === null) return maxTrials;
  return Math.min(points * spec.repeats, maxTrials ?? Number.POSITIVE_INFINITY);
}
