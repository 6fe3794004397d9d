import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckpointWriter, type WrittenCheckpoint } from '../../../worker/node/checkpoint-writer.js';

const checkpointOf = (epoch: number): WrittenCheckpoint => ({ epoch, step: 0, bytes: new Uint8Array(1) });

/** A store whose writes end when the test says so. */
function openStore() {
  const begun: number[] = [];
  const ends: ((failure?: Error) => void)[] = [];
  const store = ({ epoch }: WrittenCheckpoint): Promise<void> => {
    begun.push(epoch);
    return new Promise((resolve, reject) => {
      ends.push((failure) => (failure === undefined ? resolve() : reject(failure)));
    });
  };
  return { begun, store, end: (failure?: Error) => ends.shift()?.(failure) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('while a checkpoint is being written only the newest of the others waits', async () => {
  const { begun, store, end } = openStore();
  const writer = new CheckpointWriter(store);
  const writes = [1, 2, 3, 4].map((epoch) => writer.offer(checkpointOf(epoch)));
  assert.deepEqual(begun, [1]);
  end();
  await turn();
  assert.deepEqual(begun, [1, 4]);
  end();
  await Promise.all(writes);
  const later = writer.offer(checkpointOf(5));
  end();
  await later;
  assert.deepEqual(begun, [1, 4, 5]);
});

test('discarding drops what waits and lasts until nothing is being written', async () => {
  const { begun, store, end } = openStore();
  const writer = new CheckpointWriter(store);
  void writer.offer(checkpointOf(1));
  void writer.offer(checkpointOf(2));
  let isStill = false;
  const discarded = writer.discard().then(() => {
    isStill = true;
  });
  await turn();
  assert.equal(isStill, false);
  end();
  await discarded;
  assert.deepEqual(begun, [1]);
});

test('a failed write rejects for those who offered, and the next checkpoint is written', async () => {
  const { begun, store, end } = openStore();
  const writer = new CheckpointWriter(store);
  const failing = writer.offer(checkpointOf(1));
  end(new Error('full'));
  await assert.rejects(failing, /full/);
  await writer.discard();
  const next = writer.offer(checkpointOf(2));
  end();
  await next;
  assert.deepEqual(begun, [1, 2]);
});
