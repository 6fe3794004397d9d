// The server's clock, the one that stamps events, heartbeats and leases: read off a message written for the purpose, so
// that how long ago something was stored does not depend on the clocks of the machines.

import { clockKey } from '../subjects.js';
import type { NatsBucket } from './jetstream/bucket.js';

/** Between two looks at the server's clock ours counts on: both run at the same speed, near enough. */
const CLOCK_TRUSTED_MS = 60_000;

export class NatsClock {
  private seen: { readonly serverMs: number; readonly ownMs: number } | null = null;

  /** `bucket` is the workers', where each role may write a clock key of its own. */
  constructor(
    private readonly bucket: NatsBucket,
    private readonly role: string,
  ) {}

  /** Milliseconds since 1970. */
  async read(): Promise<number> {
    const ageMs = this.seen === null ? Number.POSITIVE_INFINITY : performance.now() - this.seen.ownMs;
    if (this.seen === null || ageMs > CLOCK_TRUSTED_MS) {
      await this.bucket.put(clockKey(this.role), new Uint8Array(0));
      const entry = await this.bucket.read(clockKey(this.role));
      this.seen = { serverMs: entry?.storedAtMs ?? 0, ownMs: performance.now() };
    }
    return this.seen.serverMs + (performance.now() - this.seen.ownMs);
  }
}
