// A command whose terminal or reader goes away: what holds trials ends in order or goes on, what only prints ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';
import { type StudyDocument, startCluster } from '../support/processes/cluster.js';
import { skipWithoutNats } from '../support/processes/nats-server.js';
import { skipWithoutTerminal, startOnTerminal } from '../support/processes/pseudo-terminal.js';
import { waitUntil } from '../support/processes/wait-until.js';

const LIMIT_MS = 120_000;
/** Trials that outlast any test. */
const ENDLESS = { epochs: 1000, stepsPerEpoch: 200 };

interface Standing {
  readonly state: string;
  readonly trials: { readonly running: number };
  readonly coordinator: string | null;
}

test('a study on a terminal that hangs up stores what runs and can be resumed', {
  skip: skipWithoutTerminal(),
  timeout: LIMIT_MS,
}, async (t) => {
  const place = createWorkplace(t);
  const terminal = startOnTerminal(t, place, 'start', writeSmallSweep(place.directory, ENDLESS));
  const study = async () => (await place.json<{ studies: Standing[] }>('list')).studies[0];
  await waitUntil('a trial runs', async () => ((await study())?.trials.running ?? 0) > 0, 30_000);
  terminal.kill('SIGKILL');
  await waitUntil('nobody acts on it', async () => (await study())?.coordinator === null, 30_000);
  assert.equal((await study())?.state, 'interrupted');
});

test('a study goes on when nobody reads its progress any more', { timeout: LIMIT_MS }, async (t) => {
  const place = createWorkplace(t);
  const running = place.start('start', writeSmallSweep(place.directory), '--json');
  await waitUntil('it has begun', () => running.stderr() !== '');
  running.process.stderr?.destroy();
  const { code, stdout } = await running.finished;
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as StudyDocument).state, 'complete');
});

test('a worker goes on when nobody reads its lines any more, and gives its trial back when asked', {
  skip: skipWithoutNats(),
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const worker = createWorkplace(t).start('worker', '--nats', cluster.server.url, '-c', '1', '--json');
  await waitUntil('it serves', () => /serves|waiting for the first/.test(worker.stdout()), 30_000);
  worker.process.stdout?.destroy();
  const running = async (): Promise<number> =>
    (await cluster.json<{ studies?: Standing[] }>('list')).studies?.[0]?.trials.running ?? 0;
  const coordinator = cluster.start('start', writeSmallSweep(cluster.place.directory, ENDLESS));
  await waitUntil('a trial runs', async () => (await running()) > 0, LIMIT_MS / 2).catch((thrown: Error) => {
    const ends = [coordinator.process.exitCode, worker.process.exitCode].join(', ');
    throw new Error(`${thrown.message}; exit codes ${ends}:\n${coordinator.stderr()}\n${worker.stderr()}`);
  });
  worker.process.kill('SIGHUP');
  assert.equal((await worker.finished).code, 0);
  await waitUntil('it was given back', async () => (await running()) === 0, 30_000);
});

test('a command that only prints ends with its reader', { timeout: LIMIT_MS }, async (t) => {
  const place = createWorkplace(t);
  await place.call('start', writeSmallSweep(place.directory), '--quiet');
  const reader = place.start('leaderboard', '@last', '--json');
  reader.process.stdout?.destroy();
  assert.equal((await reader.finished).code, 0);
});
