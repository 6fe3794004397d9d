// Files of the local bus that are whole or absent: written to a temporary name, synced, then renamed or linked.
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { machineLimitOf, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';

let temporaries = 0;

/** In the directory of `path`, as a rename must not cross file systems; the name tells whose leftover it is. */
function temporaryBeside(path: string): string {
  temporaries += 1;
  return join(dirname(path), `.tmp-${process.pid}-${temporaries}-${Date.now().toString(36)}`);
}

/** Replaces the file at `path` as a whole. Durable when it resolves unless `isDurable` is false. */
export async function replaceFile(
  path: string,
  bytes: Uint8Array,
  { mode = 0o644, isDurable = true }: { readonly mode?: number; readonly isDurable?: boolean } = {},
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      if (isDurable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    if (isDurable) await syncDirectory(dirname(path));
  } catch (thrown) {
    // The first error is the one to tell: where it kept the file from being made, removing it fails as well.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asFileError(thrown, path);
  }
}

/** A rename is durable only once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates the file at `path` as a whole; false when there is one. Of several callers, in any process, one gets true. */
export function createFileExclusively(path: string, text: string): boolean {
  const temporary = temporaryBeside(path);
  try {
    makeDirectories(dirname(path));
    writeAndSync(temporary, text);
  } catch (thrown) {
    throw asFileError(thrown, path);
  }
  try {
    linkSync(temporary, path);
    return true;
  } catch (thrown) {
    if (hasErrno(thrown, 'EEXIST')) return false;
    throw asFileError(thrown, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Replaces a small file at once, for what must not be interleaved with anything (locks). */
export function replaceFileSync(path: string, text: string): void {
  const temporary = temporaryBeside(path);
  writeAndSync(temporary, text);
  renameSync(temporary, path);
}

function writeAndSync(path: string, text: string): void {
  const descriptor = openSync(path, 'wx');
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function hasErrno(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}

/** A file system's error in the words of the bus: a full disk may pass, anything else is for a person to see. */
export function asFileError(thrown: unknown, path: string): SweepError {
  if (thrown instanceof SweepError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (hasErrno(thrown, 'ENOSPC') || hasErrno(thrown, 'EDQUOT')) {
    return new SweepError('BUS_FULL', `no space left to write ${path}`, {
      path,
      hint: 'free some space on this disk: the study goes on by itself',
      cause: thrown,
    });
  }
  const limit = hasErrno(thrown, 'EACCES') || hasErrno(thrown, 'EPERM') ? null : machineLimitOf(thrown);
  if (limit !== null) return limit;
  return new SweepError('BUS_CONFIGURATION', `${path} cannot be used: ${reason}`, {
    path,
    hint: 'check that the sweep home (--home) exists and that you may write there',
    cause: thrown,
  });
}

/** The error of a study's file that was there when the study began. */
export function removedError(path: string): SweepError {
  return new SweepError(
    'STUDY_NOT_FOUND',
    `${path} is gone: the study, or its home, was removed while it ran`,
    {
      path,
      hint: 'what was computed is lost unless you put the files back; to compute it again, start the sweep file anew',
    },
  );
}
