// What the event log on JetStream writes together, and what its readers make of it, over a stream in memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headers as createHeaders } from 'nats';
import { EventAuthor } from '../../../src/bus/event-author.js';
import { studyEventCodec } from '../../../src/bus/messages.js';
import { encodeBatch } from '../../../src/bus/nats/event-log/event-batch.js';
import { CHECKSUM_HEADER, checksumOf } from '../../../src/bus/nats/event-log/event-record.js';
import { NatsEvents } from '../../../src/bus/nats/event-log/events.js';
import type { FencedWriter } from '../../../src/bus/nats/event-log/fence.js';
import type { DirectQuery, JetStream, PublishOptions } from '../../../src/bus/nats/jetstream/jetstream.js';
import type { StoredMessage } from '../../../src/bus/nats/jetstream/stored-message.js';
import { SetAside } from '../../../src/bus/nats/set-aside.js';
import { SweepError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import {
  created,
  finished,
  queued,
  reported,
  started,
  trialAt,
} from '../../support/fixtures/study-events.js';

const STUDY = 'gru-1';
const BATCH = `sweep.events.${STUDY}.batch`;

/** A stream that answers a moment later; `refuse` says what a publish of so many before it throws. */
class MemoryStream {
  readonly messages: StoredMessage[] = [];
  published = 0;
  refuse: (before: number, subject: string, data: Uint8Array) => SweepError | null = () => null;
  readonly connection = { info: { max_payload: 1_048_576 } };

  async publish(subject: string, data: Uint8Array, { headers = {} }: Partial<PublishOptions> = {}) {
    const before = this.published++;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const refusal = this.refuse(before, subject, data);
    if (refusal !== null) throw refusal;
    const head = createHeaders();
    for (const [name, value] of Object.entries(headers)) head.set(name, value);
    const sequence = this.messages.length + 1;
    this.messages.push({ subject, sequence, headers: head, data, storedAt: new Date(0).toISOString() });
    return { sequence, duplicate: false };
  }

  async readLast(_: string, filter: string): Promise<StoredMessage | null> {
    return this.messages.findLast(({ subject }) => isMatch(subject, filter)) ?? null;
  }

  /** Reads that were under way at once, at most. */
  readsAtOnce = 0;
  /** Messages that were given out. */
  given = 0;
  private reads = 0;

  async readDirect(_: string, query: DirectQuery): Promise<StoredMessage | null> {
    this.readsAtOnce = Math.max(this.readsAtOnce, ++this.reads);
    await null;
    this.reads -= 1;
    const { seq, next_by_subj } = query as { seq: number; next_by_subj?: string };
    const found =
      next_by_subj === undefined
        ? this.messages[seq - 1]
        : this.messages.find(({ sequence, subject }) => sequence >= seq && isMatch(subject, next_by_subj));
    if (found !== undefined) this.given += 1;
    return found ?? null;
  }

  async readFromLeader(stream: string, query: DirectQuery): Promise<StoredMessage | null> {
    return this.readDirect(stream, query);
  }

  /** As a writer of any kind might put it there. */
  async write(subject: string, data: Uint8Array): Promise<void> {
    await this.publish(subject, data, { headers: { [CHECKSUM_HEADER]: checksumOf(data) } });
  }
}

function isMatch(subject: string, filter: string): boolean {
  const pattern = filter.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace('>', '.+');
  return new RegExp(`^${pattern}$`).test(subject);
}

function open(author: EventAuthor | null = null) {
  const stream = new MemoryStream();
  const aside = new SetAside(silentLogger);
  const closing = new AbortController().signal;
  return { stream, aside, log: new NatsEvents(stream as unknown as JetStream, aside, closing, author) };
}

async function readAll(log: NatsEvents) {
  const found: { readonly seq: number; readonly event: StudyEvent }[] = [];
  for await (const { seq, event } of log.read(STUDY)) found.push({ seq, event });
  return found;
}

const many = (count: number): StudyEvent[] => Array.from({ length: count }, (_, index) => queued(index));

test('a log that is written seldom has a message an event, as it always had', async () => {
  const { log, stream } = open();
  for (const event of [created(), queued(0), started(0), finished(0, 0.3)]) await log.append(STUDY, event);
  assert.deepEqual(
    stream.messages.map(({ subject, data }) => [subject, JSON.parse(Buffer.from(data).toString()).v]),
    ['study', trialAt(0), trialAt(0), trialAt(0)].map((about) => [`sweep.events.${STUDY}.${about}`, 1]),
  );
});

test('what comes while an answer is awaited goes together, in order, each event with its own number', async () => {
  const { log, stream } = open();
  const first = log.append(STUDY, queued(0));
  await new Promise((resolve) => setImmediate(resolve));
  const numbers = await Promise.all([
    first,
    ...many(100)
      .slice(1)
      .map((event) => log.append(STUDY, event)),
  ]);
  assert.deepEqual(
    stream.messages.map(({ subject }) => subject),
    [`sweep.events.${STUDY}.${trialAt(0)}`, BATCH],
  );
  assert.ok(numbers.every((number, place) => place === 0 || number > (numbers[place - 1] ?? 0)));
  assert.deepEqual(
    await readAll(log),
    many(100).map((event, place) => ({ seq: place + 1, event })),
  );
});

test('events of the study itself stand alone, in their place among the others', async () => {
  const { log, stream } = open();
  const events = [queued(0), queued(1), created(), queued(2), queued(3)];
  await Promise.all(events.map((event) => log.append(STUDY, event)));
  assert.deepEqual(
    stream.messages.map(({ subject }) => subject),
    [BATCH, `sweep.events.${STUDY}.study`, BATCH],
  );
  assert.deepEqual(
    (await readAll(log)).map(({ event }) => event),
    events,
  );
  assert.deepEqual(
    (await log.studyEvents(STUDY)).map(({ event }) => event),
    [created()],
  );
});

test('a message is no larger than the server takes', async () => {
  const { log, stream } = open();
  stream.connection.info.max_payload = 3_000;
  await Promise.all(many(50).map((event) => log.append(STUDY, event)));
  // A client counts the headers, too: what they need at most is left free.
  assert.ok(stream.messages.every(({ data }) => data.length <= 3_000 - 1_024));
  assert.ok(stream.messages.length < 25, `${stream.messages.length} messages`);
  assert.equal((await readAll(log)).length, 50);
});

test('what a server does not take together goes one by one, in order', async () => {
  const { log, stream } = open();
  const tooLarge = new SweepError('MESSAGE_MALFORMED', 'too large');
  const isLarge = (data: Uint8Array) => Buffer.from(data).includes(trialAt(3));
  stream.refuse = (_, subject, data) => (subject === BATCH || isLarge(data) ? tooLarge : null);
  const together = many(5).map((event) => log.append(STUDY, event));
  await new Promise((resolve) => setImmediate(resolve));
  const behind = [created(), queued(5)].map((event) => log.append(STUDY, event));
  const ends = await Promise.allSettled([...together, ...behind]);
  assert.deepEqual(
    ends.map((end) => end.status === 'fulfilled' || end.reason),
    [true, true, true, tooLarge, true, true, true],
  );
  assert.deepEqual(
    (await readAll(log)).map(({ event }) => event),
    [...many(3), queued(4), created(), queued(5)],
  );
});

test('the start of a trial waits for its end if that is near, and not longer', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { log, stream } = open();
  const start = log.append(STUDY, started(0));
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([start, log.append(STUDY, finished(0, 0.3))]);
  assert.deepEqual(
    stream.messages.map(({ subject }) => subject),
    [BATCH],
  );
  const alone = log.append(STUDY, started(1));
  context.mock.timers.tick(5);
  await alone;
  assert.equal(stream.messages.length, 2);
});

