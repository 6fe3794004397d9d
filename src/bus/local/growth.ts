// Wakes the followers of event logs: those in this process when a record was written, all of them every `pollMs`, as the
// writer may be another process.
import type { LogGrowth } from './event-reader.js';

export class LocalGrowth implements LogGrowth {
  #version = 0;
  readonly #sleepers = new Set<() => void>();

  constructor(private readonly pollMs: number) {}

  version(): number {
    return this.#version;
  }

  notify(): void {
    this.#version += 1;
    for (const wake of [...this.#sleepers]) wake();
  }

  wait(seen: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#version !== seen || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, this.pollMs);
      this.#sleepers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
