// Heartbeats of worker nodes. How long ago one was seen is told by the server's clock alone: the difference between the
// stamp of the heartbeat and the server's now, which is read off a message written for the purpose.
import type { WorkerInfo } from './bus.js';
import { workerInfoCodec } from './messages.js';
import type { NatsBucket } from './nats-bucket.js';
import type { SetAside } from './nats-set-aside.js';
import { clockKey, isToken, workerKey } from './subjects.js';

/** Between two looks at the server's clock ours counts on: both run at the same speed, near enough. */
const CLOCK_TRUSTED_MS = 60_000;

export class NatsWorkers {
  private clock: { readonly serverMs: number; readonly ownMs: number } | null = null;

  constructor(
    private readonly bucket: NatsBucket,
    private readonly setAside: SetAside,
    private readonly role: string,
  ) {}

  async heartbeat(info: WorkerInfo): Promise<void> {
    await this.bucket.put(workerKey(info.worker), workerInfoCodec.encode(info));
  }

  async list(): Promise<(WorkerInfo & { readonly lastSeenMs: number })[]> {
    const [nowMs, entries] = await Promise.all([this.readServerClock(), this.bucket.entries()]);
    return entries.flatMap((entry) => {
      if (entry.key.startsWith('clock.')) return [];
      try {
        const info = workerInfoCodec.decode(entry.value);
        if (!isToken(entry.key) || info.worker !== entry.key) throw new Error('it names another worker');
        return [{ ...info, lastSeenMs: Math.max(0, nowMs - entry.storedAtMs) }];
      } catch (thrown) {
        this.setAside.count('worker', entry.key, thrown instanceof Error ? thrown.message : String(thrown));
        return [];
      }
    });
  }

  private async readServerClock(): Promise<number> {
    const ageMs = this.clock === null ? Number.POSITIVE_INFINITY : performance.now() - this.clock.ownMs;
    if (this.clock === null || ageMs > CLOCK_TRUSTED_MS) {
      await this.bucket.put(clockKey(this.role), new Uint8Array(0));
      const entry = await this.bucket.read(clockKey(this.role));
      this.clock = { serverMs: entry?.storedAtMs ?? 0, ownMs: performance.now() };
    }
    return this.clock.serverMs + (performance.now() - this.clock.ownMs);
  }
}
