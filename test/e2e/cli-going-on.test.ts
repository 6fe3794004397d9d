// Going on from a study that was: its finalists, its results for a sampler.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import type { LeaderboardRow } from '../../src/leaderboard/row-fields.js';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

const rowsOf = ({ leaderboard }: LeaderboardDocument): LeaderboardRow[] =>
  leaderboard.flatMap((row) => (row.rank === null ? [] : [row]));
const pointsOf = (document: LeaderboardDocument): string[] =>
  rowsOf(document).map(({ params }) => JSON.stringify(params));

/** A sweep of a function, whose trials take no time. */
function writeFunction(directory: string, name: string, fields: Record<string, unknown> = {}): string {
  const file = join(directory, `${name}.json`);
  const sweep = {
    name,
    objective: { type: 'function', name: 'branin' },
    space: { x: { type: 'float', low: -5, high: 10 }, y: { type: 'float', low: 0, high: 15 } },
    sampler: { type: 'tpe', window: 1 },
    limits: { maxTrials: 14 },
    ...fields,
  };
  writeFileSync(file, JSON.stringify(sweep));
  return file;
}

test('promote runs the best rows with more epochs and seeds, and nothing else', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 1 });
  const parent = await place.json<LeaderboardDocument>('start', file);
  const promoted = await place.json<LeaderboardDocument>(
    ...['promote', parent.study, '--top', '2', '--epochs', '3', '--repeats', '2'],
  );
  assert.deepEqual(promoted.parent, { study: parent.study, by: 'promote' });
  assert.equal(promoted.state, 'complete');
  assert.equal(promoted.trials.complete, 4);
  assert.deepEqual(pointsOf(promoted).sort(), pointsOf(parent).slice(0, 2).sort());
  for (const row of rowsOf(promoted)) {
    assert.equal(row.epochs, 3);
    assert.equal(row.seeds.length, 2);
  }
  assert.equal(promoted.dataset?.digest, parent.dataset?.digest);

  await t.test('as it was, its first seed comes from the result cache', async () => {
    const again = await place.call('promote', parent.study, '--top', '9', '--repeats', '2');
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /4 rows of .*, all that it has, 2 seeds each: 8 trials/);
    const { trials } = await place.json<LeaderboardDocument>('status', '@last');
    assert.deepEqual([trials.complete, trials.cached], [8, 4]);
    const { stdout } = await place.call('status', '@last');
    assert.match(stdout, new RegExp(`made of +${parent.study}, by sweep promote`));
  });

  await t.test('what would make it another study is refused before anything is made', async () => {
    const before = (await place.call('list')).stdout;
    for (const [words, message] of [
      [['--set', 'repeats=1'], /--set may not change enqueue, sampler, repeats/],
      [['--set', 'space.units=[4]'], /enqueue\[\d\]\.units is 8, which space\.units does not hold/],
      [['--set', 'training.epoch=4'], /training\.epoch.*unknown|did you mean "epochs"/],
      [['--top', '0'], /whole number of at least 1/],
    ] as const) {
      const { code, stderr } = await place.call('promote', parent.study, ...words);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    assert.equal((await place.call('list')).stdout, before);
  });
});

test('a sweep that was changed says how much of it is computed already', async (t) => {
  const place = createWorkplace(t);
  const file = writeFunction(place.directory, 'grid', {
    objective: { type: 'function', name: 'noop' },
    space: { x: [1, 2, 3, 4], y: [1, 2] },
    sampler: { type: 'grid' },
    limits: {},
  });
  const first = await place.call('start', file);
  assert.doesNotMatch(first.stderr, /cached/, 'there is nothing to compare with');
  const { study } = await place.json<LeaderboardDocument>('status', '@last');
  const changed = ['--set', 'space.x=[2,3,4,5]', '--set', 'repeats=2'];
  const changes = { against: study, cached: 6, new: 10, continued: 0, bound: 0, gone: 2 };
  const checked = await place.json<{ changes: unknown }>('validate', file, ...changed);
  assert.deepEqual(checked.changes, changes);
  const { stdout } = await place.call('validate', file, ...changed);
  assert.ok(stdout.includes(`6 trials cached, 10 new, 2 gone (against ${study})\n`), stdout);
  const started = await place.call('start', file, ...changed, '--json');
  assert.deepEqual((JSON.parse(started.stdout) as { changes: unknown }).changes, changes);
  assert.match(started.stderr, /6 trials cached, 10 new, 2 gone/);
  const status = await place.json<LeaderboardDocument>('status', '@last');
  assert.deepEqual([status.trials.complete, status.trials.cached], [16, 6]);

  await t.test('nothing is said where trials are not known before they are proposed', async () => {
    const learning = await place.call('start', file, '--set', 'sampler={"type":"tpe"}', '--max-trials', '4');
    assert.equal(learning.code, 0, learning.stderr);
    assert.doesNotMatch(learning.stderr, /gone/);
  });

  await t.test('a home that is not there is not made by validate', async () => {
    const { changes: none } = await place.json<{ changes: unknown }>('validate', file, '--home', 'nowhere');
    assert.equal(none, null);
    assert.equal(existsSync(join(place.directory, 'nowhere')), false);
  });
});

