// A server that knew one account gets the roles of deploy/nats: its studies are there again when the store is renamed as
// deploy/README.md says, and go on with a worker that signs.
import assert from 'node:assert/strict';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { StudyFold } from '../../../src/study/fold.js';
import {
  created,
  finished,
  queued,
  started,
  studyRecord,
  trialAt,
  trialMessage,
} from '../../support/fixtures/study-events.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { SECURED, securedAuth } from '../../support/processes/secured-server.js';

const STUDY = 'grid-7f3a';

test('studies of a server without accounts go on under the roles, its store renamed', {
  skip: skipWithoutNats(),
}, async (t) => {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  const before = await openNatsBus({ servers: server.url, role: 'coordinator' });
  await before.createStudy(studyRecord(STUDY));
  const lease = await before.acquireLease(STUDY, 'c1');
  for (const event of [created(), queued(0), started(0), finished(0, 0.3), queued(1)])
    await lease.append(event);
  await before.publishTrial(trialMessage(1));
  await before.close();

  await server.kill('SIGTERM');
  const accounts = join(server.directory, 'store', 'jetstream');
  assert.ok(existsSync(join(accounts, '$G')));
  renameSync(join(accounts, '$G'), join(accounts, 'SWEEP'));
  server.reconfigure(SECURED);
  await server.resume();
  const open = async (role: 'coordinator' | 'worker' | 'viewer') => {
    const bus = await openNatsBus({ servers: server.url, role, auth: securedAuth(role) });
    t.after(() => bus.close());
    return bus;
  };
  const coordinator = await open('coordinator');
  assert.equal((await coordinator.listStudies()).length, 1);
  const worker = await open('worker');
  const delivery = await worker.pullTrial({ requirements: ['any'], expiresMs: 5_000 });
  assert.equal(delivery?.message.trial, trialAt(1));
  const name = `w2-${worker.signerMark}`;
  await worker.append(STUDY, started(1, { worker: name }));
  await worker.append(STUDY, finished(1, 0.2, { worker: name }));
  await delivery?.ack();
  const fold = new StudyFold();
  for await (const logged of (await open('viewer')).events(STUDY)) fold.apply(logged);
  assert.equal(fold.view.complete, 2);
  assert.equal(fold.view.setAside.count, 0);
});
