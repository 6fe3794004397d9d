// Trials that wait at a rung and go on from their checkpoints, by the command line: undisturbed, killed, and from the cache.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import { createWorkplace, type Workplace, waitForLog, writeSmallSweep } from '../support/processes/cli.js';

type Document = LeaderboardDocument & { readonly trials: Readonly<Record<string, number>> };

const SWEEP = {
  epochs: 9,
  stepsPerEpoch: 4,
  space: { cell: ['gru', 'lstm'], units: [2, 3, 4, 5, 6, 8] },
  fields: { scheduler: { type: 'asha', variant: 'promote' } },
};

function logOf(place: Workplace, home = '.sweep'): string {
  const studies = join(place.directory, home, 'studies');
  const [study = ''] = readdirSync(studies).sort().slice(-1);
  return readFileSync(join(studies, study, 'events.jsonl'), 'utf8');
}

function ends(document: Document): unknown[][] {
  return document.leaderboard.map((row) => {
    const { rank, trial, state, epochs, objective, weightsDigest } = row as unknown as Record<
      string,
      unknown
    >;
    return [rank, trial, state, epochs, objective, weightsDigest];
  });
}

test('trials wait at rungs, the best go on, and nothing is trained twice', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, SWEEP);
  const all = await place.json<Document>(
    ...['start', file, '--home', 'all', '--set', 'scheduler={"type":"none"}'],
  );
  const document = await place.json<Document>('start', file, '--workers', '2');
  assert.equal(document.state, 'complete');
  assert.equal((document.trials.complete ?? 0) + (document.trials.pruned ?? 0), 12);
  const epochs = document.leaderboard.map((row) => (row as unknown as { epochs: number }).epochs);
  const of = (epoch: number): number => epochs.filter((one) => one === epoch).length;
  // Who was among the best when it came goes on, whoever came later.
  assert.ok(of(9) >= 1 && of(3) >= 2 && of(1) >= 6 && of(1) + of(3) + of(9) === 12, String(epochs));
  const log = logOf(place);
  const reported = log.split('"type":"trial.report"').length - 1;
  assert.equal(
    reported,
    epochs.reduce((sum, epoch) => sum + epoch, 0),
  );
  const [best] = ends(document);
  const same = ends(all).find((end) => end[1] === best?.[1]);
  assert.deepEqual(best?.slice(4), same?.slice(4), 'its digest is that of one that trained without a pause');

  await t.test('explain tells why a trial went on, and why another ended', async () => {
    const [winner] = document.leaderboard;
    const told = await place.call('explain', document.study, winner?.trial ?? '');
    assert.match(
      told.stdout,
      /it waits after epoch 1, objective .*goes on: rung 1 of 2 \(epoch 1\): rank \d+ of \d+/s,
    );
    const weak = document.leaderboard.find((row) => (row as unknown as { epochs: number }).epochs === 1);
    const other = await place.call('explain', document.study, weak?.trial ?? '');
    assert.match(
      other.stdout,
      /It was stopped early: rung 1 of 2 \(epoch 1\): rank \d+ of 12, its best loss .* above the cut-off/,
    );
  });

  await t.test('one thread or three, the same ends', async () => {
    const serial = await place.json<Document>('start', file, '--workers', '1', '--home', 'one');
    assert.deepEqual(ends(serial), ends(document));
  });

  await t.test('results from the cache are judged as those that are trained', async () => {
    const cached = await place.json<Document>('start', file, '--home', 'all');
    assert.equal(cached.trials.cached, 12);
    const places = (one: Document): unknown => ends(one).map((end) => end.slice(0, 4));
    assert.deepEqual(places(cached), places(document));
  });
});

test('a coordinator that is killed again and again decides the same', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, SWEEP);
  const undisturbed = await place.json<Document>('start', file, '--home', 'alone');
  const first = place.start('start', file, '--workers', '2');
  await waitForLog(first, () => logOfOrNothing(place), /trial\.paused/);
  first.process.kill('SIGKILL');
  await first.finished;
  const second = place.start('resume', '@last', '--workers', '1');
  await waitForLog(second, () => logOfOrNothing(place), /"reason":"rung 1 of 2/);
  second.process.kill('SIGKILL');
  await second.finished;
  const document = await place.json<Document>('resume', '@last', '--workers', '2');
  assert.equal(document.state, 'complete');
  assert.deepEqual(ends(document), ends(undisturbed));
});

test('a sampler that learns is told of all trials after as many epochs, whoever went on', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, {
    ...SWEEP,
    epochs: 3,
    space: { cell: ['gru', 'lstm'], units: { type: 'int', low: 2, high: 12 } },
    fields: { ...SWEEP.fields, sampler: { type: 'tpe', startup: 3 }, limits: { maxTrials: 9 } },
  });
  const one = await place.json<Document>('start', file, '--workers', '1', '--home', 'one');
  const three = await place.json<Document>('start', file, '--workers', '3', '--home', 'three');
  assert.equal(one.state, 'complete');
  assert.deepEqual(ends(three), ends(one));
  const again = await place.json<Document>('start', file, '--workers', '2', '--home', 'one');
  assert.ok((again.trials.cached ?? 0) > 0);
  const places = (document: Document): unknown => ends(document).map((end) => end.slice(0, 4));
  assert.deepEqual(places(again), places(one));
});

function logOfOrNothing(place: Workplace): string {
  try {
    return logOf(place);
  } catch {
    return '';
  }
}
