// The store of the NATS server as deploy/README.md has it copied and brought back: with the server stopped.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument, startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

test('a study goes on from a restored copy of the store, and ends as it did without one', {
  skip: skipWithoutNats(),
  timeout: 120_000,
}, async (t) => {
  const cluster = await startCluster(t);
  const { server, place } = cluster;
  const store = join(server.directory, 'store');
  const backup = join(temporaryDirectory(t), 'backup');
  // So many that most are still to come when the first is seen to be complete, however slow it is to look.
  const units = [4, 5, 6, 7, 8];
  const file = writeSmallSweep(place.directory, {
    epochs: 40,
    stepsPerEpoch: 40,
    space: { cell: ['gru', 'lstm'], units },
  });

  const worker = await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file, '--json');
  const study = await cluster.waitForState('running');
  const completed = async () => (await cluster.json<StudyDocument>('status', study)).trials.complete ?? 0;
  await waitUntil('a trial is complete', async () => (await completed()) > 0, 60_000);
  coordinator.process.kill('SIGTERM');
  assert.equal((await coordinator.finished).code, 3);
  worker.process.kill('SIGTERM');
  await worker.finished;
  const before = await completed();

  await server.kill('SIGTERM');
  cpSync(store, backup, { recursive: true });
  await server.resume();
  const second = await cluster.startWorker('-c', '1');
  const undisturbed = await cluster.json<StudyDocument>('resume', study);
  assert.equal(undisturbed.state, 'complete');
  // Or it would take up what is queued in the copy as soon as that is there.
  second.process.kill('SIGTERM');
  await second.finished;

  await server.kill('SIGTERM');
  await server.wipeStore();
  cpSync(backup, store, { recursive: true });
  await server.resume();
  assert.equal(await completed(), before, 'the study is where it was at the time of the copy');
  await cluster.startWorker('-c', '1');
  const restored = await cluster.json<StudyDocument>('resume', study);
  assert.equal(restored.state, 'complete');
  assert.deepEqual(comparable(restored), comparable(undisturbed));
});
