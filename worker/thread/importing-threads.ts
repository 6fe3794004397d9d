// Which threads of a pool still import the task file. To end a thread meanwhile can abort the whole process, as V8 does
// not bear being stopped at some points of a module's evaluation; so a pool closes when its threads have imported.
import type { Worker } from 'node:worker_threads';
import { startTimer } from '../../src/timer.js';

/** An import takes a third of a second; a thread that needs longer than this is not going to finish it. */
const PATIENCE_MS = 10_000;

export class ImportingThreads {
  readonly #known = new WeakSet<Worker>();
  readonly #importing = new Set<Promise<void>>();

  /** To be told of a pool's threads before their first message, which is the pool's own: the import has ended. */
  watch(threads: readonly Worker[]): void {
    for (const thread of threads) {
      if (this.#known.has(thread)) continue;
      this.#known.add(thread);
      const imported = new Promise<void>((resolve) => {
        thread.once('message', () => resolve());
        thread.once('exit', () => resolve());
      }).then(() => void this.#importing.delete(imported));
      this.#importing.add(imported);
    }
  }

  /** When none is importing any more, or patience is at its end. */
  async ended(): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = startTimer(PATIENCE_MS, resolve);
      void Promise.all(this.#importing).then(() => {
        stop();
        resolve();
      });
    });
  }
}
