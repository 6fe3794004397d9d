// What an insider with a worker's or a viewer's password tries on a server with the roles of deploy/nats: to have the server
// speak in its place, to speak for another worker, to replay what others said. None of it changes a study.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { connect, headers, type Msg, type MsgHdrs, type NatsConnection } from 'nats';
import type { Bus, ControlMessage } from '../../../src/bus/bus.js';
import { EventAuthor, markOf, SIGNATURE_HEADER } from '../../../src/bus/event-author.js';

import { studyEventCodec } from '../../../src/bus/messages.js';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { signedEventSubject } from '../../../src/bus/subjects.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import {
  created,
  failed,
  finished,
  queued,
  reported,
  started,
  studyRecord,
  trialAt,
  trialMessage,
  workerInfo,
} from '../../support/fixtures/study-events.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { startSecuredServer } from '../../support/processes/secured-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const STREAMS = [
  'SWEEP_TRIALS',
  'SWEEP_EVENTS',
  'SWEEP_BLOBS',
  'KV_SWEEP_STUDIES',
  'KV_SWEEP_WORKERS',
  'KV_SWEEP_RESULTS',
];
/** For the server to do what it was asked for. */
const SETTLE_MS = 300;

/** A subject that the role may not write, and what would be stored there. */
const TARGETS: Readonly<Record<string, readonly [subject: string, data: Uint8Array]>> = {
  'end the study': [
    `sweep.events.${STUDY}.study`,
    studyEventCodec.encode({ type: 'study.state', state: 'cancelled', durationMs: 1 }),
  ],
  'void the coordinator’s events': [`sweep.events.${STUDY}.fence`, new Uint8Array(0)],
  'end a trial': [`sweep.events.${STUDY}.${trialAt(0)}`, studyEventCodec.encode(finished(0, 0.001))],
  'queue a trial': [`sweep.trials.any.${STUDY}.${trialAt(9)}`, Buffer.from('{}')],
  'take the lease': [`$KV.SWEEP_STUDIES.lease.${STUDY}`, Buffer.from('{}')],
  'rewrite the study': [`$KV.SWEEP_STUDIES.record.${STUDY}`, Buffer.from('{}')],
  'plant a result': ['$KV.SWEEP_RESULTS.forged', Buffer.from('{}')],
  'name itself a coordinator': [`$KV.SWEEP_WORKERS.signer.${new EventAuthor().publicKey}`, Buffer.from('')],
  'command a coordinator': [`sweep.control.study.${STUDY}`, Buffer.from('{}')],
  'purge the trials': ['$JS.API.STREAM.PURGE.SWEEP_TRIALS', Buffer.from('{}')],
  'purge the log': ['$JS.API.STREAM.PURGE.SWEEP_EVENTS', Buffer.from('{}')],
  'delete the results': ['$JS.API.STREAM.DELETE.KV_SWEEP_RESULTS', new Uint8Array(0)],
  'create a consumer': [
    '$JS.API.CONSUMER.DURABLE.CREATE.SWEEP_EVENTS.evil',
    Buffer.from(
      JSON.stringify({
        stream_name: 'SWEEP_EVENTS',
        config: { durable_name: 'evil', deliver_subject: 'x.y', ack_policy: 'none' },
      }),
    ),
  ],
  'delete a consumer': ['$JS.API.CONSUMER.DELETE.SWEEP_TRIALS.workers-any', new Uint8Array(0)],
};

/** Where a role may store anything, and read it again. */
const PLACES: Readonly<Record<'worker' | 'viewer', { stream: string; subject: string }>> = {
  worker: { stream: 'SWEEP_BLOBS', subject: 'sweep.blobs.attack' },
  viewer: { stream: 'KV_SWEEP_WORKERS', subject: '$KV.SWEEP_WORKERS.clock.viewer' },
};

function withHeaders(fields: Readonly<Record<string, string>>): MsgHdrs {
  const head = headers();
  for (const [name, value] of Object.entries(fields)) head.set(name, value);
  return head;
}

