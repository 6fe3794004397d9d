// Machines whose clocks are an hour apart, and a log whose time stamps are wrong: the same leaderboard, and nobody is taken
// for dead. Row 15 of the table of faults.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument } from '../../support/processes/cluster.js';
import { LIMIT_MS, startFaultCluster } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';
import { assertStudyInvariant, readEvents } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
const HOUR_MS = 3_600_000;

const shifted = (ms: number): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${new URL('../../support/fakes/shift-clock.js', import.meta.url).href}`,
  SWEEP_TEST_CLOCK_SHIFT_MS: String(ms),
});

test('nothing depends on the clocks of the machines', { skip, timeout: LIMIT_MS }, async (t) => {
  const { bus, server } = await startFaultCluster(t);
  const nats = ['--nats', server.url];
  const here = createWorkplace(t, shifted(-HOUR_MS));
  const file = writeSmallSweep(here.directory);
  const local = await here.runJson<StudyDocument>('start', file, '--home', 'alone');
  for (const ms of [HOUR_MS, -HOUR_MS]) createWorkplace(t, shifted(ms)).start('worker', ...nats, '-c', '1');
  await waitUntil('both workers are seen', async () => (await bus.workers()).length === 2, LIMIT_MS);
  for (const { worker, lastSeenMs } of await bus.workers()) {
    assert.ok(lastSeenMs < HOUR_MS / 60, `${worker} was last seen ${lastSeenMs} ms ago`);
  }
  const remote = await here.runJson<StudyDocument>('start', file, ...nats);
  assert.deepEqual(comparable(remote), comparable(local));
  const { workers } = await here.runJson<{ workers: { state: string }[] }>('workers', ...nats);
  assert.deepEqual(
    workers.map(({ state }) => state),
    ['up', 'up'],
  );
  const view = await assertStudyInvariant(bus, remote.study, { points: 4, url: server.url });
  assert.equal(view.failures.size, 0);

  // Nor on the stamps in the log: forwards, backwards or all the same.
  const events = await readEvents(bus, remote.study);
  const stampings: ((place: number) => number)[] = [
    (place) => HOUR_MS * place,
    (place) => -HOUR_MS * place,
    () => 0,
  ];
  for (const stamp of stampings) {
    const restamped = events.map((logged, place) => ({
      ...logged,
      at: new Date(stamp(place)).toISOString(),
    }));
    const { timing: _, ...rest } = foldEvents(restamped);
    const { timing: __, ...expected } = view;
    assert.deepEqual(rest, expected);
  }
});
