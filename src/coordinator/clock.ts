// Time as the coordinator sees it: injected, so that tests of retries and limits need not wait.

export interface Clock {
  /** Milliseconds, monotonic: only differences mean anything. */
  now(): number;
  /** Calls `action` after `ms`; the returned function takes it back. */
  after(ms: number, action: () => void): () => void;
}

/** A longer timer of Node's would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      timer =
        leftMs > LONGEST_TIMER_MS
          ? setTimeout(() => arm(leftMs - LONGEST_TIMER_MS), LONGEST_TIMER_MS)
          : setTimeout(action, leftMs);
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};
