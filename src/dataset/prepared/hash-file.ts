// The SHA-256 of a file, in one pass and bounded memory.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Large enough that the cost per block vanishes. */
const BLOCK_BYTES = 1 << 20;

/** Hex. `onBytes` sees the file's bytes in order; what it throws ends the reading. */
export async function hashFile(path: string, onBytes: (bytes: Buffer) => void = () => {}): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: BLOCK_BYTES })) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    onBytes(bytes);
  }
  return hash.digest('hex');
}
