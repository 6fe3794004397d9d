// Foreign, malformed and damaged messages on every subject, and blobs that are not whole.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { crc32 } from 'node:zlib';
import { connect, headers } from 'nats';
import type { Bus } from '../../../src/bus/bus.js';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { bucketSubject, RESULTS_BUCKET, STUDIES_BUCKET, WORKERS_BUCKET } from '../../../src/bus/subjects.js';
import type { LoggedEvent } from '../../../src/study/events.js';
import { rejectsWith } from '../../support/errors.js';
import {
  created,
  finished,
  queued,
  studyRecord,
  trialAt,
  trialMessage,
  workerInfo,
} from '../../support/fixtures/study-events.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const HOSTILE = [
  'a b',
  'x\r\nPUB sweep.control.all 0\r\n',
  '*',
  '>',
  'a.b',
  '..',
  '',
  '__proto__',
  'n'.repeat(10_000),
];
const GARBAGE = [
  '',
  'not json',
  '[]',
  'null',
  '{"v":1}',
  '{"v":99,"type":"cancel","study":"grid-7f3a"}',
  '{"__proto__":{"v":1}}',
  '\u0000\uffff',
];

async function open(test: TestContext) {
  const server = await NatsServer.start();
  test.after(() => server.stop());
  const bus = await openNatsBus({ servers: server.url, role: 'coordinator', ackWaitMs: 2_000 });
  test.after(() => bus.close());
  await bus.createStudy(studyRecord(STUDY));
  const raw = await connect({ servers: server.url });
  test.after(() => raw.close());
  return { bus, raw, jetStream: raw.jetstream() };
}

async function allEvents(bus: Bus): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const logged of bus.events(STUDY)) events.push(logged);
  return events;
}

