// What survives the death of the server, of a coordinator, and a full store: real processes, real signals.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Bus } from '../../../src/bus/bus.js';
import { type NatsOptions, openNatsBus } from '../../../src/bus/nats/bus.js';
import type { LoggedEvent } from '../../../src/study/events.js';
import { rejectsWith } from '../../support/errors.js';
import {
  created,
  finished,
  queued,
  reported,
  studyRecord,
  trialMessage,
} from '../../support/fixtures/study-events.js';
import { NatsServer, type NatsServerOptions, skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const LEASE_MS = 1_000;
const LEASE_HOLDER = fileURLToPath(new URL('../../support/processes/nats-lease-holder.js', import.meta.url));

async function startServer(test: TestContext, options?: NatsServerOptions): Promise<NatsServer> {
  const server = await NatsServer.start(options);
  test.after(() => server.stop());
  return server;
}

async function open(test: TestContext, server: NatsServer, options: Partial<NatsOptions> = {}) {
  const bus = await openNatsBus({ servers: server.url, role: 'coordinator', ackWaitMs: 2_000, ...options });
  test.after(() => bus.close());
  return bus;
}

async function allEvents(bus: Bus, study = STUDY): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const logged of bus.events(study)) events.push(logged);
  return events;
}

/** A coordinator in a process of its own; killed when the test ends. */
async function forkLeaseHolder(test: TestContext, server: NatsServer) {
  const child = fork(LEASE_HOLDER, [server.url, STUDY, String(LEASE_MS)]);
  test.after(() => child.kill('SIGKILL'));
  const [held] = await once(child, 'message');
  return { child, epoch: (held as { epoch: number }).epoch };
}

async function tellToAppend(child: ChildProcess): Promise<{ type: string; code?: string }> {
  const answer = once(child, 'message');
  child.send('append');
  return (await answer)[0] as { type: string; code?: string };
}

