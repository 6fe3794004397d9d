import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Delivery } from '../../../src/bus/bus.js';
import { LocalQueue, type QueueClock } from '../../../src/bus/local/queue.js';
import { trialMessage } from '../../support/fixtures/study-events.js';

const ACK_WAIT_MS = 1_000;

/** Time that passes when the test says so. */
class FakeClock implements QueueClock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers]
        .filter(({ at }) => at <= end)
        .sort((left, right) => left.at - right.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }
}

describe('LocalQueue', () => {
  let clock: FakeClock;
  let queue: LocalQueue;

  beforeEach(() => {
    clock = new FakeClock();
    queue = new LocalQueue(ACK_WAIT_MS, clock);
  });

  const pullNow = async (): Promise<Delivery | null> => {
    const pulled = queue.pull({ requirements: ['any'], expiresMs: 1 });
    clock.advance(1);
    return pulled;
  };
  const take = async (): Promise<Delivery> => {
    const delivery = await pullNow();
    assert.ok(delivery !== null);
    return delivery;
  };

  it('delivers again at the deadline, not before', async () => {
    queue.publish(trialMessage(0));
    await take();
    clock.advance(ACK_WAIT_MS - 10);
    assert.equal(await pullNow(), null);
    clock.advance(10);
    assert.equal((await take()).redelivered, true);
  });

  it('moves the deadline with each extend', async () => {
    queue.publish(trialMessage(0));
    const delivery = await take();
    for (let beat = 0; beat < 10; beat += 1) {
      clock.advance(ACK_WAIT_MS * 0.9);
      delivery.extend();
    }
    assert.equal(await pullNow(), null);
    clock.advance(ACK_WAIT_MS);
    assert.notEqual(await pullNow(), null);
  });

  it('delivers what was given back exactly when its delay is over', async () => {
    queue.publish(trialMessage(0));
    await (await take()).nak(500);
    clock.advance(498);
    assert.equal(await pullNow(), null);
    clock.advance(1);
    assert.notEqual(await pullNow(), null);
  });

  it('hands a redelivery to a pull that was waiting', async () => {
    queue.publish(trialMessage(0));
    await take();
    const waiting = queue.pull({ requirements: ['any'], expiresMs: 10 * ACK_WAIT_MS });
    clock.advance(ACK_WAIT_MS);
    assert.equal((await waiting)?.redelivered, true);
  });

  it('lets a holder that lost its trial neither extend nor give back that of the next one', async () => {
    queue.publish(trialMessage(0));
    const stale = await take();
    clock.advance(ACK_WAIT_MS);
    await take();
    await stale.nak(0);
    assert.equal(await pullNow(), null);
    clock.advance(ACK_WAIT_MS * 0.9);
    stale.extend();
    clock.advance(ACK_WAIT_MS * 0.1);
    assert.notEqual(await pullNow(), null);
  });

  it('delivers a trial that others wait behind last: a poisonous one never blocks the queue', async () => {
    for (let index = 0; index < 3; index += 1) queue.publish(trialMessage(index));
    await (await take()).nak(0);
    const order = [(await take()).message.index, (await take()).message.index, (await take()).message.index];
    assert.deepEqual(order, [1, 2, 0]);
  });

  it('keeps no timer for what is done, removed or closed', async () => {
    for (let index = 0; index < 4; index += 1)
      queue.publish(trialMessage(index, { study: index < 2 ? 'a-0001' : 'b-0001' }));
    const deliveries = [await take(), await take(), await take(), await take()];
    assert.equal(clock.timers, 4);
    await deliveries[0]?.ack();
    assert.equal(clock.timers, 3);
    queue.removeStudy('b-0001');
    assert.equal(clock.timers, 1);
    const waiting = queue.pull({ requirements: ['gpu'], expiresMs: 1_000_000 });
    queue.close();
    assert.equal(await waiting, null);
    assert.equal(clock.timers, 0);
  });

  it('takes a removed study that is published again, and ignores what its old holders do', async () => {
    queue.publish(trialMessage(0));
    const old = await take();
    queue.removeStudy('grid-7f3a');
    queue.publish(trialMessage(0));
    await old.ack();
    await old.nak(0);
    assert.equal(queue.listPending('grid-7f3a').size, 1);
    assert.equal((await take()).redelivered, false);
  });
});
