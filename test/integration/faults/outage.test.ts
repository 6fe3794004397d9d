// A server that is away for longer than every term of a study: the deadline of a delivery, the lease of its coordinator, the
// silence after which a worker counts as gone, the patience of one operation of a worker's bus. Row 6 of the table of
// faults, with trials in training; and a message that never arrives.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WORKER_GONE_MS } from '../../../src/bus/bus.js';
import { DEFAULT_LEASE_MS } from '../../../src/bus/nats/event-log/leases.js';
import { writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument } from '../../support/processes/cluster.js';
import {
  ACK_WAIT_MS,
  LIMIT_MS,
  observeStudy,
  startFaultCluster,
  studyOf,
} from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';
import { assertStudyInvariant } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
/** Of the workers' bus: several are over within the outage, as with the product's 30 s within minutes. */
const PATIENCE_MS = 3_000;
const OUTAGE_MS = 5_000 + Math.max(ACK_WAIT_MS, DEFAULT_LEASE_MS, WORKER_GONE_MS, PATIENCE_MS);
/** Some seconds of training a trial, most of it still ahead when the server goes. */
const LONG = { epochs: 80, stepsPerEpoch: 60, space: { cell: ['gru'], units: [12, 16] } };

describe('what does not arrive', { skip, concurrency: true, timeout: 2 * LIMIT_MS }, () => {
  it('trains on while the server is away, and the results arrive when it is back, with the same weights', async (t) => {
    const { bus, place, server, startWorker } = await startFaultCluster(t);
    const file = writeSmallSweep(place.directory, LONG);
    const undisturbed = await place.json<StudyDocument>('start', file, '--home', 'alone');
    const workers = await Promise.all(
      [1, 2].map(() => startWorker({ task: 'product', patienceMs: PATIENCE_MS })),
    );
    const coordinator = place.start('start', file, '--json', '--nats', server.url);
    const study = await studyOf(coordinator);
    const started = observeStudy(bus, coordinator, study);
    await waitUntil(
      'both trials have stored a checkpoint',
      async () => new Set((await started.events('trial.checkpoint')).map(({ trial }) => trial)).size === 2,
      LIMIT_MS,
    );
    assert.deepEqual(await started.events('trial.finished'), [], 'both are in training');

    await server.kill('SIGKILL');
    const goneAtMs = performance.now();
    await waitUntil(
      'both have trained to their ends without a server',
      () => workers.every((worker) => worker.stderr().includes('a trial has finished')),
      LIMIT_MS,
    );
    await waitUntil('every term is over', () => performance.now() - goneAtMs > OUTAGE_MS, 2 * OUTAGE_MS);
    for (const { stderr } of workers) assert.match(stderr(), /the bus failed, trying again/);
    assert.equal(coordinator.process.exitCode, null, coordinator.stderr());
    await server.resume();

    const { code, stdout, stderr } = await coordinator.finished;
    assert.equal(code, 0, stderr);
    const document = JSON.parse(stdout) as StudyDocument;
    assert.deepEqual(comparable(document), comparable(undisturbed));
    for (const { attempts } of document.leaderboard) assert.equal(attempts, 1, 'nobody is to blame');
    await assertStudyInvariant(bus, study, { points: 2, url: server.url });
    assert.equal((await started.events('trial.started')).length, 2);
    const stories = await Promise.all(document.leaderboard.map(({ trial }) => bus.trialEvents(study, trial)));
    for (const story of stories) {
      const epochs = story.flatMap(({ event }) =>
        event.type === 'trial.report' ? [event.report.epoch] : [],
      );
      // One that was stored, its acknowledgement lost, may be there twice.
      assert.deepEqual(
        [...new Set(epochs)],
        Array.from({ length: LONG.epochs }, (_, at) => at + 1),
        'every report is there, in order',
      );
      assert.equal(story.at(-1)?.event.type, 'trial.finished');
    }
  });

  it('stops a trial of a cancelled study whose worker never heard of it', async (t) => {
    const { place, server, startWorker, start, bus } = await startFaultCluster(t);
    const deaf = await startWorker({ hears: false, watchEveryMs: 500 });
    const started = await start({ fault: ['wait'], x: [1] });
    await started.waitFor('trial.started');
    const cancelled = await place.run('cancel', started.study, '--nats', server.url);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    await started.coordinator.finished;
    await waitUntil(
      'the trial was given back',
      async () => (await started.events('trial.returned')).length === 1,
      LIMIT_MS,
    );
    const [returned] = await started.events('trial.returned');
    assert.equal(returned?.worker, deaf.name);
    assert.equal(returned?.reason, 'its study is cancelled');
    await waitUntil('its queue is empty', async () => (await bus.listPending(started.study)).size === 0);
    // Free for others: it serves the next study.
    const next = await start({ fault: ['none'], x: [2] });
    assert.equal((await next.coordinator.finished).code, 0);
  });
});
