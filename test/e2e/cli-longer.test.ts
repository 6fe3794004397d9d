// More epochs for a study that was: what it ended in is gone on from, to the bits of one that trained on.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import { createWorkplace, type Workplace, writeSmallSweep } from '../support/processes/cli.js';
import { comparable } from '../support/processes/cluster.js';

type Document = LeaderboardDocument & {
  readonly changes?: { readonly continued: number; readonly cached: number; readonly bound: number };
  readonly trials: Readonly<Record<string, number>>;
};

/** What a study says of itself, but for where it came from and what was cached. */
function resultOf({ parent: _, changes: _changes, ...document }: Document): unknown {
  return comparable(document as never);
}

function eventsOf(place: Workplace, study: string, type: string): Record<string, unknown>[] {
  return readFileSync(join(place.home, 'studies', study, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"type":"${type}"`))
    .map((line) => (JSON.parse(line.slice(line.indexOf('{'))) as { event: Record<string, unknown> }).event);
}

test('extend --epochs goes on from where each trial ended, to the result of a longer study', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 2 });
  const parent = await place.json<Document>('start', file);
  const { stderr, stdout, code } = await place.call('extend', parent.study, '--epochs', '5', '--json');
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /0 trials cached, 4 new, 4 gone .*; 4 of the new go on from where a shorter training ended/,
  );
  const extended = JSON.parse(stdout) as Document;
  assert.deepEqual([extended.changes?.continued, extended.changes?.cached], [4, 0]);
  const longer = await place.json<Document>('start', file, '--set', 'training.epochs=5', '--home', 'other');
  assert.deepEqual(resultOf(extended), resultOf(longer));
  for (const event of eventsOf(place, extended.study, 'trial.started')) assert.equal(event.fromEpoch, 2);
  assert.deepEqual(
    eventsOf(place, extended.study, 'trial.report')
      .map(({ report }) => (report as { epoch: number }).epoch)
      .sort(),
    [3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5],
  );

  await t.test('explain says where it began, and show has all of its epochs', async () => {
    const [row] = extended.leaderboard;
    assert.ok(row);
    const told = await place.call('explain', extended.study, row.trial);
    assert.match(
      told.stdout,
      new RegExp(`go on from epoch 2, where a shorter training of study ${parent.study} ended`),
    );
    const shown = await place.json<{ reports: { epoch: number }[] }>('show', extended.study, row.trial);
    assert.deepEqual(
      shown.reports.map(({ epoch }) => epoch),
      [1, 2, 3, 4, 5],
    );
  });

  await t.test('the result is the cache’s: a longer study started anew takes it', async () => {
    const again = await place.json<Document>('start', file, '--set', 'training.epochs=5');
    assert.deepEqual([again.trials.complete, again.trials.cached], [4, 4]);
  });

  await t.test('once more, and promote goes on from the longest', async () => {
    const promoted = await place.json<Document>(
      ...['promote', extended.study, '--top', '1', '--epochs', '6', '--repeats', '1'],
    );
    const [started] = eventsOf(place, promoted.study, 'trial.started');
    assert.equal(started?.fromEpoch, 5);
  });

  await t.test('where the states are gone it trains from the start and says so', async () => {
    for (const study of readdirSync(join(place.home, 'studies')))
      rmSync(join(place.home, 'studies', study, 'blobs'), { recursive: true, force: true });
    const anew = await place.call('extend', parent.study, '--epochs', '7', '--json');
    assert.equal(anew.code, 0, anew.stderr);
    assert.match(anew.stderr, /what a shorter training ended in is gone: the trial trains from its start/);
    const document = JSON.parse(anew.stdout) as Document;
    assert.equal(document.changes?.continued, 0);
    for (const event of eventsOf(place, document.study, 'trial.started')) assert.equal(event.fromEpoch, 0);
  });

  await t.test('the states go with their study', async () => {
    const blobs = join(place.home, 'studies', (await place.json<Document>('status', '@last')).study, 'blobs');
    assert.ok(readdirSync(blobs).length > 0);
    const { code, stderr } = await place.call('rm', '@last');
    assert.equal(code, 0, stderr);
    assert.ok(!existsSync(blobs));
  });
});

test('of a learning rate over all epochs nothing is gone on from, and extend says so', async (t) => {
  const place = createWorkplace(t);
  const training = {
    learningRate: 0.003,
    batchSize: 32,
    stepsPerEpoch: 10,
    epochs: 2,
    validationStride: 4,
    learningRateSchedule: { type: 'cosine' },
  };
  const file = writeSmallSweep(place.directory, { fields: { training } });
  const parent = await place.json<Document>('start', file);
  const extended = await place.call('extend', parent.study, '--epochs', '3', '--json');
  assert.equal(extended.code, 0, extended.stderr);
  assert.match(
    extended.stderr,
    /4 train from the start, as their learning rate follows the number of epochs/,
  );
  const document = JSON.parse(extended.stdout) as Document;
  assert.deepEqual([document.changes?.continued, document.changes?.bound], [0, 4]);
  const longer = await place.json<Document>('start', file, '--set', 'training.epochs=3', '--home', 'other');
  assert.deepEqual(resultOf(document), resultOf(longer));
});

test('a sampler that learns: extend --epochs trains the trials that were, and rungs see what they reported', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, {
    epochs: 2,
    space: { cell: ['gru', 'lstm'], units: { type: 'int', low: 2, high: 9 } },
    fields: { sampler: { type: 'tpe', startup: 2 }, limits: { maxTrials: 6 } },
  });
  const parent = await place.json<Document>('start', file);
  const scheduler = ['--set', 'scheduler={"type":"asha","grace":1,"reduction":2}'];
  const extended = await place.json<Document>('extend', parent.study, '--epochs', '6', ...scheduler);
  const params = (document: Document) =>
    document.leaderboard.map((row) => JSON.stringify((row as { params: unknown }).params)).sort();
  assert.deepEqual(params(extended), params(parent));
  assert.ok((extended.trials.pruned ?? 0) > 0);
  const points = JSON.stringify(
    eventsOf(place, extended.study, 'trial.queued')
      .sort((one, other) => Number(one.index) - Number(other.index))
      .map((event) => event.params),
  );
  const longer = await place.json<Document>(
    ...['start', file, '--home', 'other', '--set', 'training.epochs=6', '--set', `enqueue=${points}`],
    ...scheduler,
  );
  const ends = (document: Document) =>
    document.leaderboard.map(({ rank, ...row }) => {
      const { trial, epochs, state } = row as unknown as Record<string, unknown>;
      return [rank, trial, epochs, state];
    });
  assert.deepEqual(ends(extended), ends(longer));
});
