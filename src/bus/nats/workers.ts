// Heartbeats of worker nodes. How long ago one was seen is told by the server's clock alone: the difference between the
// stamp of the heartbeat and the server's now.
import type { WorkerInfo } from '../bus.js';
import { workerInfoCodec } from '../messages.js';
import { isToken, workerKey } from '../subjects.js';
import type { NatsBucket } from './bucket.js';
import type { NatsClock } from './clock.js';
import type { SetAside } from './set-aside.js';

export class NatsWorkers {
  constructor(
    private readonly bucket: NatsBucket,
    private readonly setAside: SetAside,
    private readonly clock: NatsClock,
  ) {}

  async heartbeat(info: WorkerInfo): Promise<void> {
    await this.bucket.put(workerKey(info.worker), workerInfoCodec.encode(info));
  }

  async remove(worker: string): Promise<void> {
    await this.bucket.delete(workerKey(worker));
  }

  async list(): Promise<(WorkerInfo & { readonly lastSeenMs: number })[]> {
    const [nowMs, entries] = await Promise.all([this.clock.read(), this.bucket.entries()]);
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
}
