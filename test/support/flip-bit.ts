// Bit rot: one bit of a file is another, its size as before.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';

/** Of byte `place`. The file may be read-only. */
export function flipBit(path: string, place: number): void {
  const bytes = readFileSync(path);
  if (bytes[place] === undefined) throw new RangeError(`${path} has no byte ${place}`);
  bytes[place] ^= 1;
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
}
