// Time as the coordinator sees it: injected, so that tests of retries and limits need not wait.
import { startTimer } from '../timer.js';

export interface Clock {
  /** Milliseconds, monotonic: only differences mean anything. */
  now(): number;
  /** Calls `action` after `ms`; the returned function takes it back. */
  after(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = { now: () => performance.now(), after: startTimer };