test('a reader asks for many messages at once, and for fewer where they are large', async () => {
  for (const [bytes, fewest, most] of [
    [1_000, 128, 128],
    [128 * 1024, 16, 32],
  ] as const) {
    const { log, stream } = open();
    for (let count = 0; count < 400; count += 1) await stream.write(BATCH, Buffer.alloc(bytes, ' '));
    assert.equal((await readAll(log)).length, 400);
    assert.ok(
      stream.readsAtOnce >= fewest && stream.readsAtOnce <= most,
      `${stream.readsAtOnce} of ${bytes}`,
    );
  }
});

test('what happened to one trial is found in any message, from the number on that is given', async () => {
  const { log } = open();
  const numbers = await Promise.all(many(5).map((event) => log.append(STUDY, event)));
  await log.append(STUDY, started(3));
  await Promise.all([2, 3].map((index) => log.append(STUDY, finished(index, 0.3))));
  for (const since of [undefined, numbers[3]]) {
    const story = await log.trialEvents(STUDY, trialAt(3), since);
    assert.deepEqual(
      story.map(({ event }) => event),
      [queued(3), started(3), finished(3, 0.3)],
    );
    assert.ok(story.every(({ seq }, place) => place === 0 || seq > (story[place - 1]?.seq ?? 0)));
  }
  const later = await log.trialEvents(STUDY, trialAt(3), (numbers[3] ?? 0) + 1);
  assert.deepEqual(
    later.map(({ event }) => event.type),
    ['trial.started', 'trial.finished'],
  );
});

