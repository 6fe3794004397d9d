// A key-value bucket as a stream with one message a key: compare-and-set, read from the leader. The layout is the one of
// NATS' own tools (`nats kv get SWEEP_STUDIES …`); the client's KV view is not used: it creates consumers and keeps an
// existing bucket's settings silently.

import { bucketStream, bucketSubject, bucketSubjects } from '../../subjects.js';
import { askUntilAgreed } from './agreed.js';
import type { JetStream, PublishOptions } from './jetstream.js';
import { JetStreamRefusal } from './refusal.js';
import { isSameStored, type StoredMessage } from './stored-message.js';
import { readWindow } from './window.js';

export interface BucketEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Grows with every write to the bucket. */
  readonly revision: number;
  /** The server's clock. */
  readonly storedAtMs: number;
  readonly headers: StoredMessage['headers'];
}

interface StreamInfo {
  readonly config: { readonly num_replicas: number };
}

const OPERATION_HEADER = 'KV-Operation';
/** Requests in flight while a bucket is read: many where its messages lie close together, as heartbeats do. */
const WINDOW = { first: 64, least: 16, most: 256 } as const;
const EMPTY = new Uint8Array(0);

/** What one reader knows of a bucket. */
export class BucketMemory {
  /** All up to this revision was read. */
  after = 0;
  /** Whether a reading came to the end: then a key that is not found anew is known from before. */
  isWhole = false;
  private readonly found = new Map<string, BucketEntry>();

  take(entry: BucketEntry, isDeleted: boolean): void {
    const { key, revision } = entry;
    this.after = Math.max(this.after, revision);
    // Another reading may have been faster.
    if ((this.found.get(key)?.revision ?? 0) > revision) return;
    // Deleted first, so that a key stands where it was written last.
    this.found.delete(key);
    if (!isDeleted) this.found.set(key, entry);
  }

  list(): BucketEntry[] {
    return [...this.found.values()];
  }

  /** Forgets a key that the server may have let go by its age. */
  drop(key: string): void {
    this.found.delete(key);
  }

  forget(): void {
    this.found.clear();
    this.after = 0;
    this.isWhole = false;
  }
}

export class NatsBucket {
  private readonly stream: string;

  constructor(
    private readonly jetStream: JetStream,
    private readonly bucket: string,
  ) {
    this.stream = bucketStream(bucket);
  }

  async read(key: string): Promise<BucketEntry | null> {
    const message = await this.readMessage(key);
    return message === null || isDeletion(message) ? null : this.entryOf(message);
  }

  /** As `read`, for what grave steps rest on: believed when the server said the same twice. */
  async readAgreed(key: string): Promise<BucketEntry | null> {
    const message = await askUntilAgreed(() => this.readMessage(key), isSameStored);
    return message === null || isDeletion(message) ? null : this.entryOf(message);
  }

  /** As `read`, from whichever replica is near: at a fraction of the cost, but in a cluster it may be stale, or not there yet. */
  async readNear(key: string): Promise<BucketEntry | null> {
    const query = { last_by_subj: bucketSubject(this.bucket, key) };
    const message = await this.jetStream.readDirect(this.stream, query);
    return message === null || isDeletion(message) ? null : this.entryOf(message);
  }

  /** Whether another replica than the leader may answer. */
  async isReplicated(): Promise<boolean> {
    const info = await this.jetStream.api<StreamInfo>(
      `STREAM.INFO.${this.stream}`,
      undefined,
      `looking at ${this.stream}`,
    );
    return info.config.num_replicas > 1;
  }

  /** Returns the new revision. */
  async put(key: string, value: Uint8Array, headers?: PublishOptions['headers']): Promise<number> {
    const options = { stream: this.stream, ...(headers === undefined ? {} : { headers }) };
    const ack = await this.jetStream.publish(bucketSubject(this.bucket, key), value, options);
    return ack.sequence;
  }

  /** Writes a key that is absent or deleted. Returns its revision, or null when someone has it. */
  async create(key: string, value: Uint8Array): Promise<number | null> {
    const current = await this.readMessage(key);
    if (current !== null && !isDeletion(current)) return null;
    return this.replace(key, value, current?.sequence ?? 0);
  }

  /** Writes if the key is still at `revision`. Returns the new one, or null when it is not (or no answer told so). */
  async replace(key: string, value: Uint8Array, revision: number): Promise<number | null> {
    try {
      const options = { stream: this.stream, expectedLast: revision };
      return (await this.jetStream.publish(bucketSubject(this.bucket, key), value, options)).sequence;
    } catch (thrown) {
      if (thrown instanceof JetStreamRefusal && thrown.isWrongLastSequence) return null;
      throw thrown;
    }
  }

  /** Leaves a mark in the key's place: streams of buckets refuse real deletion. */
  async delete(key: string): Promise<void> {
    await this.jetStream.publish(bucketSubject(this.bucket, key), EMPTY, {
      stream: this.stream,
      headers: { [OPERATION_HEADER]: 'DEL' },
    });
  }

  /**
   * All entries there are. A key that is written while they are read moves behind the others: reading goes on until nothing
   * is behind, or a key that moved would be missed and a living worker with it. With a memory of an earlier reading only
   * what was written since is read, up to the end there was at the beginning, so that it ends however fast keys are written;
   * and a reading that fails halfway is gone on with by the next one.
   */
  async entries(memory: BucketMemory = new BucketMemory()): Promise<BucketEntry[]> {
    const filter = bucketSubjects(this.bucket);
    const last = await this.jetStream.readLast(this.stream, filter);
    // A stream that was made anew counts anew.
    if (last === null || last.sequence < memory.after) memory.forget();
    const mayLeaveMoved = memory.isWhole;
    let size: number = WINDOW.first;
    while (last !== null && !(mayLeaveMoved && memory.after >= last.sequence)) {
      const { after } = memory;
      const { messages } = await readWindow(this.jetStream, { stream: this.stream, filter, after, size });
      const newest = messages.at(-1)?.sequence;
      if (newest === undefined) break;
      for (const message of messages) memory.take(this.entryOf(message), isDeletion(message));
      // What was asked for behind the newest was not there.
      if (newest >= last.sequence && newest < after + size) break;
      size = Math.min(WINDOW.most, Math.max(WINDOW.least, messages.length * 2));
    }
    memory.isWhole = true;
    return memory.list();
  }

  private readMessage(key: string): Promise<StoredMessage | null> {
    return this.jetStream.readLast(this.stream, bucketSubject(this.bucket, key));
  }

  private entryOf(message: StoredMessage): BucketEntry {
    return {
      key: message.subject.slice(bucketSubject(this.bucket, 'k').length - 1),
      value: message.data,
      revision: message.sequence,
      storedAtMs: Date.parse(message.storedAt),
      headers: message.headers,
    };
  }
}

function isDeletion(message: StoredMessage): boolean {
  const operation = message.headers?.get(OPERATION_HEADER) ?? '';
  return operation === 'DEL' || operation === 'PURGE';
}
