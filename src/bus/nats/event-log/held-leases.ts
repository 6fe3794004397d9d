// The leases that this process holds, of any number of studies, and taking one with the mark that makes it count: without
// it an earlier holder's writes would not be void (fence.ts).
import { acquireNatsLease, type LeaseContext, type NatsLease, readNatsLeaseHolder } from './leases.js';

export class HeldLeases {
  private readonly leases = new Set<NatsLease>();

  constructor(private readonly context: LeaseContext) {}

  get isHoldingAny(): boolean {
    return [...this.leases].some(({ isOver }) => !isOver);
  }

  /** Throws STUDY_LOCKED while another holder lives. */
  async acquire(study: string, holder: string): Promise<NatsLease> {
    const lease = await this.take(study, holder);
    try {
      await this.context.events.markTakeover(study, lease.epoch);
    } catch (thrown) {
      // Without the mark nobody may act on it.
      await lease.release().catch(() => lease.abandon());
      throw thrown;
    }
    return lease;
  }

  /** Runs `remove` as the study's holder, and marks its log only then: a full stream has no room before. */
  async removeStudy(study: string, remove: () => Promise<void>): Promise<void> {
    const own = [...this.leases].find((held) => held.study === study && !held.isOver);
    const lease = own ?? (await this.take(study, 'sweep rm'));
    await remove();
    // What a coordinator that sleeps still writes must stay void, also in a later study of this name.
    await this.context.events.markTakeover(study, lease.epoch);
    if (own === undefined) await lease.release();
  }

  /** The name of whoever holds it, this process or another. */
  readHolder(study: string, serverNowMs: number): Promise<string | null> {
    return readNatsLeaseHolder(this.context.bucket, study, serverNowMs);
  }

  async releaseAll(): Promise<void> {
    for (const lease of this.leases) await lease.release();
  }

  /** Those not given back end by themselves after their term. */
  abandonAll(): void {
    for (const lease of this.leases) lease.abandon();
  }

  private async take(study: string, holder: string): Promise<NatsLease> {
    const lease = await acquireNatsLease(this.context, study, holder);
    for (const old of this.leases) if (old.isOver) this.leases.delete(old);
    this.leases.add(lease);
    return lease;
  }
}
