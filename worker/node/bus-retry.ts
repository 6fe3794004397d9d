// Patience with a bus that is away: repeats an operation that failed in a way that may pass, with growing waits. A failure
// that nobody can explain is given a few tries, as by the coordinator.

import { pause, type RepeatOptions, Tries } from '../../src/bus/repeat.js';
import { asSweepError } from '../../src/errors.js';

export { pause };

/** First and longest wait. */
const WAIT_MS = { first: 250, longest: 10_000 } as const;

/** After the signal aborts, the next failure is thrown. */
export type Patience = RepeatOptions;

/** Runs `operation` until it succeeds or fails for good. Each must be safe to repeat. */
export async function withPatience<Value>(
  operation: () => Promise<Value>,
  { logger, signal }: Patience,
): Promise<Value> {
  const tries = new Tries({ logger, signal });
  for (let waitMs: number = WAIT_MS.first; ; ) {
    const beganMs = performance.now();
    try {
      return await operation();
    } catch (thrown) {
      const { code, message } = asSweepError(thrown);
      if (code === 'BUS_UNREACHABLE' || code === 'BUS_FULL') {
        if (signal.aborted) throw thrown;
        logger.warn('the bus failed, trying again', { error: message, waitMs });
        await pause(waitMs, signal);
        waitMs = Math.min(waitMs * 2, WAIT_MS.longest);
      } else await tries.failed(thrown, performance.now() - beganMs);
    }
  }
}
