// Objectives of one's own through the command line: tried, run, resumed, explained, and refused by their place.
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SOUND_MODULE, writeProgramSweep } from '../support/fixtures/programs.js';
import { createWorkplace, waitForLog } from '../support/processes/cli.js';
import { comparable, type StudyDocument } from '../support/processes/cluster.js';
import { waitUntil } from '../support/processes/wait-until.js';

interface Tried {
  readonly params: Readonly<Record<string, unknown>>;
  readonly trace: readonly { readonly heading: string; readonly text: string }[];
  readonly reports: readonly { readonly epoch: number }[];
  readonly outcome: { readonly type: string; readonly result?: { readonly objective: number } };
}

test('try runs one trial and shows what goes in and what comes back; nothing is recorded', async (t) => {
  const place = createWorkplace(t);
  const file = writeProgramSweep(place.directory);
  const { code, stdout } = await place.call('try', file, '--set', 'goal=3', '--set', 'objective.epochs=2');
  assert.equal(code, 0);
  for (const line of [
    /^parameter {4}goal = 3$/m,
    /^environment {2}SWEEP_EPOCHS=2$/m,
    /^command {6}\["node","program.cjs"\]$/m,
    /^metrics {6}\{"epoch":1,"loss":6.5\}$/m,
    /^exit {9}0$/m,
    /^result {7}COMPLETE: objective 4.75 at epoch 2 of 2$/m,
  ])
    assert.match(stdout, line);
  const tried = await place.json<Tried>('try', file, '--set', 'goal=7');
  assert.deepEqual([tried.params, tried.reports.length, tried.outcome.type], [{ goal: 7 }, 9, 'finished']);
  const shaped = { objective: OBJECTIVE, space: { goal: 1, shape: ['', '[8,8]'] } };
  const withTexts = writeProgramSweep(place.directory, shaped);
  for (const [text, shape] of [
    ['', ''],
    [' [8,8]', '[8,8]'],
  ])
    assert.equal((await place.json<Tried>('try', withTexts, '--set', `shape=${text}`)).params.shape, shape);
  assert.deepEqual(readdirSync(place.directory).includes('.sweep'), false);
  assert.deepEqual(readdirSync(join(place.cache, 'trials')), []);
});

test('a study that is killed leaves nothing, and goes on from its checkpoints', {
  timeout: 120_000,
}, async (t) => {
  const place = createWorkplace(t);
  const slow = { objective: { ...OBJECTIVE, epochs: 40 }, space: { goal: [3, 4] } };
  const file = writeProgramSweep(place.directory, slow);
  const whole = await place.json<StudyDocument>('start', file, '--workers', '2');
  const killed = place.start('start', file, '--workers', '2');
  const readLog = (): string =>
    readdirSync(place.home, { recursive: true, encoding: 'utf8' })
      .filter((path) => /events/.test(path) && !path.includes(whole.study))
      .map((path) => read(join(place.home, path)))
      .join('\n');
  await waitForLog(killed, readLog, /trial\.checkpoint[\s\S]*trial\.checkpoint/, 60_000);
  killed.process.kill('SIGKILL');
  await waitUntil(
    'its programs and their folders are gone',
    () => readdirSync(join(place.cache, 'trials')).length === 0,
  );
  const resumed = await place.json<StudyDocument>('resume', '@last', '--workers', '2');
  assert.equal(resumed.state, 'complete');
  assert.deepEqual(comparable(resumed), comparable(whole));
  assert.match(readLog(), /"fromEpoch":[1-9]/);
});

const OBJECTIVE = { command: ['node', 'program.cjs'], files: ['program.cjs'], metric: 'loss', epochs: 2 };

test('explain shows the last lines of a program that failed', async (t) => {
  const place = createWorkplace(t);
  const file = writeProgramSweep(place.directory, { objective: OBJECTIVE, space: { goal: [3] } });
  writeFileSync(join(place.directory, 'program.cjs'), "console.error('no such layer: 7'); process.exit(1);");
  const { leaderboard } = await place.json<StudyDocument>('start', file);
  const { stdout } = await place.call('explain', '@last', leaderboard[0]?.trial ?? '');
  assert.match(stdout, /TRIAL_EXIT after 1 attempt: its program ended with exit code 1/);
  assert.match(stdout, /its last lines:\n {2}no such layer: 7/);
});

test('a changed script is another trial, and results serve other studies only where the file says so', async (t) => {
  const place = createWorkplace(t);
  for (const [cache, cached] of [
    [false, '0 trials cached, 1 new'],
    [true, '1 trial cached, 0 new'],
  ] as const) {
    const file = writeProgramSweep(place.directory, {
      objective: { ...OBJECTIVE, cache },
      space: { goal: [3] },
    });
    const first = await place.json<StudyDocument>('start', file);
    const second = await place.json<StudyDocument & { changes: { cached: number } }>('start', file);
    assert.equal(second.changes.cached, cache ? 1 : 0, cached);
    assert.equal(second.leaderboard[0]?.trial, first.leaderboard[0]?.trial);
    appendFileSync(join(place.directory, 'program.cjs'), '// changed\n');
    const third = await place.json<StudyDocument & { changes: { cached: number } }>('start', file);
    assert.notEqual(third.leaderboard[0]?.trial, first.leaderboard[0]?.trial);
    assert.equal(third.changes.cached, 0);
  }
});

test('a module is an objective; its baseline is tried first', async (t) => {
  const place = createWorkplace(t);
  writeFileSync(
    join(place.directory, 'objective.mjs'),
    `import { defineObjective } from 'sweep';\n${SOUND_MODULE.replace('export default async', 'export default defineObjective(async').trimEnd()});\n`,
  );
  const file = writeProgramSweep(place.directory, {
    objective: { module: './objective.mjs', metric: 'loss', epochs: 3 },
    baseline: { goal: 2 },
  });
  const { state, leaderboard } = await place.json<{
    state: string;
    leaderboard: readonly { params: { goal: number }; objective: number }[];
  }>('start', file);
  assert.equal(state, 'complete');
  assert.deepEqual(
    leaderboard.map(({ params }) => params.goal),
    [1, 2, 3, 7, 8, 9],
  );
  const { stdout } = await place.call('leaderboard', '@last');
  assert.match(stdout, /baseline/);
  const { curves } = await place.json<{ curves: readonly { epoch: number; a: number; b: number }[] }>(
    'compare',
    '@last',
    '1',
    '2',
  );
  assert.deepEqual(
    curves.map(({ epoch }) => epoch),
    [1, 2, 3],
  );
  assert.ok(curves.every(({ a, b }) => a < b));
  const longer = ['--top', '1', '--repeats', '1', '--epochs', '4'];
  assert.match((await place.run('promote', '@last', ...longer)).stderr, /best epoch 4 of 4/);
});

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