describe('faults of NATS', { skip: skipWithoutNats() }, () => {
  it('keeps all that was acknowledged when the server is killed and started again', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server);
    const record = studyRecord(STUDY);
    await bus.createStudy(record);
    await bus.append(STUDY, created());
    await bus.publishTrial(trialMessage(0));
    await bus.publishTrial(trialMessage(1));
    const held = await bus.pullTrial({ requirements: ['any'], expiresMs: 5_000 });
    const digest = await bus.putBlob(Buffer.alloc(700_000, 7));
    await server.kill('SIGKILL');
    await server.resume();
    assert.deepEqual(await bus.readStudy(STUDY), record);
    assert.deepEqual(
      (await allEvents(bus)).map(({ event }) => event.type),
      ['study.created'],
    );
    assert.equal((await bus.getBlob(digest)).byteLength, 700_000);
    assert.equal((await bus.listPending(STUDY)).size, 2);
    await held?.ack();
    const other = await bus.pullTrial({ requirements: ['any'], expiresMs: 5_000 });
    assert.notEqual(other?.message.trial, held?.message.trial);
    await other?.ack();
    await waitUntil('an empty queue', async () => (await bus.listPending(STUDY)).size === 0);
  });

  it('finishes appends and pulls that an outage interrupts, in order and each once', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server, { requestTimeoutMs: 1_000 });
    await bus.createStudy(studyRecord(STUDY));
    const pulled = bus.pullTrial({ requirements: ['cpu', 'any'], expiresMs: 20_000 });
    await bus.append(STUDY, created());
    await server.kill('SIGKILL');
    const appends = Array.from({ length: 20 }, (_, at) => bus.append(STUDY, reported(0, at + 1, 0.3)));
    const published = bus.publishTrial(trialMessage(0));
    await server.resume();
    await Promise.all([...appends, published]);
    const delivery = await pulled;
    assert.equal(delivery?.message.index, 0);
    await delivery?.ack();
    const epochs = (await allEvents(bus)).flatMap(({ event }) =>
      event.type === 'trial.report' ? [event.report.epoch] : [],
    );
    assert.deepEqual(
      epochs.sort((left, right) => left - right),
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
  });

  it('goes on following a study over an outage', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server);
    await bus.createStudy(studyRecord(STUDY));
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { seq } of bus.events(STUDY, { follow: true, signal: stop.signal })) seen.push(seq);
    })();
    await bus.append(STUDY, created());
    await waitUntil('the first event', () => seen.length === 1);
    await server.kill('SIGKILL');
    await server.resume();
    await bus.append(STUDY, finished(0, 0.27));
    await waitUntil('the second event', () => seen.length === 2);
    stop.abort();
    await following;
    assert.deepEqual(seen, [1, 2]);
  });

  it('gives up with BUS_UNREACHABLE when its patience is over', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server, { patienceMs: 500 });
    await server.kill();
    await rejectsWith(bus.append(STUDY, created()), 'BUS_UNREACHABLE');
    assert.equal(await bus.pullTrial({ requirements: ['any'], expiresMs: 200 }), null);
  });

  it('says that the streams are gone when the store was wiped', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server, { requestTimeoutMs: 1_000 });
    await bus.createStudy(studyRecord(STUDY));
    await server.kill();
    await server.wipeStore();
    await server.resume();
    await rejectsWith(bus.append(STUDY, created()), 'BUS_CONFIGURATION', /SWEEP_EVENTS is gone/);
    await rejectsWith(bus.publishTrial(trialMessage(0)), 'BUS_CONFIGURATION');
    await rejectsWith(bus.pullTrial({ requirements: ['any'], expiresMs: 10_000 }), 'BUS_CONFIGURATION');
    await rejectsWith(allEvents(bus), 'BUS_CONFIGURATION');
  });

  it('waits while a stream is full, says BUS_FULL when patience ends, and recovers', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server, { patienceMs: 600, maxBytes: { events: 20_000 } });
    await bus.createStudy(studyRecord(STUDY));
    await bus.createStudy(studyRecord('old-0001'));
    const fill = async () => {
      for (let index = 0; index < 500; index += 1) await bus.append('old-0001', queued(index));
    };
    await rejectsWith(fill(), 'BUS_FULL');
    const patient = await open(test, server, { patienceMs: 20_000 });
    const waiting = patient.append(STUDY, created());
    await rejectsWith(bus.append(STUDY, created()), 'BUS_FULL');
    await bus.removeStudy('old-0001');
    await waiting;
    assert.equal((await allEvents(bus)).length, 1);
  });

  it('fences a coordinator that slept through its lease: its event is in nobody’s log', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server, { leaseMs: LEASE_MS });
    await bus.createStudy(studyRecord(STUDY));
    const { child, epoch } = await forkLeaseHolder(test, server);
    assert.equal((await tellToAppend(child)).type, 'appended');
    await rejectsWith(bus.acquireLease(STUDY, 'impatient'), 'STUDY_LOCKED', /paused-coordinator/);
    child.kill('SIGSTOP');
    const lease = await bus.acquireLease(STUDY, 'successor');
    assert.ok(lease.epoch > epoch);
    await lease.append(created());
    child.kill('SIGCONT');
    assert.deepEqual(await tellToAppend(child), { type: 'refused', code: 'LEASE_LOST' });
    await lease.append(finished(0, 0.27));
    const reader = await open(test, server, { role: 'viewer' });
    for (const each of [bus, reader]) {
      assert.deepEqual(
        (await allEvents(each)).map(({ seq, event }) => [seq, event.type]),
        [
          [1, 'trial.queued'],
          [2, 'study.created'],
          [3, 'trial.finished'],
        ],
      );
    }
    await lease.renew();
  });

  it('shows a viewer who holds a study, and after its term that a killed coordinator does not', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server, { leaseMs: LEASE_MS });
    await bus.createStudy(studyRecord(STUDY));
    const reader = await open(test, server, { role: 'viewer' });
    assert.equal(await reader.readLeaseHolder(STUDY), null);
    const { child } = await forkLeaseHolder(test, server);
    assert.equal(await reader.readLeaseHolder(STUDY), 'paused-coordinator');
    child.kill('SIGKILL');
    await waitUntil('its term is over', async () => (await reader.readLeaseHolder(STUDY)) === null);
  });

  it('takes over from a killed coordinator after its term, not before', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server, { leaseMs: LEASE_MS });
    await bus.createStudy(studyRecord(STUDY));
    const { child, epoch } = await forkLeaseHolder(test, server);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const before = performance.now();
    const lease = await bus.acquireLease(STUDY, 'successor');
    assert.ok(lease.epoch > epoch);
    assert.ok(performance.now() - before >= LEASE_MS * 0.9, 'it did not wait for the term');
  });

  it('hands a lost worker’s trial to another one, and the late acknowledgement changes nothing', async (test) => {
    const server = await startServer(test);
    const coordinator = await open(test, server, { ackWaitMs: 500 });
    await coordinator.createStudy(studyRecord(STUDY));
    await coordinator.publishTrial(trialMessage(0));
    const slow = await open(test, server, { role: 'worker' });
    const quick = await open(test, server, { role: 'worker' });
    const first = await slow.pullTrial({ requirements: ['any'], expiresMs: 5_000 });
    const second = await quick.pullTrial({ requirements: ['any'], expiresMs: 5_000 });
    assert.equal(first?.redelivered, false);
    assert.equal(second?.redelivered, true);
    await second?.ack();
    await first?.ack();
    // The server answers an acknowledgement before it has taken the message off the queue.
    await waitUntil('nothing is pending', async () => (await coordinator.listPending(STUDY)).size === 0);
  });

  it('starts a study again under the name of a removed one with all its trials', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server);
    for (let round = 0; round < 2; round += 1) {
      await bus.createStudy(studyRecord(STUDY));
      await bus.publishTrial(trialMessage(0));
      assert.equal((await bus.listPending(STUDY)).size, 1);
      await bus.removeStudy(STUDY);
    }
  });
});
