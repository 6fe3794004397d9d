// Who is let in, by which transport, and what an existing server must look like. No secret may show up in an error.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { connect, nkeys } from 'nats';
import { type NatsOptions, openNatsBus } from '../../../src/bus/nats/bus.js';
import type { NatsAuth } from '../../../src/bus/nats/connection/connection.js';
import type { SweepError } from '../../../src/errors.js';
import { rejectsWith } from '../../support/errors.js';
import { studyRecord } from '../../support/fixtures/study-events.js';
import { writeCertificates } from '../../support/processes/certificates.js';
import {
  freePort,
  NatsServer,
  type NatsServerOptions,
  skipWithoutNats,
} from '../../support/processes/nats-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const SECRET = 'hunter2-do-not-print';
const JETSTREAM = 'listen: "127.0.0.1:$PORT"\njetstream { store_dir: "$STORE" }\n';

async function startServer(test: TestContext, options: NatsServerOptions = {}): Promise<NatsServer> {
  const server = await NatsServer.start(options);
  test.after(() => server.stop());
  return server;
}

async function open(test: TestContext, options: Partial<NatsOptions> & { servers: string }) {
  const bus = await openNatsBus({ role: 'coordinator', ...options });
  test.after(() => bus.close());
  return bus;
}

function assertSecretFree(error: SweepError, secret = SECRET): void {
  const shown =
    JSON.stringify(error.toWire()) + String(error.stack) + String((error.cause as Error)?.stack ?? '');
  assert.ok(!shown.includes(secret), `a secret is shown: ${shown}`);
}

/** Fails when `operation` takes longer: "at once" means within a few seconds. */
async function withinMs<Value>(limitMs: number, operation: () => Promise<Value>): Promise<Value> {
  const before = performance.now();
  const value = await operation();
  assert.ok(performance.now() - before < limitMs, `it took more than ${limitMs} ms`);
  return value;
}

