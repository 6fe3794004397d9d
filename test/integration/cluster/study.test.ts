// A study on a cluster of processes ends in the same leaderboard as on one machine, weights digests included.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument, startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';

const skip = skipWithoutNats();
const LIMIT_MS = 120_000;

test('two workers on machines of their own end in the leaderboard of one machine', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const { place } = cluster;
  const file = writeSmallSweep(place.directory);
  const local = await place.json<StudyDocument>('start', file, '--workers', '2', '--home', 'alone');
  const workers = await Promise.all([cluster.startWorker('-c', '1'), cluster.startWorker('-c', '1')]);
  const remote = await cluster.json<StudyDocument>('start', file);
  assert.equal(remote.state, 'complete');
  assert.deepEqual(comparable(remote), comparable(local));
  assert.deepEqual(comparable(await cluster.json<StudyDocument>('leaderboard', '@last')), comparable(local));

  const { workers: listed } = await cluster.json<{
    workers: { state: string; slots: number; trialsDone: number }[];
  }>('workers');
  assert.equal(listed.length, 2);
  const status = await cluster.json<{ pace: { trialsPerMinute: number }; workers: string[] }>(
    'status',
    '@last',
  );
  assert.ok(status.pace.trialsPerMinute > 0);
  assert.equal(status.workers.length, 2);
  for (const worker of workers) {
    worker.process.kill('SIGTERM');
    assert.equal((await worker.finished).code, 0, worker.stderr());
  }
});

test('a start without workers says how to add them, and goes on when one comes', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, { space: { cell: ['gru'], units: [4] } });
  const coordinator = cluster.start('start', file, '--json');
  await cluster.waitForState('running');
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (coordinator.stderr().includes(`sweep worker --nats ${cluster.server.url}`)) resolve();
    };
    coordinator.process.stderr?.on('data', look);
    look();
  });
  await cluster.startWorker('--once', '-c', '1');
  const { code, stdout } = await coordinator.finished;
  assert.equal(code, 0, coordinator.stderr());
  assert.equal((JSON.parse(stdout) as StudyDocument).trials.complete, 1);
});

test('a study runs in the background, and its log and data lie where they should', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, { space: { cell: ['gru'], units: [4, 8] } });
  const left = await cluster.runJson<{ study: string; pid: number; log: string }>(
    ...['start', file, '--detach'],
  );
  t.after(() => {
    try {
      process.kill(left.pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
  await cluster.startWorker();
  assert.equal(await cluster.waitForState('complete', 60_000), left.study);
  assert.deepEqual(readdirSync(`${cluster.place.home}/logs`), [`${left.study}.log`]);
});

test('an engine whose package is not installed, and a worker without a server, are refused', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const { place, server } = await startCluster(t);
  const hook = new URL('../../support/fakes/without-tensorflow.js', import.meta.url).href;
  const bare = createWorkplace(t, { NODE_OPTIONS: `--import ${hook}` });
  const tfjs = await bare.run('worker', '--nats', server.url, '--engine', 'tfjs');
  assert.equal(tfjs.code, 2, tfjs.stderr);
  assert.match(tfjs.stderr, /tfjs-node-gpu: not installed.*tfjs-node: not installed.*ENGINE_UNAVAILABLE/s);
  assert.match(tfjs.stderr, /npm install @tensorflow\/tfjs-node-gpu@4\.22/);
  const alone = await place.run('worker');
  assert.equal(alone.code, 2);
  assert.match(alone.stderr, /--nats/);
});
