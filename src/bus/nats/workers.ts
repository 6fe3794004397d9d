// Heartbeats of worker nodes. How long ago one was seen is told by the server's clock alone: the difference between the
// stamp of the heartbeat and the server's now. A worker whose name ends with the mark of a key signs its heartbeats, and
// nobody else can give them.
import { isToken } from '../../schema/wire.js';
import type { WorkerInfo } from '../bus.js';
import {
  AUTHOR_HEADER,
  type EventAuthor,
  markOf,
  SIGNATURE_HEADER,
  SignatureCheck,
} from '../event-author.js';
import { workerInfoCodec } from '../messages.js';
import { isWorkerKey, workerKey } from '../subjects.js';
import type { NatsClock } from './clock.js';
import { type BucketEntry, BucketMemory, type NatsBucket } from './jetstream/bucket.js';
import { WORKER_MEMORY_MS } from './jetstream/streams.js';
import type { SetAside } from './set-aside.js';

/** As worker/node/node-name builds it for one that signs. */
const MARKED_NAME = /-([0-9a-f]{16})$/;

export class NatsWorkers {
  private readonly signatures = new SignatureCheck();
  private readonly memory = new BucketMemory();

  constructor(
    private readonly bucket: NatsBucket,
    private readonly setAside: SetAside,
    private readonly clock: NatsClock,
    private readonly author: EventAuthor | null,
  ) {}

  async heartbeat(info: WorkerInfo): Promise<void> {
    const key = workerKey(info.worker);
    const data = workerInfoCodec.encode(info);
    const { author } = this;
    if (author === null) await this.bucket.put(key, data);
    else
      await this.bucket.put(key, data, {
        [AUTHOR_HEADER]: author.publicKey,
        [SIGNATURE_HEADER]: author.sign(heartbeatOf(key), data),
      });
  }

  async remove(worker: string): Promise<void> {
    await this.bucket.delete(workerKey(worker));
  }

  async list(): Promise<(WorkerInfo & { readonly lastSeenMs: number })[]> {
    const [nowMs, entries] = await Promise.all([this.clock.read(), this.bucket.entries(this.memory)]);
    return entries.flatMap((entry) => {
      if (!isWorkerKey(entry.key)) return [];
      if (nowMs - entry.storedAtMs > WORKER_MEMORY_MS) {
        this.memory.drop(entry.key);
        return [];
      }
      try {
        const info = workerInfoCodec.decode(entry.value);
        if (!isToken(entry.key) || info.worker !== entry.key) throw new Error('it names another worker');
        if (!this.isGenuine(entry)) throw new Error('it is not signed by the worker that it names');
        return [{ ...info, lastSeenMs: Math.max(0, nowMs - entry.storedAtMs) }];
      } catch (thrown) {
        this.setAside.count('worker', entry.key, thrown instanceof Error ? thrown.message : String(thrown));
        return [];
      }
    });
  }

  private isGenuine({ key, value, headers }: BucketEntry): boolean {
    const mark = MARKED_NAME.exec(key)?.[1];
    if (mark === undefined) return true;
    const author = headers?.get(AUTHOR_HEADER) ?? '';
    const signature = headers?.get(SIGNATURE_HEADER) ?? '';
    return markOf(author) === mark && this.signatures.isGenuine(author, heartbeatOf(key), value, signature);
  }
}

function heartbeatOf(key: string): string {
  return `heartbeat ${key}`;
}
