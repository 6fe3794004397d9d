// Pause and resume, asked of whoever runs the study, and in a sentence why nothing came of it.
import type { Bus } from '../../../bus/bus.js';
import { askCoordinator } from '../../../coordinator/ask-coordinator.js';
import { hasEnded, type StudyState } from '../../../study/study-view.js';

/** null: it was taken. What it comes to is in the study's state, for as long as it is so. */
export async function orderStudy(
  bus: Bus,
  study: string,
  action: 'pause' | 'resume',
  state: StudyState,
): Promise<string | null> {
  if (hasEnded(state)) return `the study has ended: there is nothing to ${action}`;
  if (action === 'resume' && state === 'running') return 'the study is running';
  if (!(await askCoordinator(bus, study, action)))
    return `nobody runs the study: there is nothing to ${action}`;
  return null;
}