test('a log that was read is not read again for one trial', async () => {
  const { log, stream } = open();
  for (let index = 0; index < 400; index += 2)
    await Promise.all([index, index + 1].map((one) => log.append(STUDY, queued(one))));
  const read = async (index: number) => {
    const before = stream.given;
    const story = await log.trialEvents(STUDY, trialAt(index));
    return [story.map(({ event }) => event), stream.given - before] as const;
  };
  const [unread, whole] = await read(3);
  await readAll(log);
  assert.deepEqual(
    [await read(3), await read(777)],
    [
      [unread, 1],
      [[], 0],
    ],
  );
  assert.ok(whole >= 200);
  // What came since is read.
  await Promise.all([3, 4].map((index) => log.append(STUDY, finished(index, 0.3))));
  assert.deepEqual((await read(3))[0], [queued(3), finished(3, 0.3)]);
});

test('an append that fails fails what waits behind it, which comes in order when it is repeated', async () => {
  const { log, stream } = open();
  stream.refuse = (before) => (before === 0 ? new SweepError('BUS_UNREACHABLE', 'away') : null);
  const first = log.append(STUDY, queued(0));
  await new Promise((resolve) => setImmediate(resolve));
  const ends = await Promise.allSettled([first, log.append(STUDY, queued(1)), log.append(STUDY, queued(2))]);
  assert.deepEqual(
    ends.map((end) => end.status === 'rejected' && end.reason.code),
    ['BUS_UNREACHABLE', 'BUS_UNREACHABLE', 'BUS_UNREACHABLE'],
  );
  await Promise.all(many(3).map((event) => log.append(STUDY, event)));
  assert.deepEqual(
    (await readAll(log)).map(({ event }) => event),
    many(3),
  );
});

test('one that no reader takes is refused alone', async () => {
  const { log } = open();
  const ends = await Promise.allSettled([
    log.append(STUDY, queued(0)),
    log.append(STUDY, reported(0, 1, Number.NaN)),
    log.append(STUDY, queued(1)),
  ]);
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal((await readAll(log)).length, 2);
});

test('what a holder whose lease is lost had waiting is written no more, and what stands behind the mark is void', async () => {
  const { log, stream } = open();
  const lost = new SweepError('LEASE_LOST', 'taken over');
  let isHeld = true;
  const writer: FencedWriter = {
    epoch: 1,
    assertHeld: () => {
      if (!isHeld) throw lost;
    },
    confirm: async () => {
      if (!isHeld) throw lost;
    },
  };
  await Promise.all([queued(0), queued(1)].map((event) => log.append(STUDY, event, writer)));
  await log.markTakeover(STUDY, 2);
  // It does not know yet.
  await Promise.all([queued(2), queued(3)].map((event) => log.append(STUDY, event, writer)));
  const late = [queued(4), queued(5)].map((event) => log.append(STUDY, event, writer));
  isHeld = false;
  const ends = await Promise.allSettled(late);
  assert.ok(ends.every((end) => end.status === 'rejected' && end.reason === lost));
  assert.equal(stream.messages.length, 3, 'two batches and the mark');
  assert.deepEqual(
    (await readAll(log)).map(({ event }) => event),
    [queued(0), queued(1)],
  );
});

