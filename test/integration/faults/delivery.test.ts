// Trials that are delivered twice, too late, to a stranger or to a bad machine: one result each, and none is lost.
// Rows 8, 10, 11, 25 and 28 of the table of faults. Mostly waiting for deadlines, so all at once.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LIMIT_MS, startFaultCluster } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';
import { assertStudyInvariant } from '../../support/study-invariant.js';

const skip = skipWithoutNats();

describe('deliveries that go wrong', { skip, concurrency: true, timeout: LIMIT_MS }, () => {
  it('ignores the late result of a worker that was cut off for longer than its deadline', async (t) => {
    const cluster = await startFaultCluster(t);
    const { server, bus, gate } = cluster;
    const lost = await cluster.startWorker();
    const started = await cluster.start({ fault: ['gate'], gate: [gate], x: [5] });
    await started.waitFor('trial.started');
    lost.process.kill('SIGSTOP');
    const other = await cluster.startWorker();
    await started.waitFor('trial.started', ({ worker, attempt }) => worker === other.name && attempt === 2);
    cluster.openGate();
    const { code, stderr } = await started.coordinator.finished;
    assert.equal(code, 0, stderr);
    const before = await assertStudyInvariant(bus, started.study, { points: 1, url: server.url });
    lost.process.kill('SIGCONT');
    await waitUntil(
      'the late result is in the log',
      async () => (await started.events('trial.finished')).some(({ worker }) => worker === lost.name),
      LIMIT_MS,
    );
    const after = await assertStudyInvariant(bus, started.study, { points: 1, url: server.url });
    assert.equal(after.ignored, 1);
    assert.deepEqual(after.rows, before.rows);
    assert.equal(after.rows[0]?.seeds[0]?.worker, other.name);
  });

  it('takes one result of a trial that two workers have in hand, and both go on', async (t) => {
    const cluster = await startFaultCluster(t);
    const { server, bus, gate } = cluster;
    const first = await cluster.startWorker();
    const started = await cluster.start({ fault: ['gate'], gate: [gate], x: [5] });
    await started.waitFor('trial.started');
    first.process.kill('SIGSTOP');
    const second = await cluster.startWorker();
    await started.waitFor('trial.started', ({ worker }) => worker === second.name);
    first.process.kill('SIGCONT');
    cluster.openGate();
    const { code, stderr } = await started.coordinator.finished;
    assert.equal(code, 0, stderr);
    await waitUntil(
      'both have stored their results',
      async () => (await started.events('trial.finished')).length === 2,
      LIMIT_MS,
    );
    const view = await assertStudyInvariant(bus, started.study, { points: 1, url: server.url });
    assert.equal(view.ignored, 1);
    const next = await cluster.start({ fault: ['slow'], x: [1, 2, 3, 4, 5, 6] });
    assert.equal((await next.coordinator.finished).code, 0);
    const after = await assertStudyInvariant(bus, next.study, { points: 6 });
    assert.deepEqual([...after.workers.keys()].sort(), [first.name, second.name].sort());
  });

  it('acknowledges without training a trial whose worker died between result and acknowledgement', async (t) => {
    const cluster = await startFaultCluster(t);
    const { server, bus, gate } = cluster;
    const dying = await cluster.startWorker({ dies: 'before-ack' });
    const started = await cluster.start({ fault: ['none', 'gate'], gate: [gate], x: [1] });
    const { trial } = await started.waitFor('trial.finished');
    await waitUntil('the worker is dead', () => dying.process.signalCode === 'SIGKILL', LIMIT_MS);
    assert.ok((await bus.listPending(started.study)).has(trial), 'its message is on the queue');
    // Two slots: one is held by the trial that waits, which keeps the study open.
    await cluster.startWorker({ threads: 2 });
    await waitUntil(
      'the trial is acknowledged',
      async () => !(await bus.listPending(started.study)).has(trial),
      LIMIT_MS,
    );
    cluster.openGate();
    const { code, stderr } = await started.coordinator.finished;
    assert.equal(code, 0, stderr);
    await assertStudyInvariant(bus, started.study, { points: 2, url: server.url });
    const starts = (await started.events('trial.started')).filter((event) => event.trial === trial);
    assert.equal(starts.length, 1);
  });

  it('leaves no checkpoint of a worker that died before it could tell of it', async (t) => {
    const cluster = await startFaultCluster(t);
    const { server, bus, place } = cluster;
    const dying = await cluster.startWorker({ dies: 'after-checkpoint' });
    const counter = join(place.directory, 'attempts');
    const started = await cluster.start({ fault: ['checkpoint'], counter: [counter], until: [1], x: [1] });
    await waitUntil('the worker is dead', () => dying.process.signalCode === 'SIGKILL', LIMIT_MS);
    const { trial } = await started.waitFor('trial.started');
    assert.deepEqual(await started.events('trial.checkpoint'), []);
    assert.deepEqual([...(await bus.listBlobOwners(started.study))], [trial]);
    await cluster.startWorker();
    const { code, stderr } = await started.coordinator.finished;
    assert.equal(code, 0, stderr);
    await assertStudyInvariant(bus, started.study, { points: 1, url: server.url });
  });

  it('shows why a worker of another version gives trials back, and another one runs them', async (t) => {
    const cluster = await startFaultCluster(t);
    const { server, bus, place } = cluster;
    const stranger = await cluster.startWorker({ version: '99.0.0' });
    const started = await cluster.start({ fault: ['none'], x: [1, 2, 3] });
    // Two wait on the queue for its one slot; the third comes when one of them has ended.
    await waitUntil(
      'it gave back those on the queue',
      async () => (await started.events('trial.returned')).length === 2,
      LIMIT_MS,
    );
    const status = await place.call('status', started.study, '--nats', server.url);
    assert.match(status.stdout, new RegExp(`refused +by ${stranger.name}: needs version .*has 99\\.0\\.0`));
    await cluster.startWorker();
    // It would take each again, in turns with the other, whenever the delay is over.
    stranger.process.kill('SIGTERM');
    const { code, stderr } = await started.coordinator.finished;
    assert.equal(code, 0, stderr);
    const notes = stderr.match(/^worker-1 takes no trial of this study: it needs version .*has 99\.0\.0$/gm);
    assert.equal(notes?.length, 1, stderr);
    const view = await assertStudyInvariant(bus, started.study, { points: 3, url: server.url });
    assert.ok(view.rows.every(({ seeds }) => seeds.every(({ attempts }) => attempts === 1)));
  });

  it('quarantines a machine that fails every trial while others succeed', async (t) => {
    const cluster = await startFaultCluster(t);
    const { server, bus } = cluster;
    await cluster.startWorker();
    const bad = await cluster.startWorker({ task: 'broken' });
    const started = await cluster.start({ fault: ['slow'], x: Array.from({ length: 60 }, (_, x) => x) });
    const { code, stderr } = await started.coordinator.finished;
    assert.equal(code, 0, stderr);
    const view = await assertStudyInvariant(bus, started.study, { points: 60, url: server.url });
    assert.equal(view.complete, 60);
    const info = (await bus.workers()).find(({ worker }) => worker === bad.name);
    assert.equal(info?.state, 'quarantined');
    assert.equal(bad.process.exitCode, null, 'it stays, and shows in the list of workers');
  });
});
