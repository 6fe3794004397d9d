// A scheduler that would stop nobody, in silence: what a person is told before the study begins.
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import type { StudyPlan } from './study-plan.js';

/** null: it may stop trials, or there is none. */
export function describeIdleScheduler(
  { scheduler }: Pick<SweepSpec, 'scheduler'>,
  plan: Pick<StudyPlan, 'stopsTrials' | 'createScheduler'>,
): string | null {
  if (!plan.stopsTrials || plan.createScheduler().isIdle !== true) return null;
  return `the scheduler ${scheduler.type} stops no trial: none has an epoch, before its last one, at which it would judge (more epochs, or other options of it)`;
}
