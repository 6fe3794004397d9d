// Trials that throw, kill their thread, run out of memory, hang or diverge, on a worker of a cluster: each ends with its
// reason, the worker lives, and a budget ends a study that only fails. Rows 12, 13 and 14 of the table of faults.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMIT_MS, startFaultCluster } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { assertStudyInvariant } from '../../support/study-invariant.js';

const skip = skipWithoutNats();

test('each kind of poisonous trial fails with its reason, and the worker goes on', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startFaultCluster(t);
  const worker = await cluster.startWorker({ threads: 2 });
  const faults = ['throw', 'exit', 'memory', 'diverge', 'none'];
  const started = await cluster.start({ fault: faults, x: [1, 2] }, { maxAttempts: 2, maxFailures: 20 });
  const { code, stderr } = await started.coordinator.finished;
  assert.equal(code, 0, stderr);
  const view = await assertStudyInvariant(cluster.bus, started.study, {
    points: 10,
    url: cluster.server.url,
  });
  const reasons = view.failedTrials.map(({ params, error, attempts }) => [
    params.fault,
    error.code,
    attempts,
  ]);
  assert.deepEqual(
    reasons.sort(),
    [
      ['diverge', 'TRIAL_DIVERGED', 1],
      ['exit', 'TRIAL_CRASHED', 2],
      ['memory', 'TRIAL_OUT_OF_MEMORY', 2],
      ['throw', 'TRIAL_CRASHED', 2],
    ]
      .flatMap((reason) => [reason, reason])
      .sort(),
  );
  assert.deepEqual(
    view.rows.map(({ params }) => params.fault),
    ['none', 'none'],
    'what failed is not ranked',
  );
  assert.equal(worker.process.exitCode, null, worker.stderr());

  const hanging = await cluster.start({ fault: ['hang'], x: [1] }, { maxAttempts: 2, trialTimeout: '1s' });
  assert.equal((await hanging.coordinator.finished).code, 1, 'no trial ended with a result');
  const hung = await assertStudyInvariant(cluster.bus, hanging.study, { points: 1 });
  assert.deepEqual(
    hung.failedTrials.map(({ error, attempts }) => [error.code, attempts]),
    [['TRIAL_TIME_LIMIT', 2]],
  );

  const failing = await cluster.start(
    { fault: ['throw'], x: [1, 2, 3, 4, 5, 6, 7, 8] },
    { maxAttempts: 1, maxFailures: 2 },
  );
  const failed = await failing.coordinator.finished;
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /ended as failed: \d trials failed, limits.maxFailures allows 2/);
  assert.equal((await cluster.bus.listPending(failing.study)).size, 0);

  const next = await cluster.start({ fault: ['none'], x: [3, 4, 5] });
  assert.equal((await next.coordinator.finished).code, 0);
  await assertStudyInvariant(cluster.bus, next.study, { points: 3, url: cluster.server.url });
  assert.equal(worker.process.exitCode, null, worker.stderr());
});