/** Has the server answer with `data` to a subject of the attacker's choice. */
async function answerTo(
  raw: NatsConnection,
  role: 'worker' | 'viewer',
  target: string,
  data: Uint8Array,
  head: MsgHdrs,
): Promise<void> {
  const { stream, subject } = PLACES[role];
  await raw.request(subject, data, { headers: head, timeout: 2_000 });
  const query = JSON.stringify({ last_by_subj: subject });
  raw.publish(`$JS.API.DIRECT.GET.${stream}`, query, { reply: target });
  raw.publish('$JS.API.STREAM.MSG.GET.SWEEP_EVENTS', JSON.stringify({ seq: 1 }), { reply: target });
  raw.publish('$JS.API.DIRECT.GET.SWEEP_EVENTS', JSON.stringify({ seq: 1 }), { reply: target });
  raw.publish('$JS.API.STREAM.INFO.SWEEP_EVENTS', '', { reply: target });
  raw.publish(subject, data, { reply: target, headers: head });
  if (role === 'worker') {
    const pull = JSON.stringify({ batch: 1, no_wait: true });
    raw.publish('$JS.API.CONSUMER.MSG.NEXT.SWEEP_TRIALS.workers-gpu', pull, { reply: target });
  }
  await raw.flush();
}

/** All that is stored but for what the attacker itself may write, and who reads along. */
async function describeStore(coordinator: NatsConnection): Promise<unknown> {
  const store: Record<string, unknown> = {};
  const own = new Set(Object.values(PLACES).map(({ subject }) => subject));
  for (const stream of STREAMS) {
    const ask = JSON.stringify({ subjects_filter: '>' });
    const reply = await coordinator.request(`$JS.API.STREAM.INFO.${stream}`, ask);
    const { error, state } = reply.json<{
      error?: unknown;
      state?: { subjects?: Record<string, number>; consumer_count: number };
    }>();
    const subjects = Object.entries(state?.subjects ?? {}).filter(([subject]) => !own.has(subject));
    store[stream] = { error, subjects: Object.fromEntries(subjects), consumers: state?.consumer_count };
  }
  return store;
}

async function startStudy(coordinator: Bus): Promise<void> {
  await coordinator.createStudy(studyRecord(STUDY));
  const lease = await coordinator.acquireLease(STUDY, 'c1');
  await lease.append(created());
  for (const index of [0, 1]) {
    await lease.append(queued(index));
    await coordinator.publishTrial(trialMessage(index));
  }
  await coordinator.publishTrial(trialMessage(2, { requires: 'gpu' }));
  await lease.release();
}

async function foldStudy(bus: Bus): Promise<StudyFold> {
  const fold = new StudyFold();
  for await (const logged of bus.events(STUDY)) fold.apply(logged);
  return fold;
}

