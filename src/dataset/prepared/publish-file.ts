// Files of the cache that are whole or absent: written beside their place, synced, renamed, read-only. Any number of
// processes may publish the same file at once; the last one stays.
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const READ_ONLY = 0o444;

/** `write` puts the bytes and returns the file's path, in `directory`: it may follow from them. If it throws, nothing is left. */
export async function publishFile(
  directory: string,
  write: (put: (bytes: Uint8Array | string) => void) => string | Promise<string>,
): Promise<void> {
  const temporary = join(directory, `.${randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, 'wx', READ_ONLY);
    let path: string;
    try {
      // Given the descriptor, writeFileSync goes on where the last one ended, and until all is written.
      path = await write((bytes) => writeFileSync(file, bytes));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
  syncDirectory(directory);
}

/** A rename is durable only once its directory is. Windows has no such thing: it opens no directories. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