test('extend gives what one longer study would have, and takes from the cache what was computed', async (t) => {
  const place = createWorkplace(t);
  const file = writeFunction(place.directory, 'short', { sampler: { type: 'tpe' } });
  const parent = await place.json<LeaderboardDocument>('start', file);
  const extended = await place.json<LeaderboardDocument>('extend', parent.study, '--trials', '8');
  assert.deepEqual(extended.parent, { study: parent.study, by: 'extend' });
  assert.deepEqual([extended.trials.complete, extended.trials.cached], [22, 14]);
  const longer = await place.json<LeaderboardDocument>(
    'start',
    file,
    '--max-trials',
    '22',
    '--home',
    'other',
  );
  assert.deepEqual(pointsOf(extended), pointsOf(longer));

  const grid = writeFunction(place.directory, 'grid', {
    objective: { type: 'function', name: 'noop' },
    space: { x: [1, 2, 3] },
    sampler: { type: 'grid' },
    limits: {},
  });
  const { study } = await place.json<LeaderboardDocument>('start', grid);
  const wider = await place.call('extend', study, '--set', 'space.x=[1,2,3,4]');
  assert.equal(wider.code, 0, wider.stderr);
  assert.match(wider.stderr, new RegExp(`3 trials cached, 1 new, 0 gone \\(against ${study}\\)`));
  const full = await place.call('extend', study, '--trials', '1');
  assert.equal(full.code, 2);
  assert.match(full.stderr, /has all 3 trials that its space gives/);
  const nothing = await place.call('extend', study);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /--trials N, --epochs N or --set/);
});

test('start --from tells the sampler what another study found, and a resumed one the same', async (t) => {
  const place = createWorkplace(t);
  const parent = await place.json<LeaderboardDocument>('start', writeFunction(place.directory, 'first'));
  const file = writeFunction(place.directory, 'second', { limits: { maxTrials: 8 } });
  const started = await place.call('start', file, '--from', parent.study);
  assert.equal(started.code, 0, started.stderr);
  assert.match(
    started.stderr,
    /starts from 14 points of first-[0-9a-f]{4}, the best of which is tried first/,
  );
  const warm = await place.json<LeaderboardDocument>('status', '@last');
  assert.deepEqual(warm.parent, { study: parent.study, by: 'start' });
  assert.equal(warm.trials.complete, 8);
  assert.equal(warm.trials.cached, 1, 'the best of the parent');
  const cold = await place.json<LeaderboardDocument>('start', file);
  assert.notDeepEqual(pointsOf(warm), pointsOf(cold));

  await t.test('the same results give the same study, and another home has none', async () => {
    const elsewhere = await place.call('start', file, '--from', parent.study, '--home', 'elsewhere');
    assert.equal(elsewhere.code, 2);
    assert.match(elsewhere.stderr, /STUDY_NOT_FOUND/);
    const again = await place.json<LeaderboardDocument>('start', file, '--from', parent.study);
    assert.deepEqual(pointsOf(again), pointsOf(warm));
  });

  await t.test('dimensions that one of them lacks are named', async () => {
    const wider = writeFunction(place.directory, 'wider', {
      objective: { type: 'function', name: 'noop' },
      space: { x: { type: 'float', low: 0, high: 1 }, z: [1, 2, 3] },
    });
    const noop = await place.json<LeaderboardDocument>('start', wider);
    const narrow = writeFunction(place.directory, 'narrow', {
      objective: { type: 'function', name: 'noop' },
      space: { x: { type: 'float', low: 0, high: 0.5 }, w: { type: 'int', low: 1, high: 9 } },
    });
    const { code, stderr } = await place.call('start', narrow, '--from', noop.study);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /searched z, which this sweep does not/);
    assert.match(stderr, /did not search w/);
    assert.match(stderr, /\d+ rows? of wider-\w+ left out, with values/);
    assert.doesNotMatch(stderr, /tried first/);
  });

  await t.test('where they are of no use it is refused', async () => {
    for (const [words, message] of [
      [['--set', 'sampler={"type":"sobol"}'], /sampler is sobol, which proposes the same points whatever/],
      [['--set', 'objective.direction=maximize'], /its results are value to minimize/],
      [['--set', 'space={"a":{"type":"float","low":20,"high":30},"x":[99]}'], /none of its results/],
    ] as const) {
      const { code, stderr } = await place.call('start', file, '--from', parent.study, ...words);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });
});
