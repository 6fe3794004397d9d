// A coordinator's clock that a test moves on by hand, and that tells which timers are armed.
import type { Clock } from '../../../src/coordinator/clock.js';

export interface ManualClock extends Clock {
  /** Timers that are armed. */
  readonly armed: number;
  /** Moves on, and fires what is due, in order. */
  pass(ms: number): void;
}

export function manualClock(): ManualClock {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly action: () => void }>();
  return {
    now: () => nowMs,
    after(ms, action) {
      const timer = { atMs: nowMs + ms, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get armed() {
      return timers.size;
    },
    pass(ms) {
      nowMs += ms;
      for (const timer of [...timers].sort((one, other) => one.atMs - other.atMs)) {
        // One that fired before it may have taken it back.
        if (timer.atMs > nowMs || !timers.delete(timer)) continue;
        timer.action();
      }
    },
  };
}
