// Starts a process that outlives this one, its output in a log file, and waits until it is of use.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { SweepError } from '../../errors.js';

const LOOK_EVERY_MS = 50;
/** What of a log explains why it ended. */
const LOG_TAIL = 2_000;

export interface BackgroundStart<Found> {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly log: string;
  readonly limitMs: number;
  /** What shows that it is of use; null: not yet. */
  look(child: ChildProcess): Promise<Found | null>;
  /** What it had to do within the limit: `it does not answer`. */
  readonly late: string;
  /** `reason`: how it ended or `late`, and the end of its log. */
  failure(reason: string): SweepError;
}

/** Returns when `look` has found something. Ends the process and throws `failure` when it ended before, or is late. */
export async function startBackgroundProcess<Found>(
  start: BackgroundStart<Found>,
): Promise<{ readonly pid: number; readonly found: Found }> {
  const log = openSync(start.log, 'a');
  const child = spawn(start.command, start.args, {
    cwd: start.directory,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended: string | null = null;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `exit code ${code}`}`;
  });
  const deadlineMs = performance.now() + start.limitMs;
  try {
    for (;;) {
      // Before the look: what it did last counts, however it ended since.
      const end = ended;
      const found = await start.look(child);
      if (found !== null) {
        child.unref();
        return { pid: child.pid ?? 0, found };
      }
      if (end !== null || performance.now() > deadlineMs) {
        const tail = readFileSync(start.log, 'utf8').slice(-LOG_TAIL);
        throw start.failure(`${end ?? start.late}\n${tail}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } catch (thrown) {
    child.kill();
    throw thrown;
  }
}
