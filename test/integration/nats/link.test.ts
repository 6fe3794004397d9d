// What a bad link does to a bus: one that dies, swallows, damages or cuts what it carries. No socket is left behind, nothing
// ends but what was asked to, and a process that is done is gone.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type NatsOptions, openNatsBus } from '../../../src/bus/nats/bus.js';
import { createLogger } from '../../../src/log.js';
import type { LoggedEvent } from '../../../src/study/events.js';
import { created, queued, studyRecord, trialMessage } from '../../support/fixtures/study-events.js';
import { FaultyLink, garbleDown } from '../../support/processes/faulty-link.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const LEAVING = fileURLToPath(new URL('../../support/processes/nats-leaving.js', import.meta.url));
/** Two seconds, and what two cores that others use take for the end of node itself. */
const GONE_WITHIN_MS = 5_000;

/** While bits flip. */
const TIMES_READ = 4;

async function numbersOf(events: AsyncIterable<LoggedEvent>): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { seq } of events) numbers.push(seq);
  return numbers;
}

async function startLink(test: TestContext) {
  const server = await NatsServer.start();
  test.after(() => server.stop());
  const link = await FaultyLink.start(server.port);
  test.after(() => link.stop());
  return { server, link };
}

async function open(test: TestContext, servers: string, options: Partial<NatsOptions> = {}) {
  let said = '';
  const logger = createLogger(
    (line) => {
      said += line;
    },
    'warn',
    () => new Date(0),
  );
  const bus = await openNatsBus({ servers, role: 'coordinator', ackWaitMs: 2_000, logger, ...options });
  test.after(() => bus.close());
  return { bus, said: () => said };
}

describe('a bad link to NATS', { skip: skipWithoutNats() }, () => {
  it('notices a link that is there and carries nothing, though much waits to be sent, and survives it', async (test) => {
    const { server, link } = await startLink(test);
    // The default is 10 s: 40 s until it is noticed.
    const { bus, said } = await open(test, link.url, { pingIntervalMs: 200, dialTimeoutMs: 500 });
    await bus.createStudy(studyRecord(STUDY));
    link.swallowAll();
    const putting = bus.putBlob(Buffer.alloc(4_000_000, 3));
    await waitUntil('the link is given up', () => said().includes('the connection was lost'), 5_000);
    link.heal();
    const digest = await putting;
    const { bus: other } = await open(test, server.url);
    assert.equal((await other.getBlob(digest)).byteLength, 4_000_000);
  });

  it('closes the socket of every attempt that a server does not greet', async (test) => {
    const { link } = await startLink(test);
    const { bus, said } = await open(test, link.url, { pingIntervalMs: 100, dialTimeoutMs: 100 });
    await bus.createStudy(studyRecord(STUDY));
    link.swallowAll();
    const before = link.accepted;
    await waitUntil('several attempts', () => link.accepted > before + 5, 15_000);
    assert.ok(link.open <= 2, `${link.open} sockets are open`);
    assert.match(said(), /the connection was lost/);
    link.heal();
    assert.equal((await bus.listStudies()).length, 1);
    await waitUntil('one connection', () => link.open === 1);
  });

  for (const [fault, damage] of [
    ['swallows everything', (link: FaultyLink) => link.swallowAll()],
    [
      'was cut, and whose server greets nobody',
      (link: FaultyLink) => {
        link.swallowAll();
        link.cut();
      },
    ],
  ] as const) {
    it(`lets a process end within two seconds over a link that ${fault}`, async (test) => {
      const { server, link } = await startLink(test);
      await open(test, server.url);
      for (const role of ['coordinator', 'worker']) {
        link.heal();
        const child = fork(LEAVING, [link.url, role]);
        test.after(() => child.kill('SIGKILL'));
        await once(child, 'message');
        const attempts = link.accepted;
        damage(link);
        // A second attempt is under way, or the first connection is known to be dead.
        await waitUntil('it dials again', () => link.accepted > attempts, 10_000);
        const ended = once(child, 'exit');
        const toldAtMs = performance.now();
        child.send('leave');
        assert.deepEqual(await ended, [0, null]);
        const tookMs = performance.now() - toldAtMs;
        assert.ok(tookMs < GONE_WITHIN_MS, `it took ${Math.round(tookMs)} ms to be gone`);
      }
    });
  }

  it('dials on where a server’s greeting arrives damaged, and where bytes are no protocol', async (test) => {
    const { link } = await startLink(test);
    const { bus, said } = await open(test, link.url, { dialTimeoutMs: 1_000 });
    await bus.createStudy(studyRecord(STUDY));
    let damaged = 0;
    link.setFault((chunk, direction) => {
      const isGreeting = direction === 'toClient' && chunk.subarray(0, 4).toString() === 'INFO';
      if (!isGreeting || damaged === 3) return chunk;
      damaged += 1;
      return Buffer.from(chunk.toString('latin1').replace('"', "'"), 'latin1');
    });
    link.cut();
    assert.equal((await bus.listStudies()).length, 1);
    assert.equal(damaged, 3);
    let isGarbled = false;
    link.setFault((chunk, direction) => {
      if (direction === 'toServer' || isGarbled) return chunk;
      isGarbled = true;
      return Buffer.from('GET / HTTP/1.1\r\n');
    });
    const accepted = link.accepted;
    assert.equal((await bus.listStudies()).length, 1);
    assert.equal(link.accepted, accepted + 1);
    assert.match(said(), /bytes came that are no NATS protocol: connecting anew/);
  });

  it('dials on where a greeting no longer says that the server takes headers', async (test) => {
    const { link } = await startLink(test);
    const { bus, said } = await open(test, link.url);
    let isDamaged = false;
    link.setFault((chunk, direction) => {
      if (direction === 'toServer' || isDamaged || !chunk.includes('"headers"')) return chunk;
      isDamaged = true;
      return Buffer.from(chunk.toString('latin1').replace('"headers"', '"haaders"'), 'latin1');
    });
    link.cut();
    await bus.createStudy(studyRecord(STUDY));
    assert.ok(isDamaged);
    assert.match(said(), /a greeting without headers/);
  });

  for (const bit of [0x20, 0x01, 0x80]) {
    it(`loses nothing and fails nothing where bits 0x${bit.toString(16)} flip on their way`, async (test) => {
      const { server, link } = await startLink(test);
      const quick = { requestTimeoutMs: 500, pingIntervalMs: 300, patienceMs: 60_000 };
      const { bus } = await open(test, link.url, quick);
      const { bus: sound } = await open(test, server.url);
      await bus.createStudy(studyRecord(STUDY));
      const lease = await bus.acquireLease(STUDY, 'a coordinator');
      await lease.append(created());
      link.setFault(garbleDown(8, bit));
      for (let index = 0; index < 60; index += 1) {
        await bus.publishTrial(trialMessage(index));
        await lease.append(queued(index));
        if (index % 10 === 0) await lease.renew();
      }
      const read: number[][] = [];
      for (let time = 0; time < TIMES_READ; time += 1) read.push(await numbersOf(bus.events(STUDY)));
      link.heal();
      await lease.renew();
      const stored = await numbersOf(sound.events(STUDY));
      assert.equal(stored.length, 61);
      for (const numbers of read) assert.deepEqual(numbers, stored);
      assert.equal((await sound.listPending(STUDY)).size, 60);
    });
  }
});
