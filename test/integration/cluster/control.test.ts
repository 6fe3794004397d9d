// Pausing, resuming, stopping and cancelling a study from another process, and a server brought up and down.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { created, studyRecord } from '../../support/fixtures/study-events.js';
import { COMMAND, createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument, startCluster } from '../../support/processes/cluster.js';
import { freePort, skipWithoutNats } from '../../support/processes/nats-server.js';
import { openScreen } from '../../support/processes/terminal-screen.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const skip = skipWithoutNats();
const LIMIT_MS = 120_000;
/** Eight trials, each longer than another process takes to look at the study. */
const SPACE = { cell: ['gru', 'lstm'], units: [8, 12, 14, 16] };
const SLOW = { epochs: 24, stepsPerEpoch: 60, space: SPACE };
/** Trials of some seconds: long enough to meet one at work. */
const SLOWER = { epochs: 40, stepsPerEpoch: 60, space: { cell: ['gru', 'lstm'], units: [12, 14, 16] } };

test('a paused study begins nothing, and ends as if it had not paused', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, SLOW);
  const local = await cluster.place.json<StudyDocument>('start', file, '--home', 'alone');
  await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file, '--json');
  // At the first sign of work: most is left when the command has been heard, on a busy machine too.
  await waitUntil('a trial runs', async () => (await runningTrials(cluster)) > 0, 60_000);
  assert.equal((await cluster.json<{ state: string }>('pause', '@last')).state, 'paused');
  const runningNow = async () => (await cluster.json<StudyDocument>('status', '@last')).trials;
  await waitUntil('nothing runs', async () => (await runningNow()).running === 0, 30_000);
  // A view on another terminal, whose keys are orders over the same server.
  const screen = openScreen(t, [process.execPath, COMMAND, 'watch', '@last', '--nats', cluster.server.url], {
    directory: cluster.place.directory,
    env: { SWEEP_CACHE: cluster.place.cache },
  });
  const before = (await runningNow()).complete ?? 0;
  assert.ok(before < 8, `${before} of 8 trials ended before the pause took hold`);
  // Longer than the worker takes for a trial, and than the coordinator's look at the queue.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  assert.equal((await runningNow()).complete, before);
  const { backends } = await cluster.json<{ backends: string[] }>('status', '@last');
  assert.match(backends.join(), /^(native|wasm) /);
  const resumed = await cluster.json<StudyDocument>('resume', '@last');
  assert.deepEqual([resumed.state, resumed.trials.total], ['running', 8]);
  await screen.shows(/^small-\S+ {2}running/m);
  screen.type('p');
  await screen.shows(/^small-\S+ {2}paused/m);
  screen.type('r');
  await screen.shows(/^small-\S+ {2}(?:running|complete)/m);
  screen.type('q');
  const { code, stdout, stderr } = await coordinator.finished;
  assert.equal(code, 0, stderr);
  assert.deepEqual(comparable(JSON.parse(stdout) as StudyDocument), comparable(local));
});

test('stop finishes what runs and ends with a leaderboard', { skip, timeout: LIMIT_MS }, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, SLOWER);
  await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file, '--json');
  await waitUntil('a trial runs', async () => (await runningTrials(cluster)) > 0, 60_000);
  assert.match((await cluster.json<{ state: string }>('stop', '@last')).state, /stopping|complete/);
  const { code, stdout, stderr } = await coordinator.finished;
  assert.equal(code, 0, stderr);
  const { state, trials } = JSON.parse(stdout) as StudyDocument;
  assert.equal(state, 'complete');
  assert.equal(trials.running, 0);
  assert.ok((trials.complete ?? 0) >= 1 && (trials.complete ?? 0) < 6, JSON.stringify(trials));
});

test('cancel ends a study at once', { skip, timeout: LIMIT_MS }, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, SLOWER);
  await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file, '--json');
  await waitUntil('a trial runs', async () => (await runningTrials(cluster)) > 0, 60_000);
  assert.equal((await cluster.json<{ state: string }>('cancel', '@last')).state, 'cancelled');
  assert.equal((await coordinator.finished).code, 1);
  const again = await cluster.start('cancel', '@last').finished;
  assert.equal(again.code, 2);
  assert.match(again.stderr, /has ended/);
});

test('a study of one machine is paused, resumed and stopped from another process', {
  timeout: LIMIT_MS,
}, async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, SLOW);
  const running = place.start('start', file, '--workers', '1', '--json');
  const state = async () => (await place.json<{ studies: { state: string }[] }>('list')).studies[0]?.state;
  await waitUntil('the study runs', async () => (await state()) === 'running', 30_000);
  assert.equal((await place.json<{ state: string }>('pause', '@last')).state, 'paused');
  assert.equal((await place.run('resume', '@last')).code, 0);
  assert.equal(
    (await place.json<{ state: string }>('stop', '@last')).state.replace('complete', 'stopping'),
    'stopping',
  );
  const { code, stderr } = await running.finished;
  assert.equal(code, 0, stderr);
});