describe('attacks on a server with the roles of deploy/nats', { skip: skipWithoutNats() }, () => {
  for (const role of ['worker', 'viewer'] as const) {
    it(`a ${role} reaches nothing by the server's answers that it may not write itself`, async (test) => {
      const { open, raw } = await startSecuredServer(test);
      const coordinator = await open('coordinator');
      await startStudy(coordinator);
      const heard: ControlMessage[] = [];
      coordinator.onControl((message) => heard.push(message));
      const admin = await raw('coordinator');
      const commands: string[] = [];
      admin.subscribe('sweep.control.>', { callback: (_, { subject }) => commands.push(subject) });
      await admin.flush();
      const insider = await raw(role);
      const before = await describeStore(admin);
      for (const [subject, data] of Object.values(TARGETS)) {
        const crc = crc32(data).toString(16).padStart(8, '0');
        const head = withHeaders({ 'Sweep-Crc': crc, 'Sweep-Lease': '99999' });
        await answerTo(insider, role, subject, data, head);
      }
      await wait(SETTLE_MS);
      assert.deepEqual(await describeStore(admin), before);
      assert.deepEqual([heard, commands], [[], []]);
    });

    it(`a ${role} cannot write there itself`, async (test) => {
      const { open, raw } = await startSecuredServer(test);
      await open('coordinator');
      const insider = await raw(role);
      for (const [what, [subject, data]] of Object.entries(TARGETS)) {
        const tried = insider.request(subject, data, { timeout: 2_000 });
        await assert.rejects(tried, { code: 'PERMISSIONS_VIOLATION' }, what);
      }
    });
  }

  it('the same attack succeeds within one account: it is the accounts that keep it out', async (test) => {
    const server = await NatsServer.start();
    test.after(() => server.stop());
    const coordinator = await openNatsBus({ servers: server.url, role: 'coordinator' });
    test.after(() => coordinator.close());
    const raw = await connect({ servers: server.url });
    test.after(() => raw.close());
    await startStudy(coordinator);
    const before = await describeStore(raw);
    await answerTo(raw, 'worker', ...TARGETS['plant a result']!, headers());
    await wait(SETTLE_MS);
    assert.notDeepEqual(await describeStore(raw), before);
  });

  it('a worker that does not hold a trial says nothing about it that counts', async (test) => {
    const { open, raw } = await startSecuredServer(test);
    const coordinator = await open('coordinator');
    await startStudy(coordinator);
    const worker = await open('worker');
    const insider = await open('worker');
    const name = `w1-${worker.signerMark}`;
    await worker.append(STUDY, started(0, { worker: name }));
    const forgeries: StudyEvent[] = [
      finished(0, 0.001, { worker: `w2-${insider.signerMark}` }),
      finished(0, 0.001, { worker: name }),
      finished(1, 0.001, { worker: `w2-${insider.signerMark}` }),
      finished(123, 0.001, { worker: 'someone-else' }),
      failed(0, { worker: name, final: true }),
      failed(1, { worker: `w2-${insider.signerMark}`, final: true }),
      reported(0, 1, 0.001),
      queued(1, { attempt: 2 }),
    ];
    for (const event of forgeries) await insider.append(STUDY, event);
    const viewer = await open('viewer');
    const { view } = await foldStudy(viewer);
    assert.equal(view.complete + view.failed, 0);
    assert.equal(view.setAside.count, forgeries.length);
    assert.equal(view.open.get(0)?.worker, name);
    assert.deepEqual(view.open.get(0)?.reports, []);

    // What no key proves is no event at all.
    const plain = await raw('worker');
    const thief = new EventAuthor();
    const event = finished(0, 0.001, { worker: name });
    const data = studyEventCodec.encode(event);
    const crc = crc32(data).toString(16).padStart(8, '0');
    const victimKey = await publicKeyOf(plain, worker.signerMark ?? '');
    const signed = (key: string, signature: string) =>
      plain.request(signedEventSubject(STUDY, event, key), data, {
        headers: withHeaders({ 'Sweep-Crc': crc, [SIGNATURE_HEADER]: signature }),
        timeout: 2_000,
      });
    const replies = [
      await signed(victimKey, ''),
      await signed(victimKey, thief.sign(signedEventSubject(STUDY, event, victimKey), data)),
      await signed(thief.publicKey, thief.sign(signedEventSubject('other', event, thief.publicKey), data)),
      await signed('someone-else', thief.sign(signedEventSubject(STUDY, event, 'someone-else'), data)),
    ];
    for (const reply of replies) assert.match(reply.string(), /"seq"/, 'it was stored');
    assert.equal((await foldStudy(viewer)).view.complete, 0);
    assert.ok(viewer.setAside().signature >= replies.length);

    await worker.append(STUDY, finished(0, 0.27, { worker: name }));
    const last = (await foldStudy(viewer)).view;
    assert.equal(last.complete, 1);
    assert.equal(last.rows[0]?.objective, 0.27);
  });

  it('a worker obeys coordinators only, and each order once', async (test) => {
    const { open, raw } = await startSecuredServer(test);
    const coordinator = await open('coordinator');
    const worker = await open('worker');
    const heard: ControlMessage[] = [];
    worker.onControl((message) => heard.push(message));
    const insider = await raw('worker');
    const overheard: Msg[] = [];
    insider.subscribe('sweep.control.>', { callback: (_, message) => overheard.push(message) });
    await insider.flush();
    await worker.readClock();
    const order: ControlMessage = { type: 'cancel', study: STUDY };
    await coordinator.sendControl(order);
    await waitUntil('the order is heard', () => heard.length === 1 && overheard.length === 1);
    const genuine = overheard[0]!;

    const thief = new EventAuthor();
    const own = withHeaders({
      'Sweep-Author': thief.publicKey,
      'Sweep-Order': '9007199254740000',
      [SIGNATURE_HEADER]: thief.sign(`${genuine.subject} 9007199254740000`, genuine.data),
    });
    for (const head of [headers(), own, genuine.headers!]) {
      await answerTo(insider, 'worker', genuine.subject, genuine.data, head);
    }
    await coordinator.sendControl({ type: 'quarantine', worker: 'w1', reason: 'forged no more' });
    await waitUntil('the next order is heard', () => heard.length > 1);
    assert.deepEqual(
      heard.map(({ type }) => type),
      ['cancel', 'quarantine'],
    );
    assert.ok(worker.setAside().control >= 3);
  });

  it('no answer of the server can be forged by who reads along', async (test) => {
    const { open, raw } = await startSecuredServer(test);
    const coordinator = await open('coordinator');
    await startStudy(coordinator);
    const worker = await open('worker');
    const eavesdropper = await raw('worker');
    const inboxes: string[] = [];
    eavesdropper.subscribe('_INBOX_worker.>', { callback: (_, { subject }) => inboxes.push(subject) });
    await eavesdropper.flush();
    for (let look = 0; look < 20; look++)
      await worker.readClock().then(() => worker.trialEvents(STUDY, trialAt(0)));
    const names = inboxes.map((inbox) => inbox.slice(inbox.lastIndexOf('.') + 1));
    assert.ok(names.length >= 20);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[A-Za-z0-9_-]{16}$/);
  });

  it('nobody else gives the heartbeat of a worker that signs', async (test) => {
    const { open } = await startSecuredServer(test);
    const coordinator = await open('coordinator');
    const worker = await open('worker');
    const insider = await open('worker');
    const name = `w1-${worker.signerMark}`;
    await worker.heartbeat(workerInfo(name));
    assert.deepEqual(
      (await coordinator.workers()).map((node) => node.state),
      ['up'],
    );
    await insider.heartbeat(workerInfo(name, { state: 'quarantined' }));
    assert.deepEqual(await coordinator.workers(), []);
    assert.equal(coordinator.setAside().worker, 1);
    await worker.heartbeat(workerInfo(name));
    assert.deepEqual(
      (await coordinator.workers()).map((node) => node.worker),
      [name],
    );
  });

  it('a heartbeat names no coordinator, and no signer is listed as a worker', async (test) => {
    const { open } = await startSecuredServer(test);
    const coordinator = await open('coordinator');
    const worker = await open('worker');
    await worker.heartbeat(workerInfo('w1'));
    await coordinator.sendControl({ type: 'cancel', study: STUDY });
    assert.deepEqual(
      (await coordinator.workers()).map((node) => node.worker),
      ['w1'],
    );
    assert.equal(coordinator.setAside().worker, 0);
  });
});

/** The insider may read all events: keys are public. */
async function publicKeyOf(raw: NatsConnection, mark: string): Promise<string> {
  for (let sequence = 1; ; sequence++) {
    const query = JSON.stringify({ seq: sequence });
    const reply = await raw.request('$JS.API.DIRECT.GET.SWEEP_EVENTS', query);
    const key = reply.headers?.get('Nats-Subject').split('.')[4];
    if (key !== undefined && markOf(key) === mark) return key;
    assert.ok(sequence < 100, 'no event of the worker');
  }
}
