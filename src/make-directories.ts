// Folders, with those above them. Node's own way with `recursive` goes round for ever where no folder can be made, such as
// below /proc, and says nothing.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Returns at once where the folder is there. Throws the system's error for the first one that cannot be made. */
export function makeDirectories(path: string): void {
  if (isDirectory(path)) return;
  const above = dirname(path);
  if (!existsSync(above)) makeDirectories(above);
  try {
    mkdirSync(path);
  } catch (thrown) {
    // Another process may have made it in between.
    if (!isDirectory(path)) throw thrown;
  }
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
