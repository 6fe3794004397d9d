// What each role may and may not do on a server with the configuration of deploy/nats.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from 'nats';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { inboxPrefixOf, type NatsRole } from '../../../src/bus/nats/connection/connection.js';
import { createContext } from '../../../src/cli/context.js';
import { openReadingBus } from '../../../src/cli/open-bus.js';
import { silentLogger } from '../../../src/log.js';
import { rejectsWith } from '../../support/errors.js';
import {
  created,
  finished,
  queued,
  reported,
  studyRecord,
  trialAt,
  trialMessage,
  workerInfo,
} from '../../support/fixtures/study-events.js';
import { writeCertificates } from '../../support/processes/certificates.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const SINGLE_CONF = fileURLToPath(new URL('../../../../deploy/nats/single.conf', import.meta.url));
const STUDY = 'grid-7f3a';
const PASSWORDS = { coordinator: 'secret-c', worker: 'secret-w', viewer: 'secret-v' } as const;

async function startSecured(test: TestContext) {
  const certificates = await writeCertificates(temporaryDirectory(test), 'server');
  const server = await NatsServer.start({
    configPath: SINGLE_CONF,
    environment: {
      SWEEP_NATS_CERT: certificates.certFile,
      SWEEP_NATS_KEY: certificates.keyFile,
      SWEEP_COORDINATOR_PASSWORD: PASSWORDS.coordinator,
      SWEEP_WORKER_PASSWORD: PASSWORDS.worker,
      SWEEP_VIEWER_PASSWORD: PASSWORDS.viewer,
    },
  });
  test.after(() => server.stop());
  const tls = { caFile: certificates.caFile };
  return {
    url: server.url,
    caFile: certificates.caFile,
    open: async (role: NatsRole) => {
      const auth = { type: 'password' as const, user: role, password: PASSWORDS[role] };
      const bus = await openNatsBus({
        servers: server.url,
        role,
        auth,
        tls,
        patienceMs: 2_000,
        requestTimeoutMs: 1_500,
      });
      test.after(() => bus.close());
      return bus;
    },
    raw: async (role: NatsRole) => {
      const raw = await connect({
        servers: server.url.replace('nats://', ''),
        user: role,
        pass: PASSWORDS[role],
        tls,
        inboxPrefix: inboxPrefixOf(role),
      });
      test.after(() => raw.close());
      return raw;
    },
  };
}

/** Fails unless the server refuses the publication. */
async function assertForbidden(raw: NatsConnection, subject: string, payload = ''): Promise<void> {
  await assert.rejects(
    raw.request(subject, payload, { timeout: 2_000 }),
    (error: { code?: string }) => error.code === 'PERMISSIONS_VIOLATION',
    `${subject} was not refused`,
  );
}

const SHARED_FORBIDDEN = [
  '$JS.API.STREAM.DELETE.SWEEP_EVENTS',
  '$JS.API.STREAM.UPDATE.SWEEP_EVENTS',
  '$JS.API.STREAM.MSG.DELETE.SWEEP_EVENTS',
  '$JS.API.STREAM.CREATE.OTHER',
  '$JS.API.STREAM.SNAPSHOT.SWEEP_EVENTS',
  '$JS.API.STREAM.RESTORE.SWEEP_EVENTS',
  '$JS.API.CONSUMER.CREATE.SWEEP_EVENTS',
  '$JS.API.CONSUMER.CREATE.SWEEP_BLOBS',
  '$JS.API.CONSUMER.DELETE.SWEEP_TRIALS.workers-any',
  '$JS.API.CONSUMER.DURABLE.CREATE.SWEEP_TRIALS.mine',
  '$JS.API.CONSUMER.DURABLE.CREATE.SWEEP_EVENTS.mine',
  '$JS.API.STREAM.PURGE.KV_SWEEP_STUDIES',
  '$SYS.REQ.SERVER.PING',
];

