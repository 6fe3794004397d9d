// Three servers with deploy/nats/cluster.conf: studies live on all of them and outlive the death of one.
import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, type JetStreamManager } from 'nats';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { inboxPrefixOf } from '../../../src/bus/nats/connection/connection.js';
import { BLOBS_BUCKET, EVENTS_STREAM, TRIALS_STREAM } from '../../../src/bus/subjects.js';
import { created, reported, studyRecord, trialMessage } from '../../support/fixtures/study-events.js';
import { writeCertificates } from '../../support/processes/certificates.js';
import { freePort, NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const DEPLOY = fileURLToPath(new URL('../../../../deploy/nats/', import.meta.url));
const STUDY = 'grid-7f3a';
const CATCH_UP_MS = 60_000;
const NODES = ['n1', 'n2', 'n3'];

describe('a cluster of three NATS servers', { skip: skipWithoutNats() }, () => {
  it('keeps studies, trials and blobs, and goes on, when one of the three is killed', async (test) => {
    const directory = temporaryDirectory(test);
    const certificates = await writeCertificates(directory, 'node');
    for (const file of ['cluster.conf', 'roles.conf'])
      await copyFile(join(DEPLOY, file), join(directory, file));
    const routePorts = await Promise.all(NODES.map(() => freePort()));
    const routes = routePorts.map((port) => `"tls://127.0.0.1:${port}"`);
    await writeFile(join(directory, 'routes.conf'), `routes: [${routes.join(', ')}]\n`);
    const servers = await Promise.all(
      NODES.map((node, at) =>
        NatsServer.start({
          configPath: join(directory, 'cluster.conf'),
          environment: {
            SWEEP_NATS_NODE: node,
            SWEEP_NATS_CLUSTER_LISTEN: `"127.0.0.1:${routePorts[at]}"`,
            SWEEP_NATS_CERT: certificates.certFile,
            SWEEP_NATS_KEY: certificates.keyFile,
            SWEEP_NATS_CA: certificates.caFile,
            SWEEP_COORDINATOR_PASSWORD: 'secret-c',
            SWEEP_WORKER_PASSWORD: 'secret-w',
            SWEEP_VIEWER_PASSWORD: 'secret-v',
          },
        }),
      ),
    );
    test.after(() => Promise.all(servers.map((server) => server.stop())));
    const bus = await openNatsBus({
      servers: servers.map((server) => server.url).join(),
      role: 'coordinator',
      auth: { type: 'password', user: 'coordinator', password: 'secret-c' },
      tls: { caFile: certificates.caFile },
      replicas: 3,
      ackWaitMs: 2_000,
      connectWithinMs: 30_000,
      requestTimeoutMs: 2_000,
      patienceMs: 60_000,
    });
    test.after(() => bus.close());

    const connection = await connect({
      servers: servers.map((server) => server.url),
      user: 'coordinator',
      pass: 'secret-c',
      tls: { caFile: certificates.caFile },
      maxReconnectAttempts: -1,
      inboxPrefix: inboxPrefixOf('coordinator'),
    });
    test.after(() => connection.close());
    const manager = await connection.jetstreamManager({ checkAPI: false });
    await bus.createStudy(studyRecord(STUDY));
    const lease = await bus.acquireLease(STUDY, 'c1');
    await lease.append(created());
    const blob = await bus.putBlob(Buffer.alloc(400_000, 3));
    await bus.publishTrial(trialMessage(0));
    for (const [at, server] of servers.entries()) {
      await server.kill('SIGKILL');
      for (let epoch = 1; epoch <= 20; epoch += 1) await lease.append(reported(at, epoch, 0.3));
      const seen: number[] = [];
      for await (const { seq } of bus.events(STUDY)) seen.push(seq);
      assert.deepEqual(
        seen,
        Array.from({ length: 1 + 20 * (at + 1) }, (_, index) => index + 1),
      );
      assert.equal((await bus.getBlob(blob)).byteLength, 400_000);
      await server.resume();
      // As an operator does: the next one goes only when this one holds all that it missed.
      await waitUntil(`server ${at + 1} has caught up`, () => haveCaughtUp(manager), CATCH_UP_MS);
    }
    // The consumer may be without a leader for a while after the last of them came back: a worker asks again, too.
    let delivery = null;
    for (let pulls = 0; delivery === null && pulls < 12; pulls += 1)
      delivery = await bus.pullTrial({ requirements: ['any'], expiresMs: 5_000 });
    assert.equal(delivery?.message.index, 0);
    await delivery?.ack();
    await lease.release();
  });
});

/** Whether every replica of the streams that the test uses is there and current. */
async function haveCaughtUp(manager: JetStreamManager): Promise<boolean> {
  for (const stream of [EVENTS_STREAM, TRIALS_STREAM, BLOBS_BUCKET]) {
    // No leader yet: no answer.
    const info = await manager.streams.info(stream).catch(() => null);
    const replicas = info?.cluster?.replicas ?? [];
    if (replicas.length < NODES.length - 1 || !replicas.every(({ current }) => current)) return false;
  }
  return true;
}
