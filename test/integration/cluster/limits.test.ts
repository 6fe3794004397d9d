// Processes over a server that stops answering in the middle of a study, or lacks what they need: they say so by name, heed a
// signal, and are gone when they have nothing left to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'nats';
import { createWorkplace, type RunningCli, writeSmallSweep } from '../../support/processes/cli.js';
import { startCluster } from '../../support/processes/cluster.js';
import { FaultyLink } from '../../support/processes/faulty-link.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const skip = skipWithoutNats();
const LIMIT_MS = 120_000;
const SAID_WITHIN_MS = 10_000;
/** Two seconds, and what two cores that others use take for the end of node itself. */
const GONE_WITHIN_MS = 5_000;
const ONE_LONG = { epochs: 400, stepsPerEpoch: 60, space: { cell: ['gru'], units: [16] } };

const says = (running: RunningCli, pattern: RegExp, limitMs = SAID_WITHIN_MS) =>
  waitUntil(
    `a word like ${pattern} after:\n${running.stderr()}`,
    () => pattern.test(running.stderr()),
    limitMs,
  );

/** Sends the signal and returns the exit code, if the process is gone soon. */
async function goneSoonAfter(running: RunningCli, signal: NodeJS.Signals): Promise<number | null> {
  const toldAtMs = performance.now();
  running.process.kill(signal);
  const { code, stderr } = await running.finished;
  const tookMs = performance.now() - toldAtMs;
  assert.ok(tookMs < GONE_WITHIN_MS, `gone ${Math.round(tookMs)} ms after ${signal}:\n${stderr}`);
  return code;
}

test('over a server that stopped, coordinator and worker say so and leave when told to', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, ONE_LONG);
  const worker = await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file);
  await says(worker, /begun/, 30_000);
  await cluster.server.freeze();
  t.after(() => cluster.server.thaw());
  await Promise.all([
    says(coordinator, /the NATS server at \S+ does not answer/),
    says(worker, /the NATS server at \S+ does not answer/),
  ]);
  assert.equal(await goneSoonAfter(worker, 'SIGTERM'), 0);
  assert.equal(await goneSoonAfter(coordinator, 'SIGINT'), 3);
  assert.match(coordinator.stderr(), /without the server having heard of it.*\[INTERRUPTED\]/);
  assert.match(coordinator.stderr(), /go on with: sweep resume small-/);
});

test('without JetStream, start and worker end with what to do', { skip, timeout: LIMIT_MS }, async (t) => {
  const server = await NatsServer.start({ configText: 'listen: "127.0.0.1:$PORT"\n' });
  t.after(() => server.stop());
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory);
  for (const words of [['start', file], ['resume', '@last'], ['worker']]) {
    const { code, stderr } = await place.run(...words, '--nats', server.url);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /has no JetStream .*\n +start it with JetStream/);
  }
});

test('a study whose consumers the server lost completes: its coordinator makes them again', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory);
  const coordinator = cluster.start('start', file);
  await says(coordinator, /no workers: add/, 30_000);
  const raw = await connect({ servers: cluster.server.url });
  const manager = await raw.jetstreamManager();
  for (const requires of ['any', 'cpu', 'gpu']) {
    await manager.consumers.delete('SWEEP_TRIALS', `workers-${requires}`);
  }
  await raw.close();
  await says(coordinator, /consumers of the work queue were gone .* made again/);
  await cluster.startWorker('-c', '1');
  assert.equal((await coordinator.finished).code, 0);
});

test('a wiped store ends coordinator and worker with its name, within seconds', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, ONE_LONG);
  const worker = await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file);
  await says(worker, /begun/, 30_000);
  await cluster.server.kill();
  await cluster.server.wipeStore();
  await cluster.server.resume();
  const backAtMs = performance.now();
  for (const { code, stderr } of await Promise.all([coordinator.finished, worker.finished])) {
    assert.equal(code, 4, stderr);
    assert.match(stderr, /stream( SWEEP_\w+)? is gone from the NATS server/);
  }
  const tookMs = performance.now() - backAtMs;
  assert.ok(tookMs < SAID_WITHIN_MS + GONE_WITHIN_MS, `it took ${Math.round(tookMs)} ms`);
});

test('a coordinator whose study has ended is gone soon, though its link died with its last word', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const link = await FaultyLink.start(cluster.server.port);
  t.after(() => link.stop());
  const file = writeSmallSweep(cluster.place.directory);
  await cluster.startWorker('-c', '1');
  const coordinator = cluster.place.start('start', file, '--nats', link.url);
  let endedAtMs = 0;
  coordinator.process.stdout?.once('data', () => {
    endedAtMs = performance.now();
    link.swallowAll();
  });
  const { code, stderr } = await coordinator.finished;
  assert.equal(code, 0, stderr);
  const tookMs = performance.now() - endedAtMs;
  assert.ok(tookMs < GONE_WITHIN_MS, `gone ${Math.round(tookMs)} ms after its leaderboard`);
});
