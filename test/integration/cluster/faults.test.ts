// Workers and coordinators that are killed or asked to leave in the middle of a trial, over a real server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'nats';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { blobChunkSubject } from '../../../src/bus/subjects.js';
import { writeSmallSweep } from '../../support/processes/cli.js';
import {
  type Cluster,
  comparable,
  type StudyDocument,
  startCluster,
} from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';
import { readEvents } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
const LIMIT_MS = 180_000;
/** One trial of four seconds: long enough to be met at work after it has stored checkpoints, also where two cores are busy. */
const ONE_LONG = { epochs: 240, stepsPerEpoch: 60, space: { cell: ['gru'], units: [16] } };
let alone: Promise<StudyDocument> | undefined;

/** Of that trial when nobody disturbs it. */
function undisturbed({ place }: Cluster, file: string): Promise<StudyDocument> {
  alone ??= place.json<StudyDocument>('start', file, '--home', 'alone');
  return alone;
}

interface Story {
  readonly lines: readonly { readonly text: string }[];
}

async function storyOf(cluster: Cluster, trial: string): Promise<string> {
  const { lines } = await cluster.json<Story>('explain', '@last', trial);
  return lines.map(({ text }) => text).join('\n');
}

/** Waits until the one running trial has stored a checkpoint. */
async function waitForCheckpoint(cluster: Cluster, trial: string): Promise<void> {
  await waitUntil(
    'a checkpoint is stored',
    async () => {
      if ((await cluster.studies()).length === 0) return false;
      const shown = await cluster.json<{ checkpoints?: unknown[] }>('show', '@last', trial);
      return (shown.checkpoints?.length ?? 0) > 1;
    },
    60_000,
  );
}

test('a trial whose worker is killed goes on elsewhere from its checkpoint, to the same weights', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, ONE_LONG);
  const local = await undisturbed(cluster, file);
  const trial = local.leaderboard[0]?.trial ?? '';
  const victim = await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file, '--json');
  await waitForCheckpoint(cluster, trial);
  victim.process.kill('SIGKILL');
  await cluster.startWorker('-c', '1');
  const { code, stdout, stderr } = await coordinator.finished;
  assert.equal(code, 0, stderr);
  const remote = JSON.parse(stdout) as StudyDocument;
  assert.deepEqual(comparable(remote), comparable(local));
  assert.equal(remote.leaderboard[0]?.attempts, 2);
  const story = await storyOf(cluster, trial);
  assert.match(story, /attempt 1 failed .*TRIAL_LOST/);
  assert.match(story, /attempt 2: .* began from the checkpoint of epoch/);
});

test('a worker that is asked to leave gives its trial back at once, without using up an attempt', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, ONE_LONG);
  const local = await undisturbed(cluster, file);
  const trial = local.leaderboard[0]?.trial ?? '';
  const leaving = await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file, '--json');
  await waitForCheckpoint(cluster, trial);
  leaving.process.kill('SIGTERM');
  assert.equal((await leaving.finished).code, 0, leaving.stderr());
  await cluster.startWorker('-c', '1');
  const { code, stdout, stderr } = await coordinator.finished;
  assert.equal(code, 0, stderr);
  const remote = JSON.parse(stdout) as StudyDocument;
  assert.deepEqual(comparable(remote), comparable(local));
  assert.equal(remote.leaderboard[0]?.attempts, 1);
  assert.match(await storyOf(cluster, trial), /gave it back: stopped by SIGTERM/);
});

test('a killed coordinator is succeeded by one on another machine, and no trial ends twice', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const sweep = { epochs: 4, stepsPerEpoch: 40, space: { cell: ['gru', 'lstm'], units: [4, 8, 12] } };
  const file = writeSmallSweep(cluster.place.directory, sweep);
  const local = await cluster.place.json<StudyDocument>('start', file, '--home', 'alone');
  await cluster.startWorker('-c', '1');
  const coordinator = cluster.start('start', file);
  await waitUntil(
    'a trial has ended',
    async () => {
      if ((await cluster.studies()).length === 0) return false;
      return ((await cluster.json<StudyDocument>('status', '@last')).trials.complete ?? 0) > 0;
    },
    60_000,
  );
  coordinator.process.kill('SIGKILL');
  await coordinator.finished;
  const successor = await cluster.json<StudyDocument>('resume', '@last');
  assert.equal(successor.state, 'complete');
  assert.deepEqual(comparable(successor), comparable(local));
});

test('a dataset that is gone from the server after a crash, or damaged, is stored again on resume', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  for (const harm of ['gone', 'damaged'] as const) {
    await t.test(harm, async (t) => {
      const cluster = await startCluster(t);
      const file = writeSmallSweep(cluster.place.directory);
      const coordinator = cluster.start('start', file);
      const study = await cluster.waitForState('running');
      coordinator.process.kill('SIGKILL');
      await coordinator.finished;
      const bus = await openNatsBus({ servers: cluster.server.url, role: 'coordinator' });
      t.after(() => bus.close());
      const created = (await bus.studyEvents(study)).find(({ event }) => event.type === 'study.created');
      assert.ok(created?.event.type === 'study.created' && created.event.dataset !== null);
      const { digest } = created.event.dataset;
      if (harm === 'gone') {
        await bus.deleteBlob(digest);
      } else {
        const raw = await connect({ servers: cluster.server.url });
        await raw.jetstream().publish(blobChunkSubject(digest, 0), 'damaged');
        await raw.close();
      }
      await cluster.startWorker('-c', '1');
      const { code, stdout, stderr } = await cluster.start('resume', '@last', '--json').finished;
      assert.equal(code, 0, stderr);
      const document = JSON.parse(stdout) as StudyDocument;
      assert.equal(document.state, 'complete');
      // One that the log had and the queue had not is queued as another attempt, but none has failed.
      const failed = (await readEvents(bus, study)).filter(({ event }) => event.type === 'trial.failed');
      assert.deepEqual(failed, [], 'no attempt is charged');
    });
  }
});
