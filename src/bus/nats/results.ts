// The result cache in its bucket: one key a finished trial, across studies. A bucket that lies on one server is read directly,
// which costs it far less; of several copies only the leader's is sure to have what was written a moment ago.
import type { CachedResult } from '../bus.js';
import { cachedResultCodec } from '../messages.js';
import { checkToken } from '../subjects.js';
import type { NatsBucket } from './jetstream/bucket.js';
import type { SetAside } from './set-aside.js';

/** How long what was seen of the bucket's copies is trusted: they may be made more while it is in use. */
const COPIES_TRUSTED_MS = 10_000;

export class NatsResults {
  private copies: { readonly areSeveral: Promise<boolean>; readonly seenAtMs: number } | null = null;

  constructor(
    private readonly bucket: NatsBucket,
    private readonly setAside: SetAside,
  ) {}

  /** A damaged entry is counted and absent: the trial is computed again. */
  async read(key: string): Promise<CachedResult | null> {
    checkToken('result key', key);
    const entry = (await this.hasCopies()) ? await this.bucket.read(key) : await this.bucket.readNear(key);
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

  private hasCopies(): Promise<boolean> {
    const nowMs = performance.now();
    if (this.copies === null || nowMs - this.copies.seenAtMs > COPIES_TRUSTED_MS) {
      const areSeveral = this.bucket.isReplicated();
      this.copies = { areSeveral, seenAtMs: nowMs };
      areSeveral.catch(() => {
        this.copies = null;
      });
    }
    return this.copies.areSeveral;
  }
}