test('a worker signs what it writes together, and what is changed or written in its name is no event', async () => {
  const author = new EventAuthor();
  const { log, stream, aside } = open(author);
  await Promise.all([started(0), finished(0, 0.3)].map((event) => log.append(STUDY, event)));
  const [batch] = stream.messages;
  assert.equal(batch?.subject, `${BATCH}.${author.publicKey}`);
  for await (const { signedBy } of log.read(STUDY)) assert.equal(signedBy, author.mark);
  const forged = encodeBatch([studyEventCodec.encode(finished(0, 0.001))]);
  await stream.write(batch?.subject ?? '', forged);
  const events = await readAll(log);
  assert.deepEqual(
    events.map(({ event }) => event.type),
    ['trial.started', 'trial.finished', 'log.unreadable'],
  );
  assert.equal(aside.totals().signature, 1);
});

test('a batch that speaks for the study itself is none of ours; one that is damaged is told in its place', async () => {
  const { log, stream, aside } = open();
  const records = (events: readonly StudyEvent[]) => events.map((event) => studyEventCodec.encode(event));
  await stream.write(BATCH, encodeBatch(records([queued(0), created()])));
  assert.deepEqual(await readAll(log), []);
  assert.equal(aside.totals().event, 1);
  const later = Buffer.from(JSON.stringify({ ...queued(1), v: 9 }));
  await stream.write(BATCH, encodeBatch([...records([queued(0)]), later, ...records([queued(2)])]));
  await stream.write(BATCH, Buffer.from('{"v":2,"events":[{"v":1'));
  await stream.write(BATCH, Buffer.from('{"v":3,"records":[]}'));
  const events = await readAll(log);
  assert.deepEqual(
    events.map(({ seq, event }) => [seq, event.type]),
    [
      [1, 'trial.queued'],
      [2, 'log.unreadable'],
      [3, 'trial.queued'],
      [4, 'log.unreadable'],
      [5, 'log.unreadable'],
    ],
  );
  assert.match(
    events.map(({ event }) => (event.type === 'log.unreadable' ? event.reason : '')).join('\n'),
    /version 9.*not JSON.*version is 3/s,
  );
});

test('a message of no events, or of more than are written together, is one record that cannot be read', async () => {
  const { log, stream, aside } = open();
  for (const count of [0, 256, 257, 200_000])
    await stream.write(BATCH, Buffer.from(`{"v":2,"events":[${Array(count).fill(0).join(',')}]}`));
  const numbers = (await readAll(log)).map(({ seq, event }) => [seq, event.type]);
  assert.equal(numbers.length, 1 + 256 + 1 + 1);
  assert.ok(numbers.every(([seq, type], place) => seq === place + 1 && type === 'log.unreadable'));
  assert.equal(aside.totals().event, numbers.length);
});

test('a message of several events keeps decoding as it was first written', async () => {
  const { log, stream } = open();
  const trial = '00112233445566aa';
  const returned = `{"v":1,"type":"trial.returned","trial":"${trial}","index":0,"attempt":1,"worker":"w1","reason":"drained"}`;
  const report = `{"v":1,"type":"trial.report","trial":"${trial}","index":0,"attempt":2,"report":{"epoch":1,"metrics":{"loss":0.5},"durationMs":2}}`;
  await stream.write(BATCH, Buffer.from(`{"v":2,"events":[${returned},${report}]}`));
  assert.deepEqual(
    (await readAll(log)).map(({ seq, event }) => [seq, event.type]),
    [
      [1, 'trial.returned'],
      [2, 'trial.report'],
    ],
  );
});
