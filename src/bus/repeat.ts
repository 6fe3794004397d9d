// Which failures of a bus may be over at the next try, and repeating what failed so. A slip of a disk or a server (a file
// handle short, a folder just removed, a lost answer) must not end a study; what a bus has itself waited for is not waited
// for again.
import { asSweepError, type ErrorCode } from '../errors.js';
import type { Logger } from '../log.js';

/** All others say something that is as true at the next try: a lost lease, a damaged record, a right that is missing. */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set([
  'BUS_UNREACHABLE',
  'BUS_FULL',
  'BUS_CONFIGURATION',
  'MACHINE_LIMIT',
  'INTERNAL',
]);
/** Failures of no one trial: whatever comes next would fail by it as well. */
const WHOLE_BUS: ReadonlySet<ErrorCode> = new Set([
  'BUS_UNREACHABLE',
  'BUS_AUTHENTICATION',
  'BUS_FORBIDDEN',
  'BUS_CONFIGURATION',
  'BUS_EMPTY',
  'BUS_FULL',
  'LEASE_LOST',
]);
/** Waits before the second, third and fourth try. */
const WAITS_MS = [50, 250, 1_000] as const;
const FULL_WAIT_MS = 2_000;
/** A failure that took longer was waited for by the bus itself. */
const QUICK_FAILURE_MS = 2_000;

export interface RepeatOptions {
  readonly logger: Logger;
  /** After it aborts, nothing is waited for: a full disk not at all, and other tries follow at once. */
  readonly signal: AbortSignal;
}

/** Whether the failure concerns all that is done on the bus, not the one trial that it came up with. */
export function isOfWholeBus(thrown: unknown): boolean {
  return WHOLE_BUS.has(asSweepError(thrown).code);
}

/** One operation and its failures in a row. */
export class Tries {
  private failures = 0;

  constructor(private readonly options: RepeatOptions) {}

  /** It got on: the next failure is the first again. */
  succeeded(): void {
    this.failures = 0;
  }

  /** Waits before the next try, or throws `thrown` when there is none. A full disk or server is waited for. */
  async failed(thrown: unknown, tookMs: number): Promise<void> {
    const { code, message } = asSweepError(thrown);
    const { logger, signal } = this.options;
    if (!MAY_PASS.has(code) || tookMs > QUICK_FAILURE_MS) throw thrown;
    if (code === 'BUS_FULL' && signal.aborted) throw thrown;
    const waitMs = code === 'BUS_FULL' ? FULL_WAIT_MS : WAITS_MS[this.failures];
    if (waitMs === undefined) throw thrown;
    if (code !== 'BUS_FULL') this.failures += 1;
    logger.warn('the bus failed, trying again', { error: message, waitMs });
    await pause(waitMs, signal);
  }
}

/** Runs `operation`, which must be safe to repeat, until it succeeds or is not worth another try. */
export async function repeat<Value>(operation: () => Promise<Value>, options: RepeatOptions): Promise<Value> {
  const tries = new Tries(options);
  for (;;) {
    const beganMs = performance.now();
    try {
      return await operation();
    } catch (thrown) {
      await tries.failed(thrown, performance.now() - beganMs);
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
