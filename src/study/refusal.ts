// Which trials came back because their worker can run none of their kind. Pure.
import type { RefusalCause, StudyEvent } from './events.js';

/** null for every other event, a trial that a worker gave back because it ends among them. */
export function refusalCause(event: StudyEvent): RefusalCause | null {
  if (event.type !== 'trial.returned') return null;
  return event.cause ?? causeInWords(event.reason);
}

/** Logs of workers that did not write the cause yet tell it by how the reason begins. */
function causeInWords(reason: string): RefusalCause | null {
  if (reason.startsWith('has no dataset')) return 'dataset';
  return reason.startsWith('needs ') ? 'mismatch' : null;
}
