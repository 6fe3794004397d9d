// The sweep files that come with the package, wherever it is installed and one works.
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From the `dist` directory that this file is compiled to. */
const SWEEPS = new URL('../../../../sweeps/', import.meta.url);

export function sweepFile(name: string): string {
  return fileURLToPath(new URL(`${name}.json`, SWEEPS));
}

/** As a person in `directory` would type it. */
export function quickSweep(directory: string): string {
  const path = sweepFile('quick');
  const shorter = relative(directory, path);
  return shorter.startsWith('..') || isAbsolute(shorter) ? path : shorter;
}
