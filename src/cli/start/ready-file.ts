// The file by which a supervisor sees that this process serves: written anew each time the server has answered it, removed
// when it serves no more. A container's health check asks how old the file is, and needs no access to the server for that.
import { rmSync, writeFileSync } from 'node:fs';
import { asSweepError, SweepError } from '../../errors.js';

export interface ReadyFile {
  /** Says: now it serves. Throws USAGE when the file cannot be written. */
  refresh(): void;
  /** Says: not any more. */
  remove(): void;
}

/** What a process that died left there says nothing about this one. `path`: undefined when nobody looks. */
export function removeReadyFile(path: string | undefined): void {
  if (path !== undefined) rmSync(path, { force: true });
}

/** Begins as not ready. */
export function createReadyFile(path: string | undefined): ReadyFile {
  removeReadyFile(path);
  if (path === undefined) return { refresh: () => {}, remove: () => {} };
  return {
    refresh: () => {
      try {
        writeFileSync(path, `${process.pid}\n`);
      } catch (thrown) {
        throw new SweepError(
          'USAGE',
          `cannot write the ready file ${path}: ${asSweepError(thrown).message}`,
          {
            hint: 'set SWEEP_READY_FILE to a path that this user may write, or leave it unset',
            cause: thrown,
          },
        );
      }
    },
    remove: () => rmSync(path, { force: true }),
  };
}
