// Points that stand for all of a plan's, as trials.
import type { PlannedTrial, StudyPlan } from './study-plan.js';

/** The trial of the first seed of each. Throws BadPointError at a bad point. */
export function* sampleTrials(plan: Pick<StudyPlan, 'samplePoints' | 'resolve'>): Generator<PlannedTrial> {
  for (const params of plan.samplePoints()) yield plan.resolve(params, 0);
}

/** The first of them, or null of an empty plan. Throws BadPointError. */
export function firstTrial(plan: Pick<StudyPlan, 'samplePoints' | 'resolve'>): PlannedTrial | null {
  const [params] = plan.samplePoints();
  return params === undefined ? null : plan.resolve(params, 0);
}

/** What only the real data can show, before a study is made. Throws BadPointError for the first bad point it sees. */
export function checkPoints(plan: StudyPlan): void {
  for (const _ of sampleTrials(plan));
}
