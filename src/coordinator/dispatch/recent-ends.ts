// How many trials ended a moment ago. Where workers are an answer away, about as many will have ended before the next ones can
// reach them: so many more are to wait for a slot. Of trials that take seconds that is none.
import type { Clock } from '../clock.js';

/** From an end in the log to the next trial at its worker, with a look at the log, at the cache and two appends between. */
const ANSWER_MS = 30;

export class RecentEnds {
  /** When, the oldest first. */
  private timesMs: number[] = [];

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  note(): void {
    this.timesMs.push(this.clock.now());
  }

  get count(): number {
    const sinceMs = this.clock.now() - ANSWER_MS;
    const first = this.timesMs.findIndex((timeMs) => timeMs > sinceMs);
    this.timesMs = first < 0 ? [] : this.timesMs.slice(first);
    return this.timesMs.length;
  }
}
