// Work that a signal ends in order, with the exit code of an interrupted command: data that are prepared. Without it a signal
// would end the process where it stands, and leave what it holds.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { listenForInterrupts } from '../../../worker/interrupts.js';
import { checkInterrupt } from '../../dataset/turns.js';
import type { CliContext } from '../context.js';

export interface InterruptibleOptions<Value> {
  /** Aborted by the first signal; default: one of its own. */
  readonly stop?: AbortController;
  /** Lets go of what the work gave, when the signal was heard too late to end it. */
  undo?(value: Value): Promise<void>;
}

/** Throws INTERRUPTED. The second signal ends the process at once. */
export async function interruptible<Value>(
  { stderr }: Pick<CliContext, 'stderr'>,
  work: (signal: AbortSignal) => Promise<Value>,
  { stop = new AbortController(), undo }: InterruptibleOptions<Value> = {},
): Promise<Value> {
  const interrupts = listenForInterrupts({
    onFirst: (signal) => stop.abort(signal),
    onSecond: (signal) => stderr.write(`ended by ${signal} while the data were prepared\n`),
  });
  try {
    // Writing holds the thread, and a signal back: it is heard when the loop polls, between two turns.
    const value = await work(stop.signal).finally(() => nextTurn().then(() => nextTurn()));
    if (stop.signal.aborted) await undo?.(value);
    checkInterrupt(stop.signal);
    return value;
  } finally {
    interrupts.release();
  }
}
