// Ctrl-C and SIGTERM: the first asks to stop in order, the second ends the process at once. Both end with exit code 3.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** INTERFACE.md: interrupted, can be resumed. */
export const INTERRUPTED_EXIT_CODE = 3;

export interface Interrupts {
  /** Stops listening: a signal ends the process as usual again. */
  release(): void;
}

/** Calls `onFirst` at the first signal. */
export function listenForInterrupts(onFirst: (signal: string) => void): Interrupts {
  let asked = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(INTERRUPTED_EXIT_CODE);
    asked = true;
    onFirst(signal);
  };
  const known = SIGNALS.filter((signal) => signal in constants.signals);
  for (const signal of known) process.on(signal, listener);
  return {
    release: () => {
      for (const signal of known) process.off(signal, listener);
    },
  };
}
