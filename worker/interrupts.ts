// Ctrl-C, SIGTERM and SIGHUP of a process that holds trials: the first asks to stop in order, the second ends the process
// at once, with exit code 3.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Interrupted, can be resumed. */
const INTERRUPTED_EXIT_CODE = 3;

export interface InterruptListener {
  onFirst(signal: string): void;
  /** The last words: says what is lost. Must not wait for anything. */
  onSecond(signal: string): void;
}

export interface Interrupts {
  /**
   * Stops listening: a signal ends the process as usual again. Not if the first one came: what the process still does is
   * its way out, and a second signal during it ends it with the same last words.
   */
  release(): void;
}

export function listenForInterrupts({ onFirst, onSecond }: InterruptListener): Interrupts {
  let asked = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (!asked) {
      asked = true;
      onFirst(signal);
      return;
    }
    try {
      onSecond(signal);
    } finally {
      process.exit(INTERRUPTED_EXIT_CODE);
    }
  };
  const known = SIGNALS.filter((signal) => signal in constants.signals);
  for (const signal of known) process.on(signal, listener);
  return {
    release: () => {
      if (asked) return;
      for (const signal of known) process.off(signal, listener);
    },
  };
}
