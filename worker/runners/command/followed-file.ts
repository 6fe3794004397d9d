// A file that a program writes to, read on from where it was read to. One that was made anew or cut off is read from its start;
// what is no regular file is not read at all: a pipe would be waited for, and the whole trial with it.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 65_536;

export class FollowedFile {
  private at = 0;
  private identity = 0;

  constructor(
    private readonly path: string,
    private readonly onBytes: (bytes: Buffer) => void,
  ) {}

  /** What was added since. */
  read(): void {
    let file: number;
    try {
      file = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      // Not written yet.
      return;
    }
    try {
      const found = fstatSync(file);
      if (!found.isFile()) return;
      if (found.ino !== this.identity || found.size < this.at) this.at = 0;
      this.identity = found.ino;
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const size = readSync(file, chunk, 0, chunk.length, this.at);
        if (size === 0) return;
        this.at += size;
        this.onBytes(chunk.subarray(0, size));
      }
    } finally {
      closeSync(file);
    }
  }
}
