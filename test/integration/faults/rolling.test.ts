// A study with a rolling origin and a scheduler whose worker and coordinator are killed in the middle: resumed by others it ends
// with the stops, blocks and weights of one that nobody disturbed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument } from '../../support/processes/cluster.js';
import { observeStudy, startFaultCluster, studyOf } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';

const skip = skipWithoutNats();
const TIMEOUT_MS = 120_000;

/** A trial that was stopped may have trained on until it heard of that: its weights are those of then, not of its result. */
function beforeStops(document: StudyDocument): unknown {
  const all = comparable(document) as { leaderboard: { state: string; weightsDigest?: unknown }[] };
  for (const row of all.leaderboard) if (row.state !== 'COMPLETE') delete row.weightsDigest;
  return all;
}

test('a rolling study whose worker and coordinator are killed ends as an undisturbed one', {
  skip,
  timeout: TIMEOUT_MS,
}, async (t) => {
  const { bus, place, server } = await startFaultCluster(t);
  const file = writeSmallSweep(place.directory, {
    fields: {
      dataset: {
        source: 'weather.csv',
        target: 'T (degC)',
        split: { rolling: { blocks: 3, validation: '2d' }, test: '2d' },
      },
      model: { type: 'dense', units: '$units' },
      scheduler: { type: 'one-shot', epochs: 1, share: 0.5 },
    },
    space: { units: [2, 4, 6, 8, 10, 12] },
  });
  const local = await place.json<StudyDocument>('start', file, '--home', 'alone');
  const startWorker = () => createWorkplace(t).start('worker', '--nats', server.url, '-c', '1');
  const worker = startWorker();
  const coordinator = place.start('start', file, '--json', '--nats', server.url);
  const study = await studyOf(coordinator);
  await observeStudy(bus, coordinator, study).waitFor('trial.finished', ({ index }) => index >= 4);
  worker.process.kill('SIGKILL');
  coordinator.process.kill('SIGKILL');
  await coordinator.finished;
  startWorker();
  const resumed = await place.json<StudyDocument>('resume', study, '--nats', server.url);
  assert.deepEqual(beforeStops(resumed), beforeStops(local));
  const { trials, leaderboard } = resumed as unknown as {
    trials: { total: number; pruned: number };
    leaderboard: { seeds: number[] }[];
  };
  assert.equal(trials.total, 18);
  assert.ok(trials.pruned > 0, 'nobody was stopped: this says nothing of the scheduler');
  assert.ok(leaderboard.every(({ seeds }) => seeds.length === 3));
});
