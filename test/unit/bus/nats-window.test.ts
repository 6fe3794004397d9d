// What readers of a stream make of answers whose sequence numbers were damaged on their way: no message is passed over.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { askUntilAgreed } from '../../../src/bus/nats/jetstream/agreed.js';
import type { StoredMessage } from '../../../src/bus/nats/jetstream/stored-message.js';
import { readWindow } from '../../../src/bus/nats/jetstream/window.js';

type Ask = Parameters<typeof readWindow>[0]['readDirect'];

/** As it is told of the message that is stored as `right`. */
function message(sequence: number, right: number | undefined): StoredMessage {
  const storedAt = `2026-01-01T00:00:${right}Z`;
  return { subject: 'of.a.study', sequence, headers: undefined, data: new Uint8Array(0), storedAt };
}

/** Of a stream that has `sequences`; `damage` says what the answer to the `asked`-th question after `seq` tells instead. */
function streamOf(sequences: readonly number[], damage: (seq: number, asked: number) => number | undefined) {
  const asked = new Map<number, number>();
  const readDirect: Ask = async (_stream, query) => {
    const seq = 'seq' in query ? query.seq : 0;
    const count = (asked.get(seq) ?? 0) + 1;
    asked.set(seq, count);
    const right = sequences.find((one) => one >= seq);
    const told = damage(seq, count) ?? right;
    return told === undefined ? null : message(told, right);
  };
  return { readDirect, asked: () => [...asked.values()].reduce((sum, count) => sum + count, 0) };
}

async function readAll(stream: ReturnType<typeof streamOf>, size: number): Promise<number[]> {
  const read: number[] = [];
  for (;;) {
    const after = read.at(-1) ?? 0;
    const { messages } = await readWindow(stream, { stream: 'S', filter: 'of.>', after, size });
    if (messages.length === 0) return read;
    read.push(...messages.map(({ sequence }) => sequence));
  }
}

for (const [name, sequences] of [
  ['close together', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ['far apart', [3, 4, 9, 20, 21, 40]],
] as const) {
  for (const size of [1, 2, 4, 16]) {
    // But where damage makes it the very one that was asked for: then a message is read twice, which readers bear.
    it(`of messages ${name}, ${size} asked for at once, none is passed over where any one answer is damaged`, async () => {
      for (let at = 1; at <= 41; at += 1) {
        for (const flip of [1, 2, 4, 8, 16, 64]) {
          const stream = streamOf(sequences, (seq, asked) => {
            const right = sequences.find((one) => one >= seq);
            const isDamaged = seq === at && asked === 1 && right !== undefined && (right ^ flip) !== seq;
            return isDamaged ? right ^ flip : undefined;
          });
          assert.deepEqual(await readAll(stream, size), sequences, `answer ${at}, bit ${flip}`);
        }
      }
    });
  }
}

it('what lies close together is asked for once', async () => {
  const stream = streamOf([1, 2, 3, 4, 5, 6, 7, 8], () => undefined);
  assert.deepEqual(
    (await readWindow(stream, { stream: 'S', filter: 'of.>', after: 0, size: 8 })).isEnd,
    false,
  );
  assert.equal(stream.asked(), 8);
});

it('of a message behind what was asked for the last answer alone is asked for again', async () => {
  const stream = streamOf([3, 20], () => undefined);
  const { messages } = await readWindow(stream, { stream: 'S', filter: 'of.>', after: 0, size: 8 });
  assert.deepEqual(
    messages.map(({ sequence }) => sequence),
    [3, 20],
  );
  assert.equal(stream.asked(), 9);
});

it('two answers in a row that are the same are believed, and the last of many that are not', async () => {
  const answers = [1, 2, 2, 9];
  assert.equal(await askUntilAgreed(async () => answers.shift(), Object.is), 2);
  let grown = 0;
  assert.equal(await askUntilAgreed(async () => (grown += 1), Object.is), 5);
  assert.equal(
    await askUntilAgreed(async () => 7, Object.is, { first: 3, isSure: (value) => value === 3 }),
    3,
  );
});