interface StudyStanding {
  readonly study: string;
  readonly state: string;
  readonly coordinator: string | null;
  readonly abandoned: boolean;
  readonly pace: { readonly etaMs: number | null };
}

test('a study whose coordinator was killed says so; there is nothing to pause, but it can be cancelled', {
  timeout: LIMIT_MS,
}, async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, SLOW);
  const running = place.start('start', file, '--workers', '1');
  await waitUntil('the study runs', async () => /study small/.test(running.stderr()), 30_000);
  await waitUntil(
    'it is recorded',
    async () => (await place.json<{ studies: { state: string }[] }>('list')).studies[0]?.state === 'running',
  );
  const attended = await place.json<StudyStanding>('status', '@last');
  assert.match(attended.coordinator ?? '', /./);
  assert.equal(attended.abandoned, false);
  running.process.kill('SIGKILL');
  await running.finished;
  const { study, ...standing } = await place.json<StudyStanding>('status', '@last');
  assert.deepEqual(
    [standing.state, standing.coordinator, standing.abandoned, standing.pace.etaMs],
    ['running', null, true, null],
  );
  assert.match(
    (await place.call('status', '@last')).stdout,
    new RegExp(`no coordinator runs it[\\s\\S]*sweep resume ${study}`),
  );
  const listed = await place.call('list');
  assert.match(listed.stdout, /running, no coordinator/);
  assert.match(listed.stderr, new RegExp(`sweep resume ${study}`));
  const paused = await place.run('pause', '@last');
  assert.equal(paused.code, 2);
  assert.match(paused.stderr, /no coordinator runs/);
  assert.equal((await place.json<{ state: string }>('cancel', '@last')).state, 'cancelled');
});

test('stop and pause believe no last word of a coordinator that died', { timeout: LIMIT_MS }, async (t) => {
  const place = createWorkplace(t);
  for (const [action, state] of [
    ['stop', 'stopping'],
    ['pause', 'paused'],
  ] as const) {
    const bus = openLocalBus(place.home);
    await bus.createStudy(studyRecord(action));
    await bus.append(action, created({ study: action }));
    await bus.append(action, { type: 'study.state', state, durationMs: 0 });
    await bus.close();
    const { code, stderr } = await place.run(action, action);
    assert.equal(code, 2, stderr);
    assert.match(stderr, new RegExp(`no coordinator runs study ${action}[\\s\\S]*sweep resume ${action}`));
  }
});

test('nats up starts one server, nats down stops it, and what it stored stays', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const place = createWorkplace(t);
  const port = String(await freePort());
  let pid = 0;
  t.after(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was stopped, as it should.
    }
  });
  const up = await place.runJson<{ url: string; pid: number; worker: string }>('nats', 'up', '--port', port);
  pid = up.pid;
  assert.equal(up.worker, `sweep worker --nats nats://127.0.0.1:${port}`);
  assert.equal((await place.runJson<{ pid: number }>('nats', 'up', '--port', port)).pid, up.pid);
  // Nobody has started a study there: that is no error.
  assert.deepEqual(await place.json('workers', '--nats', up.url), { workers: [] });
  assert.deepEqual(await place.json('list', '--nats', up.url), { studies: [] });
  const file = writeSmallSweep(place.directory, { space: { cell: ['gru'], units: [4] } });
  const done = await place.json<StudyDocument>('start', file, '--nats', up.url, '--workers', '1');
  assert.equal(done.state, 'complete');
  assert.deepEqual(await place.runJson('nats', 'down'), { stopped: true });
  assert.throws(() => process.kill(up.pid, 0));
  const away = await place.call('list', '--nats', up.url);
  assert.equal(away.code, 4);
  pid = (await place.runJson<{ pid: number }>('nats', 'up', '--port', port)).pid;
  const { studies } = await place.json<{ studies: { study: string }[] }>('list', '--nats', up.url);
  assert.deepEqual(
    studies.map(({ study }) => study),
    [done.study],
  );
  assert.deepEqual(await place.runJson('nats', 'down'), { stopped: true });
  assert.deepEqual(await place.runJson('nats', 'down'), { stopped: false });
});

test('without nats-server, nats up says how to get one', async (t) => {
  const place = createWorkplace(t, { PATH: '/nonexistent' });
  const { code, stderr } = await place.run('nats', 'up');
  assert.equal(code, 2);
  assert.match(stderr, /apt install nats-server.*brew install nats-server.*docker run/);
});

async function runningTrials(cluster: Awaited<ReturnType<typeof startCluster>>): Promise<number> {
  if ((await cluster.studies()).length === 0) return 0;
  return (await cluster.json<StudyDocument>('status', '@last')).trials.running ?? 0;
}
