// A population by the command line: segments that go on from one another, killed, from the cache, and longer.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import { createWorkplace, type Workplace, waitForLog, writeSmallSweep } from '../support/processes/cli.js';

type Document = LeaderboardDocument & { readonly trials: Readonly<Record<string, number>> };
interface Row {
  readonly rank: number;
  readonly trial: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly epochs: number;
  readonly objective: number;
  readonly weightsDigest: string;
  readonly durationMs: number;
}
interface Shown {
  readonly schedule?: readonly {
    readonly trial: string;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
  readonly reports: readonly { readonly epoch: number }[];
}

const EPOCHS = 6;
const MEMBERS = 4;
const TRIALS = MEMBERS * 3;

function writeSweep(place: Workplace): string {
  return writeSmallSweep(place.directory, {
    space: {
      cell: ['gru', 'lstm'],
      units: { type: 'int', low: 2, high: 6 },
      rate: { type: 'float', low: 0.0003, high: 0.03, log: true },
      drop: { type: 'float', low: 0, high: 0.5 },
    } as never,
    fields: {
      model: { type: 'recurrent', cell: '$cell', units: '$units', dropout: '$drop' },
      training: {
        learningRate: '$rate',
        batchSize: 32,
        stepsPerEpoch: 6,
        epochs: EPOCHS,
        validationStride: 4,
      },
      sampler: { type: 'random' },
      scheduler: { type: 'pbt', population: MEMBERS, interval: 2 },
    },
  });
}

const rowsOf = (document: Document): readonly Row[] => document.leaderboard as unknown as readonly Row[];
const ends = (document: Document): unknown[] =>
  rowsOf(document).map(({ rank, trial, params, epochs, objective, weightsDigest }) => [
    ...[rank, trial, params, epochs, objective, weightsDigest],
  ]);

function logOf(place: Workplace, home = '.sweep'): string {
  const studies = join(place.directory, home, 'studies');
  try {
    const [study = ''] = readdirSync(studies).sort().slice(-1);
    return readFileSync(join(studies, study, 'events.jsonl'), 'utf8');
  } catch {
    return '';
  }
}

test('the worst members go on from the best ones, and no epoch is trained twice', async (t) => {
  const place = createWorkplace(t);
  const file = writeSweep(place);
  const document = await place.json<Document>('start', file, '--workers', '2');
  assert.equal(document.state, 'complete');
  assert.equal(document.trials.complete, TRIALS);
  assert.equal(logOf(place).split('"type":"trial.report"').length - 1, MEMBERS * EPOCHS);
  const last = rowsOf(document).filter(({ epochs }) => epochs === EPOCHS);
  assert.equal(last.length, MEMBERS);

  await t.test('one thread or three, the same trials to the same bits', async () => {
    const serial = await place.json<Document>('start', file, '--workers', '1', '--home', 'one');
    assert.deepEqual(ends(serial), ends(document));
    const three = await place.json<Document>('start', file, '--workers', '3', '--home', 'three');
    assert.deepEqual(ends(three), ends(document));
  });

  await t.test('show has the schedule of parameters, explain tells who was replaced and why', async () => {
    const shown = await Promise.all(
      last.map(({ trial }) => place.json<Shown>('show', document.study, trial)),
    );
    for (const { schedule, reports } of shown) {
      assert.equal(schedule?.length, 3);
      assert.deepEqual(
        reports.map(({ epoch }) => epoch),
        [1, 2, 3, 4, 5, 6],
      );
    }
    const replaced = shown.flatMap(({ schedule = [] }) =>
      schedule.flatMap(({ trial, params }, place) =>
        place > 0 && JSON.stringify(schedule[place - 1]?.params) !== JSON.stringify(params) ? [trial] : [],
      ),
    );
    const [trial = ''] = replaced;
    const told = await place.call('explain', document.study, trial);
    assert.match(
      told.stdout,
      /to go on from epoch [24], where trial [0-9a-f]{16} ended; generation [23] of 3: its member was 4 of 4 \(loss \S+\), so it goes on from the one that was 1 of 4/,
    );
    const text = await place.call('show', document.study, last[0]?.trial ?? '');
    assert.match(text.stdout, /epochs 1 to 2 as trial .*\nepochs 3 to 4 as trial .*\nfrom epoch 5 as trial /);
  });

  await t.test('a second study takes all of it from the cache, and a longer one goes on', async () => {
    const again = await place.json<Document>('start', file);
    assert.equal(again.trials.cached, TRIALS);
    assert.deepEqual(ends(again), ends(document));
    const longer = await place.json<Document>('extend', again.study, '--epochs', '8');
    assert.deepEqual([longer.trials.cached, longer.trials.complete], [TRIALS, TRIALS + MEMBERS]);
    const whole = await place.json<Document>(
      ...['start', file, '--set', 'training.epochs=8', '--home', 'whole'],
    );
    // What a proposal says of the number of generations aside, it is the same study.
    assert.deepEqual(ends(longer), ends(whole));
  });

  await t.test('what cannot go on is refused by name', async () => {
    const promoted = await place.call('promote', document.study);
    assert.match(promoted.stderr, /trained a population, whose parameters changed in the middle/);
    const extended = await place.call('extend', document.study, '--trials', '4');
    assert.match(extended.stderr, /--trials: the trials of \S+ are segments of a population/);
  });
});

test('a study whose states were removed trains anew what others go on from', async (t) => {
  const place = createWorkplace(t);
  const file = writeSweep(place);
  const first = await place.json<Document>('start', file);
  assert.equal((await place.call('rm', first.study)).code, 0);
  const second = await place.json<Document>('start', file);
  assert.equal(second.trials.cached ?? 0, 0);
  assert.deepEqual(ends(second), ends(first));
});

test('a coordinator that is killed in every generation decides the same', async (t) => {
  const place = createWorkplace(t);
  const file = writeSweep(place);
  const undisturbed = await place.json<Document>('start', file, '--home', 'alone');
  let running = place.start('start', file, '--workers', '2');
  for (const moment of [/"epoch":2,/, /"reason":"generation 2 of 3/, /"reason":"generation 3 of 3/]) {
    await waitForLog(running, () => logOf(place), moment);
    running.process.kill('SIGKILL');
    await running.finished;
    running = place.start('resume', '@last', '--workers', '2');
  }
  await running.finished;
  const document = await place.json<Document>('leaderboard', '@last');
  assert.deepEqual(ends(document), ends(undisturbed));
});