describe('connecting to NATS', { skip: skipWithoutNats() }, () => {
  it('gives up within its limit when nothing listens, with a hint', async () => {
    const servers = `nats://127.0.0.1:${await freePort()}`;
    const error = await withinMs(4_000, () =>
      rejectsWith(openNatsBus({ servers, role: 'viewer', connectWithinMs: 600 }), 'BUS_UNREACHABLE'),
    );
    assert.equal(error.exitCode, 4);
    assert.match(error.hint ?? '', /sweep nats up/);
  });

  it('gives up on something that accepts connections and says nothing', async (test) => {
    const mute = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    test.after(() => mute.close());
    const address = mute.address();
    assert.ok(address !== null && typeof address !== 'string');
    const servers = `127.0.0.1:${address.port}`;
    await withinMs(8_000, () =>
      rejectsWith(openNatsBus({ servers, role: 'viewer', connectWithinMs: 500 }), 'BUS_UNREACHABLE'),
    );
  });

  it('waits for a server that starts later when asked to', async (test) => {
    const server = await startServer(test);
    await server.kill();
    const opening = open(test, { servers: server.url, connectWithinMs: null });
    await server.resume();
    const bus = await opening;
    assert.deepEqual(await bus.listStudies(), []);
  });

  it('lets a worker wait for the first coordinator, and tells a viewer that there was none', async (test) => {
    const server = await startServer(test);
    const viewer = openNatsBus({ servers: server.url, role: 'viewer' });
    await rejectsWith(viewer, 'BUS_EMPTY', /no stream SWEEP_EVENTS/);
    const worker = open(test, { servers: server.url, role: 'worker', connectWithinMs: null });
    await open(test, { servers: server.url });
    await (await worker).workers();
  });

  it('refuses an address that is none, or that carries a password, without repeating it', async () => {
    for (const servers of ['', 'http://x', `nats://me:${SECRET}@host:4222`, 'a b', '127.0.0.1:4222,']) {
      assertSecretFree(await rejectsWith(openNatsBus({ servers, role: 'viewer' }), 'USAGE'));
    }
  });

  it('fails at once with wrong or missing credentials, whatever their kind', async (test) => {
    const owner = nkeys.createUser();
    const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
    const server = await startServer(test, {
      configText: `${JETSTREAM}authorization { users: [
        { user: me, password: right }
        { nkey: ${owner.getPublicKey()} }
      ] }`,
    });
    const wrong: (NatsAuth | undefined)[] = [
      undefined,
      { type: 'password', user: 'me', password: SECRET },
      { type: 'token', token: SECRET },
      { type: 'nkey', seed },
      { type: 'nkey', seed: SECRET },
      { type: 'credentials', credentials: SECRET },
    ];
    for (const auth of wrong) {
      const options = { servers: server.url, role: 'worker' as const, connectWithinMs: null };
      const opening = () => openNatsBus(auth === undefined ? options : { ...options, auth });
      const error = await withinMs(5_000, () => rejectsWith(opening(), 'BUS_AUTHENTICATION'));
      assertSecretFree(error);
      assertSecretFree(error, seed);
    }
    const rightSeed = new TextDecoder().decode(owner.getSeed());
    await open(test, { servers: server.url, auth: { type: 'password', user: 'me', password: 'right' } });
    await open(test, { servers: server.url, auth: { type: 'nkey', seed: `${rightSeed}\n` } });
  });

  it('takes a token', async (test) => {
    const server = await startServer(test, {
      configText: `${JETSTREAM}authorization { token: "${SECRET}" }`,
    });
    await open(test, { servers: server.url, auth: { type: 'token', token: SECRET } });
  });

  it('fails operations at once when its user is removed while it runs', async (test) => {
    const users = (list: string) => `${JETSTREAM}authorization { users: [ ${list} ] }`;
    const server = await startServer(test, { configText: users('{ user: me, password: right }') });
    const bus = await open(test, {
      servers: server.url,
      auth: { type: 'password', user: 'me', password: 'right' },
      patienceMs: 60_000,
    });
    await server.kill();
    server.reconfigure({ configText: users('{ user: other, password: right }') });
    await server.resume();
    const error = await withinMs(20_000, () => rejectsWith(bus.listStudies(), 'BUS_AUTHENTICATION'));
    assertSecretFree(error, 'right');
  });

  it('speaks TLS with the right authority, and refuses a wrong one and a wrong host', async (test) => {
    const directory = temporaryDirectory(test);
    const own = await writeCertificates(directory, 'own');
    const foreign = await writeCertificates(directory, 'foreign');
    const server = await startServer(test, {
      configText: `${JETSTREAM}tls { cert_file: "${own.certFile}", key_file: "${own.keyFile}" }`,
    });
    const servers = server.url.replace('nats://', 'tls://');
    const bus = await open(test, { servers, tls: { caFile: own.caFile } });
    await bus.createStudy(studyRecord('grid-7f3a'));
    for (const tls of [{ caFile: foreign.caFile }, {}, { caFile: `${directory}/no-such-file.pem` }]) {
      await withinMs(5_000, () =>
        rejectsWith(
          openNatsBus({ servers, role: 'worker', connectWithinMs: null, tls }),
          'BUS_CONFIGURATION',
        ),
      );
    }
  });

  it('refuses a plaintext server when TLS is asked for, before it sends anything', async (test) => {
    const received: string[] = [];
    const plaintext = createServer((socket) => {
      socket.on('error', () => {}).on('data', (data) => received.push(data.toString()));
      socket.write(
        'INFO {"server_id":"X","version":"2.9.10","max_payload":1048576,"proto":1,"headers":true}\r\n',
      );
    });
    await new Promise<void>((resolve) => plaintext.listen(0, '127.0.0.1', resolve));
    test.after(() => plaintext.close());
    const address = plaintext.address();
    assert.ok(address !== null && typeof address !== 'string');
    const auth = { type: 'password' as const, user: 'me', password: SECRET };
    const attempts: Partial<NatsOptions>[] = [
      { servers: `tls://127.0.0.1:${address.port}` },
      { servers: `nats://127.0.0.1:${address.port}`, tls: {} },
    ];
    for (const attempt of attempts) {
      const options = { role: 'worker' as const, servers: '', connectWithinMs: null, auth, ...attempt };
      const error = await withinMs(5_000, () =>
        rejectsWith(openNatsBus(options), 'BUS_CONFIGURATION', /TLS/),
      );
      assertSecretFree(error);
    }
    assert.deepEqual(received, []);
  });

  it('refuses streams with other settings, lists every difference, and changes nothing', async (test) => {
    const server = await startServer(test);
    const raw = await connect({ servers: server.url });
    test.after(() => raw.close());
    const manager = await raw.jetstreamManager();
    await manager.streams.add({
      name: 'SWEEP_EVENTS',
      subjects: ['sweep.events.>'],
      allow_rollup_hdrs: true,
    });
    await raw.jetstream().views.kv('SWEEP_STUDIES');
    const before = await manager.streams.info('SWEEP_EVENTS');
    const error = await rejectsWith(
      openNatsBus({ servers: server.url, role: 'coordinator' }),
      'BUS_CONFIGURATION',
    );
    assert.match(error.message, /SWEEP_EVENTS allow_rollup_hdrs: wanted false, found true/);
    assert.match(error.message, /SWEEP_EVENTS discard: wanted "new", found "old"/);
    assert.match(error.message, /KV_SWEEP_STUDIES deny_purge: wanted true, found false/);
    assert.deepEqual((await manager.streams.info('SWEEP_EVENTS')).config, before.config);
  });

  it('takes what it made itself, and refuses what is asked for and differs', async (test) => {
    const server = await startServer(test);
    await open(test, { servers: server.url, ackWaitMs: 45_000, maxBytes: { events: 1_000_000 } });
    await open(test, { servers: server.url });
    const asked = {
      servers: server.url,
      role: 'coordinator' as const,
      ackWaitMs: 30_000,
      maxBytes: { events: 5 },
    };
    const error = await rejectsWith(openNatsBus(asked), 'BUS_CONFIGURATION');
    assert.match(error.message, /workers-any ack_wait: wanted 30000000000, found 45000000000/);
    assert.match(error.message, /SWEEP_EVENTS max_bytes: wanted 5, found 1000000/);
  });

  it('survives a header that would wipe a subject or a bucket', async (test) => {
    const server = await startServer(test);
    const bus = await open(test, { servers: server.url });
    await bus.createStudy(studyRecord('grid-7f3a'));
    await bus.createStudy(studyRecord('grid-7f3b'));
    const raw = await connect({ servers: server.url });
    test.after(() => raw.close());
    const manager = await raw.jetstreamManager();
    const { headers } = await import('nats');
    const head = headers();
    head.set('Nats-Rollup', 'all');
    await assert.rejects(
      raw.jetstream().publish('$KV.SWEEP_STUDIES.record.x', '', { headers: head }),
      /rollup/,
    );
    await assert.rejects(manager.streams.purge('KV_SWEEP_STUDIES'), /not permitted|denied|purge/i);
    await assert.rejects(
      manager.streams.deleteMessage('KV_SWEEP_STUDIES', 1),
      /not permitted|denied|delete/i,
    );
    assert.equal((await bus.listStudies()).length, 2);
  });
});
