// A worker, picked at random, killed twice a second: the study completes, to the weights of an undisturbed run. Row 3 of
// the table of faults; `npm run soak` does the same for longer and to everything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import { createWorkplace, type RunningCli, writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument } from '../../support/processes/cluster.js';
import { observeStudy, startFaultCluster, studyOf } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { assertStudyInvariant } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
/** Often enough for several kills while a machine of any speed runs the study. */
const KILL_EVERY_MS = 500;
const KILLS = 5;
const WORKERS = 3;
const SEED = 7;
const TIMEOUT_MS = 240_000;

test('a study completes while its workers are killed one after another', {
  skip,
  timeout: TIMEOUT_MS,
}, async (t) => {
  const { bus, place, server } = await startFaultCluster(t);
  const units = Array.from({ length: 20 }, (_, at) => at + 4);
  const file = writeSmallSweep(place.directory, {
    epochs: 3,
    stepsPerEpoch: 40,
    space: { cell: ['gru', 'lstm'], units },
  });
  const local = await place.json<StudyDocument>('start', file, '--home', 'alone');
  const startWorker = (): RunningCli => createWorkplace(t).start('worker', '--nats', server.url, '-c', '1');
  const workers = Array.from({ length: WORKERS }, startWorker);
  const coordinator = place.start(
    'start',
    file,
    '--json',
    '--nats',
    server.url,
    '--set',
    'limits.maxAttempts=10',
  );
  const study = await studyOf(coordinator);
  await observeStudy(bus, coordinator, study).waitFor('trial.started');
  const random = seededRandom(SEED);
  let kills = 0;
  const killer = setInterval(() => {
    if (kills >= KILLS) return;
    kills++;
    const victim = random.below(workers.length);
    workers[victim]?.process.kill('SIGKILL');
    workers[victim] = startWorker();
  }, KILL_EVERY_MS);
  t.after(() => clearInterval(killer));
  const { code, stdout, stderr } = await coordinator.finished;
  clearInterval(killer);
  assert.equal(code, 0, stderr);
  assert.ok(kills >= 2, `${kills} kills`);
  assert.deepEqual(comparable(JSON.parse(stdout) as StudyDocument), comparable(local));
  const view = await assertStudyInvariant(bus, study, { points: 40, url: server.url });
  assert.equal(view.complete, 40);
});
