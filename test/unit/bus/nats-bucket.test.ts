// Reading a bucket that is written meanwhile: no key that is there before and after may be missed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BucketMemory, NatsBucket } from '../../../src/bus/nats/jetstream/bucket.js';
import type { DirectQuery, JetStream } from '../../../src/bus/nats/jetstream/jetstream.js';
import type { StoredMessage } from '../../../src/bus/nats/jetstream/stored-message.js';
import { bucketSubject } from '../../../src/bus/subjects.js';

const BUCKET = 'SWEEP_WORKERS';

/** A stream with one message a key, the newest; `onRead` after each read of one. */
function openStream(keys: readonly string[], onRead: (reads: number, write: (key: string) => void) => void) {
  const sequences = new Map<string, number>();
  let newest = 0;
  let reads = 0;
  const write = (key: string): void => {
    newest += 1;
    sequences.delete(key);
    sequences.set(key, newest);
  };
  for (const key of keys) write(key);
  const messageOf = (key: string, sequence: number): StoredMessage => ({
    subject: bucketSubject(BUCKET, key),
    sequence,
    headers: undefined,
    data: new Uint8Array(0),
    storedAt: new Date(0).toISOString(),
  });
  const jetStream = {
    readLast: async () => {
      const last = [...sequences].at(-1);
      return last === undefined ? null : messageOf(...last);
    },
    readDirect: async (_: string, query: DirectQuery) => {
      const { seq = 0 } = query as { seq?: number };
      const found = [...sequences].find(([, sequence]) => sequence >= seq);
      reads += 1;
      onRead(reads, write);
      return found === undefined ? null : messageOf(...found);
    },
  } as unknown as JetStream;
  return { bucket: new NatsBucket(jetStream, BUCKET), reads: () => reads };
}

const workers = Array.from({ length: 500 }, (_, place) => `w${place}`);

test('a key that is written while the bucket is read is found once', async () => {
  let next = 499;
  // From the last one down: each moves from where reading has not come to yet to behind the end it began with.
  const { bucket } = openStream(workers, (reads, write) => {
    if (reads % 4 === 0 && next > 0) write(`w${next--}`);
  });
  const keys = (await bucket.entries()).map(({ key }) => key);
  assert.deepEqual([...keys].sort(), [...workers].sort());
});

test('a bucket is read in requests that grow with its keys', async () => {
  const read = async (count: number): Promise<number> => {
    const { bucket, reads } = openStream(workers.slice(0, count), () => {});
    assert.equal((await bucket.entries()).length, count);
    return reads();
  };
  assert.ok((await read(1)) <= 64);
  assert.ok((await read(500)) <= 2 * 500);
});

test('with a memory only what was written since is read, and all is known', async () => {
  const writes: ((key: string) => void)[] = [];
  const { bucket, reads } = openStream(workers, (_, write) => void writes.push(write));
  const memory = new BucketMemory();
  assert.equal((await bucket.entries(memory)).length, 500);
  const before = reads();
  for (const key of ['w7', 'w8', 'new']) writes[0]?.(key);
  const entries = await bucket.entries(memory);
  assert.equal(entries.length, 501);
  assert.deepEqual(
    entries.slice(-3).map(({ key, revision }) => [key, revision]),
    [
      ['w7', 501],
      ['w8', 502],
      ['new', 503],
    ],
  );
  assert.ok(reads() - before <= 64);
  const after = reads();
  assert.equal((await bucket.entries(memory)).length, 501);
  assert.equal(reads(), after, 'nothing new, nothing read');
});

test('a reading with a memory ends though keys are written faster than they are read', async () => {
  let isBusy = false;
  let next = 0;
  const { bucket, reads } = openStream(workers, (_, write) => {
    if (isBusy) for (let times = 0; times < 3; times++) write(`w${next++ % 500}`);
  });
  const memory = new BucketMemory();
  await bucket.entries(memory);
  isBusy = true;
  for (let times = 0; times < 3; times++) {
    const before = reads();
    const keys = (await bucket.entries(memory)).map(({ key }) => key);
    assert.deepEqual([...keys].sort(), [...workers].sort());
    assert.ok(reads() - before <= 6 * 500, 'it does not run after the writers');
  }
});

test('a reading that failed halfway is gone on with', async () => {
  let fails = true;
  const { bucket, reads } = openStream(workers, (count) => {
    if (fails && count === 300) throw new Error('the server is silent');
  });
  const memory = new BucketMemory();
  await assert.rejects(bucket.entries(memory), /silent/);
  fails = false;
  const before = reads();
  assert.equal((await bucket.entries(memory)).length, 500);
  assert.ok(reads() - before < 500 + 256 - 64);
});

test('a stream that was made anew is read anew', async () => {
  const memory = new BucketMemory();
  await openStream(workers, () => {}).bucket.entries(memory);
  const keys = (await openStream(['other'], () => {}).bucket.entries(memory)).map(({ key }) => key);
  assert.deepEqual(keys, ['other']);
});
