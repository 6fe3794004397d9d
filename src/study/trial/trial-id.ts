// The identity of a trial: a content hash of all its result depends on. Equal ids mean equal results, so that a trial
// is never computed twice (promise 3).
import { hashJson } from '../canonical-json.js';
import type { Objective, Params, StudyEngine, TrialConfig } from './trial.js';

const TRIAL_ID_DIGITS = 16;
const OBJECTIVE_DIGITS = 8;
/** The version of the intervals in cached results: rises when the same samples get another interval. */
const INTERVAL_METHOD = 2;

export interface EngineIdentity {
  readonly name: StudyEngine;
  readonly numericsVersion: string;
}

/** The engine of studies that take any engine's results: their trials are others than those bound to one engine. */
export const ANY_ENGINE: EngineIdentity = { name: 'any', numericsVersion: 'any' };

/** First 16 hex digits of the SHA-256 over the canonical JSON of config and engine: independent of key order. */
export function trialId(config: TrialConfig, engine: EngineIdentity): string {
  return hashJson({
    config,
    engine: { name: engine.name, numericsVersion: engine.numericsVersion },
  }).slice(0, TRIAL_ID_DIGITS);
}

/** Stands for the id of a trial that no config can be made for: one for each point and seed of a study. */
export function pointId(params: Params, seed: number): string {
  return hashJson({ params, seed }).slice(0, TRIAL_ID_DIGITS);
}

/**
 * Key of a trial's result in the result cache. The objective is part of it: the same training gives another objective,
 * best epoch and model when another metric, direction or epoch is asked for. So is the way that intervals are made.
 */
export function resultKey(trial: string, objective: Objective): string {
  return resultKeys(objective)(trial);
}

/**
 * What the metrics of a result mean. 2: trainLoss weighs samples, validationLoss has the penalty. Results of another
 * meaning are never served; test functions have no such metrics.
 */
const METRICS_VERSION = 2;

/** The keys of many trials under one objective, which is hashed once. */
export function resultKeys(objective: Objective): (trial: string) => string {
  const meaning =
    objective.metric === 'value'
      ? objective
      : { ...objective, intervals: INTERVAL_METHOD, metrics: METRICS_VERSION };
  const suffix = hashJson(meaning).slice(0, OBJECTIVE_DIGITS);
  return (trial) => `${trial}-${suffix}`;
}
