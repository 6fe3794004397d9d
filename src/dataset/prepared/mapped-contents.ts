// Whether what a map shows is still what its dataset's digest was taken of: a bit that flipped on the disk or in memory, or a
// program that wrote to the file, would otherwise end in results that look like any other.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { MappedDataset } from '../dataset.js';
import { corrupt } from './prepared-format.js';

/** Below this a check costs less than anything it could delay. */
const CHEAP_MS = 5;
/** At most this share of the time is spent on checks that could also come later. */
const SHARE = 0.05;

/** The first check is by SHA-256; it leaves a CRC-32 that the others are held against: 24 MB in 2 ms instead of 20. */
export class MappedContents {
  private checksum: number | null = null;
  private costMs = 0;
  private checkedAtMs = 0;

  constructor(
    private readonly dataset: MappedDataset,
    private readonly path: string,
    private readonly now: () => number,
  ) {}

  /** Throws DATASET_CORRUPT when the mapped bytes are not those of the digest any more. */
  verify(): void {
    const startedMs = this.now();
    const { values, metadata } = this.dataset;
    const bytes = new Uint8Array(values.buffer, 0, values.byteOffset + values.byteLength);
    if (this.checksum === null) {
      // Before the digest: what changes in between is found by the next check.
      const checksum = crc32(bytes);
      const found = createHash('sha256').update(bytes).digest('hex');
      if (found !== metadata.digest)
        throw corrupt(this.path, `its contents have changed to those of ${found}`);
      this.checksum = checksum;
    } else if (crc32(bytes) !== this.checksum) {
      throw corrupt(this.path, 'its contents have changed while they were trained on');
    }
    this.checkedAtMs = this.now();
    this.costMs = this.checkedAtMs - startedMs;
  }

  /** Whether a check that may also come later should come now. */
  isDue(): boolean {
    return this.costMs < CHEAP_MS || this.now() - this.checkedAtMs > this.costMs / SHARE;
  }
}
