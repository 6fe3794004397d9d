// How much there is to do in a trial, as the log tells it to whoever estimates the end of its study: its work over that of
// the plan's mean trial. Pure.
import type { TrialSize } from '../../study/events.js';
import { trainingOf } from '../../study/trial/trial.js';
import { meanWork } from './calibrate.js';
import type { PlannedTrial, StudyPlan } from './study-plan.js';
import { estimateWork } from './trial-work.js';

/** More of an estimate is noise. */
const DIGITS = 3;

/** The size of a plan's trials; null where nothing is trained: all are taken to be alike. The mean is taken once, when it is first needed. */
export function trialSizes(plan: StudyPlan): (planned: PlannedTrial) => TrialSize | null {
  let mean: number | null = null;
  return ({ config }) => {
    if (trainingOf(config) === null) return null;
    mean ??= meanWork(plan);
    const { total, epochs } = estimateWork(config);
    return mean <= 0 ? null : { work: Number((total / mean).toPrecision(DIGITS)), epochs };
  };
}
