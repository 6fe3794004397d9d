// Whether a file that a person named can be read at all.
import { accessSync, constants, statSync } from 'node:fs';

/** Why not, as a sentence; null when it can. */
export function missingFile(path: string): string | null {
  try {
    if (!statSync(path).isFile()) return `${path} is not a file`;
    accessSync(path, constants.R_OK);
    return null;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file ${path}`;
    if (code === undefined) throw thrown;
    return `${path} cannot be read (${code})`;
  }
}
