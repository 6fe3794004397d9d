// What a worker tells whoever started it, from before its server is there until it leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const skip = skipWithoutNats();
const LIMIT_MS = 120_000;
const ONE = { space: { cell: ['gru'], units: [4] } };
/** A trial that outlasts any test. */
const ENDLESS = { epochs: 1000, stepsPerEpoch: 200, space: { cell: ['gru'], units: [16] } };

test('a worker waits for its server, says what it runs, and is off the list when it left', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  await cluster.server.kill();
  const worker = createWorkplace(t).start('worker', '--nats', cluster.server.url, '-c', '1');
  await waitUntil('it waits', () => worker.stderr() !== '', 20_000);
  assert.equal(worker.stderr(), `waiting for a NATS server at ${cluster.server.url}\n`);
  await cluster.server.resume();
  await waitUntil('it is connected', () => /\nconnected\n/.test(worker.stderr()), 20_000);
  const file = writeSmallSweep(cluster.place.directory);
  const { code, stderr } = await cluster.start('start', file).finished;
  assert.equal(code, 0, stderr);
  const plain =
    /begun {5}small-[0-9a-f]{4} ([0-9a-f]{8}) {2}cell=\w+ units=\d[\s\S]*ended {5}small-[0-9a-f]{4} \1 {2}0\.\d{3,}, \d/;
  await waitUntil('a trial was shown', () => plain.test(worker.stderr()));
  // Only now, as it might else take every trial.
  const scripted = createWorkplace(t).start('worker', '--nats', cluster.server.url, '-c', '1', '--json');
  assert.equal(worker.stdout(), '');
  assert.doesNotMatch(worker.stderr(), /^\{/m, 'no JSON for people');
  await waitUntil('both are listed', async () => {
    const { workers } = await cluster.json<{ workers: unknown[] }>('workers');
    return workers.length === 2;
  });
  for (const node of [worker, scripted]) {
    node.process.kill('SIGTERM');
    assert.equal((await node.finished).code, 0);
  }
  const lines = scripted
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string });
  assert.ok(
    lines.some(({ message }) => message.startsWith('worker ')),
    scripted.stdout(),
  );
  assert.equal(scripted.stderr(), '');
  assert.deepEqual(await cluster.json('workers', '--all'), { workers: [] });
});

test('a second signal ends a worker at once and says what is lost', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const worker = await cluster.startWorker('-c', '1');
  cluster.start('start', writeSmallSweep(cluster.place.directory, ENDLESS));
  await waitUntil('a trial runs', () => worker.stderr().includes('begun'), 60_000);
  // Both wait for it when it goes on.
  for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) worker.process.kill(signal);
  const { code, stderr } = await worker.finished;
  assert.equal(code, 3, stderr);
  assert.match(stderr, /ended at once: the epoch in flight of 1 trial is lost; other workers go on/);
});

test('a command that finds no server ends with 4, a sentence and the next step', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  await cluster.server.kill();
  const file = writeSmallSweep(cluster.place.directory, ONE);
  for (const words of [['start', file], ['status', '@last'], ['workers']]) {
    const { code, stdout, stderr } = await cluster.start(...words).finished;
    assert.equal(code, 4);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /error no NATS server answers at .*\[BUS_UNREACHABLE\]\n +start one with "sweep nats up"/,
    );
    assert.doesNotMatch(stderr, /\{/);
  }
});
