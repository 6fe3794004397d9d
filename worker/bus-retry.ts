// Patience with a bus that is away: repeats an operation that failed in a way that may pass, with growing waits.

import { asSweepError } from '../src/errors.js';
import type { Logger } from '../src/log.js';

/** First and longest wait. */
const WAIT_MS = { first: 250, longest: 10_000 } as const;

export interface Patience {
  readonly logger: Logger;
  /** After it aborts, the next failure is thrown. */
  readonly signal: AbortSignal;
}

/** Runs `operation` until it succeeds or fails for good (`retryable` false). Each must be safe to repeat. */
export async function withPatience<Value>(
  operation: () => Promise<Value>,
  { logger, signal }: Patience,
): Promise<Value> {
  for (let waitMs: number = WAIT_MS.first; ; waitMs = Math.min(waitMs * 2, WAIT_MS.longest)) {
    try {
      return await operation();
    } catch (thrown) {
      const error = asSweepError(thrown);
      const passes = error.code === 'BUS_UNREACHABLE' || error.code === 'BUS_FULL';
      if (!passes || signal.aborted) throw thrown;
      logger.warn('the bus failed, trying again', { error: error.message, waitMs });
      await pause(waitMs, signal);
    }
  }
}

/** Waits, but not past an abort. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