describe('roles of deploy/nats', { skip: skipWithoutNats() }, () => {
  it('lets a coordinator and a worker do all of their work, and a viewer read it', async (test) => {
    const { open } = await startSecured(test);
    const coordinator = await open('coordinator');
    const worker = await open('worker');
    const viewer = await open('viewer');
    const heard: string[] = [];
    worker.onControl(({ type }) => heard.push(type));
    await worker.workers();

    await coordinator.createStudy(studyRecord(STUDY));
    const lease = await coordinator.acquireLease(STUDY, 'c1');
    await lease.append(created());
    const digest = await coordinator.putBlob(Buffer.alloc(300_000, 1));
    await coordinator.publishTrial(trialMessage(0, { requires: 'cpu' }));

    await worker.heartbeat(workerInfo('w1'));
    const delivery = await worker.pullTrial({ requirements: ['gpu', 'cpu', 'any'], expiresMs: 5_000 });
    assert.equal(delivery?.message.trial, trialAt(0));
    delivery?.extend();
    assert.equal((await worker.getBlob(digest)).byteLength, 300_000);
    const owner = { study: 's-0001', trial: 'a1' };
    const checkpoint = await worker.putBlob(Buffer.alloc(10, 2), owner);
    await worker.append(STUDY, reported(0, 1, 0.3));
    await worker.append(STUDY, finished(0, 0.27));
    assert.equal((await worker.trialEvents(STUDY, trialAt(0))).length, 2);
    await delivery?.ack();

    const events = [];
    for await (const { event } of viewer.events(STUDY)) events.push(event.type);
    assert.deepEqual(events, ['study.created', 'trial.report', 'trial.finished']);
    assert.equal((await viewer.listStudies()).length, 1);
    assert.deepEqual(
      (await viewer.workers()).map((node) => node.worker),
      ['w1'],
    );
    assert.equal(await viewer.readLeaseHolder(STUDY), 'c1');
    await worker.removeWorker('w1');
    assert.deepEqual(await viewer.workers(), []);

    await coordinator.sendControl({ type: 'cancel', study: STUDY });
    await coordinator.writeCachedResult('key', { result: finished(0, 0.27).result, worker: 'w1' });
    await coordinator.readCachedResult('key');
    assert.equal((await worker.getBlob(checkpoint, owner)).byteLength, 10);
    assert.deepEqual([...(await coordinator.listBlobOwners(owner.study))], [owner.trial]);
    await coordinator.deleteBlob(checkpoint, owner);
    await coordinator.deleteBlobsOf(owner);
    await coordinator.removeStudy(STUDY);
    await lease.release();
    assert.deepEqual(await coordinator.listStudies(), []);
    assert.deepEqual(heard, ['cancel']);
  });

  it('lets a worker do no more', async (test) => {
    const { open, raw } = await startSecured(test);
    const coordinator = await open('coordinator');
    await coordinator.createStudy(studyRecord(STUDY));
    const digest = await coordinator.putBlob(Buffer.alloc(10, 1));
    const worker = await open('worker');
    await rejectsWith(worker.publishTrial(trialMessage(0)), 'BUS_FORBIDDEN');
    await rejectsWith(worker.append(STUDY, created()), 'BUS_FORBIDDEN');
    await rejectsWith(worker.acquireLease(STUDY, 'w'), 'BUS_FORBIDDEN');
    await rejectsWith(worker.createStudy(studyRecord('other')), 'BUS_FORBIDDEN');
    await rejectsWith(worker.removeStudy(STUDY), 'BUS_FORBIDDEN');
    await rejectsWith(worker.deleteBlob(digest), 'BUS_FORBIDDEN');
    await rejectsWith(worker.deleteBlobsOf({ study: 's-0001', trial: 'a1' }), 'BUS_FORBIDDEN');
    const plain = await raw('worker');
    for (const subject of [
      ...SHARED_FORBIDDEN,
      `sweep.trials.any.${STUDY}.${trialAt(0)}`,
      `sweep.events.${STUDY}.study`,
      `sweep.events.${STUDY}.fence`,
      `sweep.control.study.${STUDY}`,
      `$KV.SWEEP_STUDIES.record.${STUDY}`,
      '$KV.SWEEP_RESULTS.key',
      '$JS.API.STREAM.PURGE.SWEEP_TRIALS',
      '$JS.API.STREAM.PURGE.SWEEP_EVENTS',
      '$JS.API.STREAM.PURGE.SWEEP_BLOBS',
      '$JS.API.DIRECT.GET.KV_SWEEP_STUDIES',
    ]) {
      await assertForbidden(plain, subject);
    }
    assert.equal((await coordinator.listStudies()).length, 1);
  });

  it('lets a viewer read only', async (test) => {
    const { open, raw } = await startSecured(test);
    const coordinator = await open('coordinator');
    await coordinator.createStudy(studyRecord(STUDY));
    const viewer = await open('viewer');
    await rejectsWith(viewer.append(STUDY, queued(0)), 'BUS_FORBIDDEN');
    await rejectsWith(viewer.pullTrial({ requirements: ['any'], expiresMs: 5_000 }), 'BUS_FORBIDDEN');
    await rejectsWith(viewer.putBlob(Buffer.from('x')), 'BUS_FORBIDDEN');
    await rejectsWith(viewer.heartbeat(workerInfo('w1')), 'BUS_FORBIDDEN');
    const plain = await raw('viewer');
    for (const subject of [
      ...SHARED_FORBIDDEN,
      `sweep.events.${STUDY}.${trialAt(0)}`,
      `sweep.control.study.${STUDY}`,
      `sweep.blobs.${'a'.repeat(64)}.0`,
      '$KV.SWEEP_WORKERS.w1',
      '$KV.SWEEP_STUDIES.x',
      '$JS.ACK.SWEEP_TRIALS.workers-any.1.1.1.1.1',
    ]) {
      await assertForbidden(plain, subject);
    }
  });

  it('lets a reader with the rights of a coordinator read, who is forbidden what a viewer may', async (test) => {
    const { open, url, caFile } = await startSecured(test);
    await (await open('coordinator')).createStudy(studyRecord(STUDY));
    const { coordinator: password } = PASSWORDS;
    const auth = { type: 'password' as const, user: 'coordinator', password };
    await rejectsWith(openNatsBus({ servers: url, role: 'viewer', auth, tls: { caFile } }), 'BUS_FORBIDDEN');
    const context = createContext();
    const reader = await openReadingBus(
      { ...context, nats: { ...context.nats, url, user: 'coordinator', password, caFile } },
      {},
      silentLogger,
    );
    test.after(() => reader.close());
    assert.equal((await reader.readStudy(STUDY))?.study, STUDY);
  });

  it('lets a coordinator neither change nor delete streams', async (test) => {
    const { open, raw } = await startSecured(test);
    await open('coordinator');
    const plain = await raw('coordinator');
    for (const subject of SHARED_FORBIDDEN) await assertForbidden(plain, subject);
  });

  it('lets no role read the replies of another', async (test) => {
    const { raw } = await startSecured(test);
    const plain = await raw('worker');
    const refused = new Promise((resolve) => {
      plain.subscribe(`${inboxPrefixOf('coordinator')}.>`, { callback: (error) => resolve(error?.code) });
    });
    assert.equal(await refused, 'PERMISSIONS_VIOLATION');
  });
});
