// The result cache in its bucket: one key a finished trial, across studies.
import type { CachedResult } from '../bus.js';
import { cachedResultCodec } from '../messages.js';
import { checkToken } from '../subjects.js';
import type { NatsBucket } from './jetstream/bucket.js';
import type { SetAside } from './set-aside.js';

export class NatsResults {
  constructor(
    private readonly bucket: NatsBucket,
    private readonly setAside: SetAside,
  ) {}

  /** A damaged entry is counted and absent: the trial is computed again. */
  async read(key: string): Promise<CachedResult | null> {
    const entry = await this.bucket.read(checkToken('result key', key));
    if (entry === null) return null;
    try {
      return cachedResultCodec.decode(entry.value);
    } catch (thrown) {
      this.setAside.count('result', key, thrown instanceof Error ? thrown.message : String(thrown));
      return null;
    }
  }

  async write(key: string, cached: CachedResult): Promise<void> {
    await this.bucket.put(checkToken('result key', key), cachedResultCodec.encode(cached));
  }
}
