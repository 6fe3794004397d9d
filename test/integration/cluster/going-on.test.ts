// Going on from a study over NATS: more epochs from stored states, this machine's results, and the verbs that read and extend.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { writeSmallSweep } from '../../support/processes/cli.js';
import { type Cluster, comparable, startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';

const skip = skipWithoutNats();
const LIMIT_MS = 300_000;

type Document = LeaderboardDocument & {
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly trials: Readonly<Record<string, number>>;
};

function resultOf({ parent: _, changes: _changes, ...document }: Document): unknown {
  const cached = { ...document, trials: { ...document.trials, cached: 0 } };
  return JSON.parse(
    JSON.stringify(comparable(cached as never), (key, value) => (key === 'cached' ? undefined : value)),
  );
}

/** Trials by name with the ends that the ranking shows. */
function ends(document: Document): unknown[] {
  return document.leaderboard.map((row) => {
    const { rank, trial, state, epochs } = row as unknown as Record<string, unknown>;
    return [rank, trial, state, epochs];
  });
}

async function fromEpochs(cluster: Cluster, study: string, document: Document): Promise<boolean[]> {
  const told = await Promise.all(
    document.leaderboard.map(({ trial }) =>
      cluster.place.call('explain', study, trial, '--nats', cluster.server.url),
    ),
  );
  return told.map(({ stdout }) => /began from the checkpoint of epoch 2/.test(stdout));
}

test('a study is extended, promoted, compared and looked into over NATS, in the background too', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const { place } = cluster;
  const file = writeSmallSweep(place.directory, { epochs: 2 });
  const longer = await place.json<Document>('start', file, '--set', 'training.epochs=4', '--home', 'alone');
  await cluster.startWorker('-c', '1');
  await cluster.startWorker('-c', '1');
  const parent = await cluster.json<Document>('start', file);
  assert.equal(parent.trials.cached, 0);

  await t.test(
    'extend --epochs goes on from the states on the server, to the bits of a longer study',
    async () => {
      const extended = await cluster.json<Document>('extend', parent.study, '--epochs', '4');
      assert.equal(extended.changes?.continued, 4);
      assert.deepEqual(resultOf(extended), resultOf(longer));
      assert.deepEqual(await fromEpochs(cluster, extended.study, extended), [true, true, true, true]);
    },
  );

  await t.test('extend --set in the background', async () => {
    const left = await cluster.runJson<{ study: string }>(
      ...['extend', parent.study, '--set', 'space.units=[4,8,6]', '--detach'],
    );
    assert.equal(await waitForStudy(cluster, left.study), 'complete');
    const document = await cluster.json<Document>('status', left.study);
    assert.deepEqual([document.trials.complete, document.trials.cached], [6, 4]);
  });

  await t.test('promote in the background, its first seed from where it ended', async () => {
    const left = await cluster.runJson<{ study: string }>(
      ...['promote', parent.study, '--top', '1', '--epochs', '3', '--repeats', '2', '--detach'],
    );
    assert.equal(await waitForStudy(cluster, left.study), 'complete');
    const document = await cluster.json<Document>('leaderboard', left.study);
    assert.deepEqual(document.parent, { study: parent.study, by: 'promote' });
    const [row] = document.leaderboard;
    assert.ok(row && row.rank !== null);
    assert.deepEqual([row.epochs, row.seeds.length], [3, 2]);
  });

  await t.test('insight and compare say what they say of the same study on one machine', async () => {
    const local = await place.json<Document>('start', file, '--home', 'alone');
    const of = async (words: readonly string[]): Promise<unknown[]> => {
      const there = await cluster.json(...words);
      const here = await place.json(
        ...words.map((word) => (word === parent.study ? local.study : word)),
        '--home',
        'alone',
      );
      return [there, here].map((document) =>
        JSON.parse(
          JSON.stringify(document, (key, value) => (/ms$/i.test(key) || key === 'study' ? undefined : value)),
        ),
      );
    };
    for (const words of [
      ['insight', parent.study],
      ['compare', parent.study, '1', '2'],
    ]) {
      const [there, here] = await of(words);
      assert.deepEqual(there, here);
    }
  });

  await t.test('start --from in the background knows the parent’s results', async () => {
    const words = ['--set', 'sampler={"type":"tpe","startup":2}', '--set', 'limits.maxTrials=3'];
    const wide = ['--set', 'space.units={"type":"int","low":4,"high":9}'];
    const left = await cluster.runJson<{ study: string }>(
      ...['start', file, '--from', parent.study, '--detach', ...words, ...wide],
    );
    assert.equal(await waitForStudy(cluster, left.study), 'complete');
    const document = await cluster.json<Document>('leaderboard', left.study);
    assert.deepEqual(document.parent, { study: parent.study, by: 'start' });
    assert.equal(document.leaderboard.length, 3);
    const best = parent.leaderboard[0]?.trial;
    assert.ok(document.leaderboard.some(({ trial }) => trial === best));
  });
});

test('what this machine computed serves over NATS, with its reports, models and states', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const { place } = cluster;
  const file = writeSmallSweep(place.directory, { epochs: 2 });
  const local = await place.json<Document>('start', file, '--set', 'scheduler={"type":"none"}');
  const longer = await place.json<Document>('start', file, '--set', 'training.epochs=3', '--home', 'alone');

  const taken = await cluster.json<Document>('start', file);
  assert.equal(taken.state, 'complete', 'no worker is needed');
  assert.deepEqual([taken.trials.complete, taken.trials.cached], [4, 4]);
  assert.deepEqual(
    resultOf(taken),
    resultOf(local),
    'the winner is tested by the model that was brought over',
  );

  await t.test('others find them on the server', async () => {
    const elsewhere = await cluster.json<Document>('start', file, '--home', 'nowhere');
    assert.deepEqual([elsewhere.trials.complete, elsewhere.trials.cached], [4, 4]);
  });

  await t.test('rungs see what cached trials reported', async () => {
    const scheduler = ['--set', 'scheduler={"type":"one-shot","epochs":1,"share":0.5}'];
    const stopped = await cluster.json<Document>('start', file, ...scheduler);
    assert.equal(stopped.trials.cached, 4);
    assert.ok((stopped.trials.pruned ?? 0) > 0);
    const alone = await place.json<Document>('start', file, ...scheduler, '--home', 'other');
    assert.deepEqual(ends(stopped), ends(alone));
  });

  await t.test('more epochs go on from the states of this machine', async () => {
    await cluster.startWorker('-c', '2');
    const extended = await cluster.json<Document>('extend', taken.study, '--epochs', '3');
    assert.equal(extended.changes?.continued, 4);
    assert.deepEqual(resultOf(extended), resultOf(longer));
    assert.deepEqual(await fromEpochs(cluster, extended.study, extended), [true, true, true, true]);
  });
});

async function waitForStudy(cluster: Cluster, study: string): Promise<string> {
  let state = '';
  const { waitUntil } = await import('../../support/processes/wait-until.js');
  await waitUntil(
    `${study} ends`,
    async () => {
      state = (await cluster.studies()).find((one) => one.study === study)?.state ?? '';
      return state !== '' && state !== 'running' && state !== 'created';
    },
    120_000,
  );
  return state;
}