describe('garbage on NATS', { skip: skipWithoutNats() }, () => {
  it('sets aside malformed trials for good, counts them, and delivers the sound one', async (test) => {
    const { bus, jetStream } = await open(test);
    for (const text of GARBAGE) await jetStream.publish(`sweep.trials.any.${STUDY}.${trialAt(1)}`, text);
    // A sound message on the subject of another trial.
    const sound = new TextEncoder().encode(JSON.stringify({ v: 1, ...trialMessage(2) }));
    await jetStream.publish(`sweep.trials.any.${STUDY}.${trialAt(3)}`, sound);
    await bus.publishTrial(trialMessage(0));
    const delivery = await bus.pullTrial({ requirements: ['any'], expiresMs: 10_000 });
    assert.equal(delivery?.message.trial, trialAt(0));
    await delivery?.ack();
    // Each is asked for once more: its way may have damaged it.
    await waitUntil('an empty queue', async () => {
      await bus.pullTrial({ requirements: ['any'], expiresMs: 200 });
      return (await bus.listPending(STUDY)).size === 0;
    });
    assert.equal(bus.setAside().trial, GARBAGE.length + 1);
  });

  it('leaves a trial of a later version on the queue for its workers', async (test) => {
    const { bus, jetStream } = await open(test);
    const later = JSON.stringify({ ...trialMessage(1), v: 2, config: { kind: 'unheard of' } });
    await jetStream.publish(`sweep.trials.any.${STUDY}.${trialAt(1)}`, later);
    await bus.publishTrial(trialMessage(0));
    const delivery = await bus.pullTrial({ requirements: ['any'], expiresMs: 10_000 });
    assert.equal(delivery?.message.trial, trialAt(0));
    await delivery?.ack();
    assert.equal(await bus.pullTrial({ requirements: ['any'], expiresMs: 300 }), null, 'not again at once');
    assert.deepEqual([...(await bus.listPending(STUDY))], [trialAt(1)]);
    assert.equal(bus.setAside().trial, 1);
  });

  it('sets aside foreign messages in the event log without a number for them', async (test) => {
    const { bus, jetStream } = await open(test);
    await bus.append(STUDY, created());
    for (const text of GARBAGE) await jetStream.publish(`sweep.events.${STUDY}.${trialAt(1)}`, text);
    await bus.append(STUDY, finished(0, 0.27));
    assert.deepEqual(
      (await allEvents(bus)).map(({ seq, event }) => [seq, event.type]),
      [
        [1, 'study.created'],
        [2, 'trial.finished'],
      ],
    );
    assert.equal(bus.setAside().event, GARBAGE.length);
  });

  it('sets aside what cannot be read in the event log, with its place, between the sound ones', async (test) => {
    const { bus, jetStream } = await open(test);
    await bus.append(STUDY, created());
    const head = headers();
    head.set('Sweep-Crc', '00000000');
    await jetStream.publish(`sweep.events.${STUDY}.${trialAt(0)}`, '{"v":1}', { headers: head });
    const sealed = async (fields: object): Promise<void> => {
      const data = Buffer.from(JSON.stringify(fields));
      const own = headers();
      own.set('Sweep-Crc', crc32(data).toString(16).padStart(8, '0'));
      await jetStream.publish(`sweep.events.${STUDY}.${trialAt(0)}`, data, { headers: own });
    };
    await sealed({ v: 2, ...queued(0) });
    await sealed({ v: 1, ...queued(0), type: 'trial.metric2' });
    await sealed({ v: 1, ...queued(0), index: -3 });
    await bus.append(STUDY, queued(0));
    const events = await allEvents(bus);
    assert.deepEqual(
      events.map(({ seq, event }) => [seq, event.type]),
      [
        [1, 'study.created'],
        [2, 'log.unreadable'],
        [3, 'log.unreadable'],
        [4, 'log.unreadable'],
        [5, 'log.unreadable'],
        [6, 'trial.queued'],
      ],
    );
    const told = events.flatMap(({ event }) => (event.type === 'log.unreadable' ? [event] : []));
    assert.equal(told[0]?.place, 'SWEEP_EVENTS:2');
    assert.match(
      told.map(({ reason }) => reason).join('\n'),
      /checksum.*\n.*version 2.*\n.*"trial.metric2".*\n.*index/,
    );
    assert.equal((await bus.trialEvents(STUDY, trialAt(0))).length, 1);
  });

  it('sets aside malformed control messages, records, heartbeats and cached results', async (test) => {
    const { bus, raw, jetStream } = await open(test);
    const heard: string[] = [];
    bus.onControl((message) => heard.push(message.type));
    await bus.heartbeat(workerInfo('w1'));
    for (const [at, text] of GARBAGE.entries()) {
      raw.publish(`sweep.control.study.${STUDY}`, text);
      await jetStream.publish(bucketSubject(STUDIES_BUCKET, `record.garbage-${at}`), text);
      await jetStream.publish(bucketSubject(WORKERS_BUCKET, `garbage-${at}`), text);
    }
    await jetStream.publish(bucketSubject(RESULTS_BUCKET, 'some-key'), 'garbage');
    raw.publish('sweep.control.study.other', JSON.stringify({ v: 1, type: 'cancel', study: STUDY }));
    await raw.flush();
    await bus.sendControl({ type: 'cancel', study: STUDY });
    await waitUntil('the sound control message', () => heard.length > 0);
    assert.deepEqual(heard, ['cancel']);
    assert.deepEqual(
      (await bus.listStudies()).map(({ study }) => study),
      [STUDY],
    );
    assert.deepEqual(
      (await bus.workers()).map(({ worker }) => worker),
      ['w1'],
    );
    assert.equal(await bus.readCachedResult('some-key'), null);
    const { control, study, worker, result } = bus.setAside();
    assert.deepEqual(
      { control, study, worker, result },
      { control: GARBAGE.length + 1, study: GARBAGE.length, worker: GARBAGE.length, result: 1 },
    );
  });

  it('sends nothing at all for a hostile name', async (test) => {
    const { bus, raw } = await open(test);
    const sent: string[] = [];
    raw.subscribe('>', { callback: (_, message) => sent.push(message.subject) });
    await raw.flush();
    for (const name of HOSTILE) {
      const attempts: (() => unknown)[] = [
        () => bus.createStudy(studyRecord(name)),
        () => bus.removeStudy(name),
        () => bus.acquireLease(name, 'a'),
        () => bus.append(name, created()),
        () => bus.append(STUDY, { ...queued(0), trial: name }),
        () => bus.events(name)[Symbol.asyncIterator]().next(),
        () => bus.publishTrial(trialMessage(0, { trial: name })),
        () => bus.getBlob(name),
        () => bus.deleteBlob(name),
        () => bus.heartbeat(workerInfo(name)),
        () => bus.sendControl({ type: 'quarantine', worker: name, reason: 'r' }),
        () => bus.writeCachedResult(name, { result: finished(0, 0.2).result, worker: 'w' }),
      ];
      for (const attempt of attempts) {
        await assert.rejects(async () => attempt(), { name: 'SweepError' });
      }
    }
    // Something harmless behind them: what was sent before it has arrived when it has.
    await bus.heartbeat(workerInfo('w1'));
    await waitUntil('the heartbeat', () => sent.length > 0);
    assert.deepEqual(
      sent.filter((subject) => !subject.startsWith('_INBOX')),
      [bucketSubject(WORKERS_BUCKET, 'w1')],
    );
  });

  it('refuses a blob with a missing or a damaged chunk or head, at once, and mends it', async (test) => {
    const { bus, raw, jetStream } = await open(test);
    const bytes = randomBytes(600_000);
    const digest = await bus.putBlob(bytes);
    const manager = await raw.jetstreamManager();
    const subject = (part: string) => `sweep.blobs.${digest}.${part}`;
    const mend = async () => {
      await bus.deleteBlob(digest);
      assert.equal(await bus.putBlob(bytes), digest);
      assert.ok(Buffer.from(await bus.getBlob(digest)).equals(bytes));
    };

    await manager.streams.purge('SWEEP_BLOBS', { filter: subject('1') });
    await rejectsWith(bus.getBlob(digest), 'BLOB_CORRUPT', /chunk 2 of 3 is missing/);
    await mend();

    await jetStream.publish(subject('1'), randomBytes(256 * 1024));
    await rejectsWith(bus.getBlob(digest), 'BLOB_CORRUPT', /its content has the digest/);
    await mend();

    await jetStream.publish(subject('2'), 'short');
    await rejectsWith(bus.getBlob(digest), 'BLOB_CORRUPT', /chunk 3 of 3 has 5 bytes/);
    await mend();

    for (const head of [
      'garbage',
      '{"v":1,"sizeBytes":1e300,"chunkBytes":1}',
      '{"v":1,"sizeBytes":9,"chunkBytes":0}',
    ]) {
      await jetStream.publish(subject('head'), head);
      await rejectsWith(bus.getBlob(digest), 'BLOB_CORRUPT', /its head cannot be read/);
    }
    await mend();

    await manager.streams.purge('SWEEP_BLOBS', { filter: subject('head') });
    await rejectsWith(bus.getBlob(digest), 'BLOB_NOT_FOUND');
    // An interrupted put is completed by the next.
    assert.equal(await bus.putBlob(bytes), digest);
    assert.ok(Buffer.from(await bus.getBlob(digest)).equals(bytes));
  });

  it('leaves no part of a deleted blob behind', async (test) => {
    const { bus, raw } = await open(test);
    const digests = await Promise.all(
      [1, 2, 3].map((size) => bus.putBlob(Buffer.alloc(size * 300_000, size))),
    );
    for (const digest of digests) await bus.deleteBlob(digest);
    const info = await (await raw.jetstreamManager()).streams.info('SWEEP_BLOBS');
    assert.equal(info.state.messages, 0);
  });

  it('refuses a blob that claims another name’s content', async (test) => {
    const { bus, jetStream } = await open(test);
    const claimed = createHash('sha256').update('a').digest('hex');
    await jetStream.publish(`sweep.blobs.${claimed}.0`, 'b');
    await jetStream.publish(`sweep.blobs.${claimed}.head`, '{"v":1,"sizeBytes":1,"chunkBytes":262144}');
    await rejectsWith(bus.getBlob(claimed), 'BLOB_CORRUPT');
  });
});
