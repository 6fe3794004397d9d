// What a process says when a second signal ends it at once.
import { countOf } from '../../wording/plural.js';

/** `running`: trials it held. */
export function lastWords(running: number): string {
  if (running === 0) return 'ended at once: nothing is lost';
  return `ended at once: the epoch in flight of ${countOf(running, 'trial')} is lost`;
}
