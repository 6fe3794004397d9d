// Timers of any length: one of Node's that is longer than 24.8 days fires at once.

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `action` after `ms`; the returned function takes it back. */
export function startTimer(ms: number, action: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    timer =
      leftMs > LONGEST_TIMER_MS
        ? setTimeout(() => arm(leftMs - LONGEST_TIMER_MS), LONGEST_TIMER_MS)
        : setTimeout(action, leftMs);
  };
  arm(ms);
  return () => clearTimeout(timer);
}
