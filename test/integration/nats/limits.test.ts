// What the server cannot or will not do is said by name, with what to do, while whoever waits still waits: limits of
// connections and subscriptions, no JetStream, a JetStream that is stuck, consumers and events that the server lost.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connect } from 'nats';
import { type NatsOptions, openNatsBus } from '../../../src/bus/nats/bus.js';
import { createLogger, type Logger } from '../../../src/log.js';
import { rejectsWith } from '../../support/errors.js';
import { created, queued, studyRecord, trialMessage } from '../../support/fixtures/study-events.js';
import { FaultyLink } from '../../support/processes/faulty-link.js';
import { NatsServer, type NatsServerOptions, skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const SAID_WITHIN_MS = 10_000;
const ROLES = ['coordinator', 'worker', 'viewer'] as const;

async function startServer(test: TestContext, options?: NatsServerOptions): Promise<NatsServer> {
  const server = await NatsServer.start(options);
  test.after(() => server.stop());
  return server;
}

const withLimit = (limit: string): NatsServerOptions => ({
  configText: `listen: "127.0.0.1:$PORT"\njetstream { store_dir: "$STORE" }\n${limit}\n`,
});

async function open(test: TestContext, servers: string, options: Partial<NatsOptions> = {}) {
  const bus = await openNatsBus({ servers, role: 'coordinator', ackWaitMs: 2_000, ...options });
  test.after(() => bus.close());
  return bus;
}

/** Collects what is logged. */
function listen(): { readonly logger: Logger; said(): string } {
  let text = '';
  const logger = createLogger(
    (line) => {
      text += line;
    },
    'warn',
    () => new Date(0),
  );
  return { logger, said: () => text };
}

async function within<Value>(limitMs: number, work: () => Promise<Value>): Promise<Value> {
  const before = performance.now();
  const value = await work();
  const tookMs = performance.now() - before;
  assert.ok(tookMs < limitMs, `it took ${Math.round(tookMs)} ms, more than ${limitMs}`);
  return value;
}

const saysSoon = (said: () => string, pattern: RegExp) =>
  waitUntil(`a word like ${pattern}`, () => pattern.test(said()), SAID_WITHIN_MS);

describe('limits of the server', { skip: skipWithoutNats() }, () => {
  it('says that there is no JetStream, and how to have one, to every role', async (test) => {
    const server = await startServer(test, { configText: 'listen: "127.0.0.1:$PORT"\n' });
    for (const role of ROLES) {
      const connectWithinMs = role === 'worker' ? null : 1_000;
      const opening = () => openNatsBus({ servers: server.url, role, connectWithinMs });
      const error = await within(SAID_WITHIN_MS, () =>
        rejectsWith(opening(), 'BUS_CONFIGURATION', /has no JetStream/),
      );
      assert.match(error.hint ?? '', /nats-server -js/);
    }
  });

  it('names the account that may not use JetStream', async (test) => {
    const server = await startServer(
      test,
      withLimit(
        'accounts: { A: { jetstream: enabled, users: [{ user: a, password: a }] }, B: { users: [{ user: b, password: b }] } }',
      ),
    );
    const auth = { type: 'password', user: 'b', password: 'b' } as const;
    const error = await within(SAID_WITHIN_MS, () =>
      rejectsWith(openNatsBus({ servers: server.url, role: 'coordinator', auth }), 'BUS_CONFIGURATION'),
    );
    assert.match(error.message, /jetstream not enabled for account/i);
    assert.match(error.hint ?? '', /JetStream/);
  });

  it('says that a server takes no headers', async (test) => {
    const server = await startServer(test, withLimit('no_header_support: true'));
    const error = await within(SAID_WITHIN_MS, async () => {
      const bus = await open(test, server.url);
      return rejectsWith(bus.createStudy(studyRecord(STUDY)), 'BUS_CONFIGURATION', /takes no headers/);
    });
    assert.match(error.hint ?? '', /no_header_support/);
  });

  it('says that a server has no room for another connection, and lets a worker in when there is', async (test) => {
    const server = await startServer(test, withLimit('max_connections: 1'));
    const first = await open(test, server.url);
    const opening = openNatsBus({ servers: server.url, role: 'coordinator', connectWithinMs: 500 });
    const error = await within(SAID_WITHIN_MS, () =>
      rejectsWith(opening, 'BUS_UNREACHABLE', /maximum connections exceeded/),
    );
    assert.match(error.hint ?? '', /raise max_connections/);
    const { logger, said } = listen();
    const waiting = open(test, server.url, { role: 'worker', connectWithinMs: null, logger });
    await saysSoon(said, /maximum connections exceeded.*raise max_connections/);
    await first.close();
    await waiting;
  });

  it('repeats what a server says that refuses before it greets', async (test) => {
    const full = createServer((socket) => {
      socket.on('error', () => {}).end("-ERR 'maximum connections exceeded'\r\n");
    });
    await new Promise<void>((resolve) => full.listen(0, '127.0.0.1', resolve));
    test.after(() => full.close());
    const address = full.address();
    assert.ok(address !== null && typeof address !== 'string');
    const servers = `127.0.0.1:${address.port}`;
    const opening = openNatsBus({ servers, role: 'coordinator', connectWithinMs: 300 });
    const error = await rejectsWith(opening, 'BUS_UNREACHABLE', /: maximum connections exceeded$/);
    assert.match(error.hint ?? '', /raise max_connections/);
  });

  it('says that a server allows too few subscriptions, to whoever pulls and to whoever asks', async (test) => {
    const server = await startServer(test, withLimit('max_subscriptions: 1'));
    const bus = await open(test, server.url, { patienceMs: 60_000 });
    bus.onControl(() => {});
    const pulling = bus.pullTrial({ requirements: ['any'], expiresMs: 30_000 });
    const error = await within(SAID_WITHIN_MS, () =>
      rejectsWith(pulling, 'BUS_CONFIGURATION', /maximum subscriptions exceeded/),
    );
    assert.match(error.hint ?? '', /raise max_subscriptions/);
    await rejectsWith(bus.listStudies(), 'BUS_CONFIGURATION', /subscriptions/);
  });

  it('says that the storage given to JetStream is too small, while it waits', async (test) => {
    const configText =
      'listen: "127.0.0.1:$PORT"\njetstream { store_dir: "$STORE", max_file: 200KB, max_mem: 1MB }\n';
    const server = await startServer(test, { configText });
    const { logger, said } = listen();
    const bus = await open(test, server.url, { logger, patienceMs: 1_500 });
    const putting = bus.putBlob(Buffer.alloc(400_000, 1));
    await saysSoon(said, /waiting: .*(resource limits|storage|insufficient).*max_file_store/);
    await rejectsWith(putting, 'BUS_FULL');
  });

  it('makes consumers again that the server lost, while it runs a study, and says so', async (test) => {
    const server = await startServer(test);
    const { logger, said } = listen();
    const bus = await open(test, server.url, { logger, lookEveryMs: 200 });
    await bus.createStudy(studyRecord(STUDY));
    const lease = await bus.acquireLease(STUDY, 'a coordinator');
    await bus.publishTrial(trialMessage(0));
    await deleteConsumers(test, server);
    const worker = await open(test, server.url, { role: 'worker' });
    const pull = () => worker.pullTrial({ requirements: ['any'], expiresMs: 500 });
    let delivery = await pull();
    await waitUntil(
      'a trial',
      async () => {
        delivery = delivery ?? (await pull());
        return delivery !== null;
      },
      SAID_WITHIN_MS,
    );
    // A trial comes with the first consumer; what was made is told after the last.
    await saysSoon(said, /made again: workers-any, workers-cpu, workers-gpu/);
    await delivery?.ack();
    await lease.release();
  });

  it('tells a worker that consumers are gone and who makes them again', async (test) => {
    const server = await startServer(test);
    await open(test, server.url);
    await deleteConsumers(test, server);
    const { logger, said } = listen();
    const worker = await open(test, server.url, { role: 'worker', logger });
    const stop = new AbortController();
    const pulling = worker.pullTrial({ requirements: ['any'], expiresMs: 1_000, signal: stop.signal });
    await saysSoon(said, /has 0 of its 3 consumers.*sweep resume/);
    stop.abort();
    await pulling;
  });

  it('ends a reader whose log the server lost or cannot read, instead of waiting for ever', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server.url);
    await bus.createStudy(studyRecord(STUDY));
    await bus.append(STUDY, created());
    for (let index = 0; index < 20; index += 1) await bus.append(STUDY, queued(index));
    let seen = 0;
    const following = (async () => {
      for await (const { seq } of bus.events(STUDY, { follow: true })) seen = seq;
    })();
    const failed = rejectsWith(following, 'EVENT_LOG_CORRUPT', /SWEEP_EVENTS/);
    await waitUntil('all events', () => seen === 21);
    await server.kill();
    flipByteOfStream(server, 'SWEEP_EVENTS');
    await server.resume();
    const error = await within(20_000, () => failed);
    assert.match(error.hint ?? '', /restore|start the study again/);
  });

  it('ends a reader that follows a study when the store was wiped, naming the stream', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, server.url, { patienceMs: 300_000 });
    await bus.createStudy(studyRecord(STUDY));
    await bus.append(STUDY, created());
    let seen = 0;
    const following = (async () => {
      for await (const { seq } of bus.events(STUDY, { follow: true })) seen = seq;
    })();
    const failed = rejectsWith(following, 'BUS_CONFIGURATION', /SWEEP_EVENTS is gone/);
    await waitUntil('the event', () => seen === 1);
    await server.kill();
    await server.wipeStore();
    await server.resume();
    await within(SAID_WITHIN_MS, () => failed);
  });

  it('names a JetStream that does not answer on a server that does', async (test) => {
    const server = await startServer(test);
    const link = await FaultyLink.start(server.port);
    test.after(() => link.stop());
    const { logger, said } = listen();
    const bus = await open(test, link.url, { logger, requestTimeoutMs: 300, patienceMs: 60_000 });
    await bus.createStudy(studyRecord(STUDY));
    link.setFault((chunk, direction) =>
      direction === 'toClient' && /^H?MSG /.test(chunk.toString('latin1')) ? null : chunk,
    );
    const reading = bus.readStudy(STUDY);
    await saysSoon(said, /its JetStream does not answer.*disk full/);
    link.heal();
    assert.equal((await reading)?.study, STUDY);
  });

  it('names a server that does not answer at all, and why it cannot be reached again', async (test) => {
    const server = await startServer(test);
    const { logger, said } = listen();
    const leaving = new AbortController();
    const bus = await open(test, server.url, {
      logger,
      requestTimeoutMs: 300,
      patienceMs: 300_000,
      signal: leaving.signal,
    });
    await bus.createStudy(studyRecord(STUDY));
    await server.freeze();
    const reading = bus.readStudy(STUDY);
    await saysSoon(said, /does not answer; was it stopped/);
    // Whoever is asked to leave meanwhile does.
    const failed = rejectsWith(reading, 'BUS_UNREACHABLE');
    leaving.abort();
    await within(SAID_WITHIN_MS, () => failed);
    await within(SAID_WITHIN_MS, () => rejectsWith(bus.readStudy(STUDY), 'BUS_UNREACHABLE'));
    await within(SAID_WITHIN_MS, () => bus.close());
    server.thaw();
  });
});

async function deleteConsumers(test: TestContext, server: NatsServer): Promise<void> {
  const raw = await connect({ servers: server.url });
  test.after(() => raw.close());
  const manager = await raw.jetstreamManager();
  for (const name of ['workers-any', 'workers-cpu', 'workers-gpu']) {
    await manager.consumers.delete('SWEEP_TRIALS', name);
  }
}

/** In the middle of the stream's first block of messages. */
function flipByteOfStream(server: NatsServer, stream: string): void {
  const directory = join(server.directory, 'store', 'jetstream', '$G', 'streams', stream, 'msgs');
  const block = readdirSync(directory).find((name) => name.endsWith('.blk'));
  assert.ok(block !== undefined);
  const bytes = readFileSync(join(directory, block));
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x40;
  writeFileSync(join(directory, block), bytes);
}
