// Whether a study has ended, read from its own events: nobody waits for trials of one that has. Pure.
import type { LoggedEvent } from '../../src/study/events.js';
import { hasEnded, type StudyState } from '../../src/study/study-view.js';

/** The state it ended in; null while it goes on, also after it was resumed. `story`: what happened to the study itself. */
export function findEnding(story: readonly LoggedEvent[]): StudyState | null {
  const last = story.findLast(({ event }) => event.type === 'study.state')?.event;
  return last?.type === 'study.state' && hasEnded(last.state) ? last.state : null;
}
