// The examples of docs/objectives.md, each run where its tools are found. SWEEP_PEERS_PYTHON is a Python that has torch, keras
// or scikit-learn; without it the python3 of the path is asked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import { REPOSITORY } from '../support/deploy/deploy-files.js';
import { createWorkplace } from '../support/processes/cli.js';
import type { StudyDocument } from '../support/processes/cluster.js';

const python = process.env.SWEEP_PEERS_PYTHON ?? 'python3';
const LIMIT_MS = 300_000;

const succeeds = (program: string, ...words: readonly string[]): boolean => {
  try {
    execFileSync(program, words, { stdio: 'ignore', timeout: 120_000 });
    return true;
  } catch {
    return false;
  }
};
const hasPython = (module: string): boolean => succeeds(python, '-c', `import ${module}`);

const EXAMPLES = [
  ['pytorch', ['--max-trials', '2', '--set', 'objective.epochs=2'], () => hasPython('torch')],
  ['keras', ['--max-trials', '2', '--set', 'objective.epochs=2'], () => hasPython('keras')],
  // One point of three repeats.
  ['scikit-learn', ['--max-trials', '3'], () => hasPython('sklearn')],
  ['compiler', ['--max-trials', '3'], () => succeeds('cc', '--version')],
  ['prompt', [], () => true],
] as const;

for (const [name, flags, isThere] of EXAMPLES)
  test(`examples/${name} is tuned by its own command line`, { timeout: LIMIT_MS }, async (t) => {
    if (!isThere()) return t.skip('its tools are not here');
    // The python3 of the example is the one that has its packages.
    const place = createWorkplace(t, { PATH: `${dirname(python)}:${process.env.PATH}` });
    cpSync(join(REPOSITORY, 'examples', name), place.directory, { recursive: true });
    const document = await place.json<StudyDocument>('start', 'sweep.json', ...flags, '--workers', '1');
    assert.equal(document.state, 'complete', JSON.stringify(document));
    assert.equal(document.trials.failed, 0);
  });

test('the client beside an example is the one to copy', () => {
  const read = (path: string): string => readFileSync(join(REPOSITORY, path, 'sweep_client.py'), 'utf8');
  for (const name of ['pytorch', 'keras']) assert.equal(read(`examples/${name}`), read('docs/clients'));
});

test('examples/beside sets PyTorch and our own engine on one leaderboard, on the same windows', {
  timeout: LIMIT_MS,
}, async (t) => {
  if (!hasPython('torch')) return t.skip('PyTorch is not here');
  const place = createWorkplace(t, {
    PATH: `${dirname(python)}:${process.env.PATH}`,
    SWEEP: `${process.execPath} ${join(REPOSITORY, 'dist/src/cli/main.js')}`,
  });
  cpSync(join(REPOSITORY, 'examples/beside'), place.directory, { recursive: true });
  await place.call('data', 'synth', 'jena.csv', '--rows', '32000');
  const flags = ['--set', 'space.units=[4]', '--set', 'space.lr=[0.003]', '--set', 'objective.epochs=1'];
  const document = await place.json<LeaderboardDocument>('start', 'sweep.json', ...flags, '--workers', '1');
  const losses = document.leaderboard.map(({ objective }) => Number(objective));
  assert.equal(document.state, 'complete', JSON.stringify(document));
  assert.equal(losses.length, 2);
  // Other seeds and one epoch: near one another, not equal.
  assert.ok(Math.abs((losses[0] ?? 0) - (losses[1] ?? 9)) < 0.2, String(losses));
});

test('the client for Node reports what the one for Python does', async (t) => {
  const place = createWorkplace(t);
  cpSync(join(REPOSITORY, 'docs/clients'), place.directory, { recursive: true });
  const scripts = {
    node: [
      'node',
      'a.mjs',
      "import { epochs, params, report, seed, shouldStop } from './sweep-client.mjs';\nfor (let epoch = 1; epoch <= epochs && !shouldStop(); epoch++) report(epoch, { loss: params.x / epoch + seed });\n",
    ],
    python: [
      'python3',
      'a.py',
      'from sweep_client import epochs, params, report, seed, should_stop\nfor epoch in range(1, epochs + 1):\n    if not should_stop(): report(epoch, loss=params["x"] / epoch + seed)\n',
    ],
  } as const;
  const results: unknown[] = [];
  for (const [program, script, text] of Object.values(scripts)) {
    if (!succeeds(program, '--version')) return t.skip(`${program} is not here`);
    writeFileSync(join(place.directory, script), text);
    const objective = {
      command: [program, script],
      files: [script, 'sweep-client.mjs', 'sweep_client.py'],
      metric: 'loss',
      epochs: 3,
    };
    writeFileSync(
      join(place.directory, 'sweep.json'),
      JSON.stringify({ name: 'client', space: { x: [4] }, objective }),
    );
    const { reports } = await place.json<{ reports: { epoch: number; metrics: object }[] }>(
      'try',
      'sweep.json',
    );
    results.push(reports.map(({ epoch, metrics }) => ({ epoch, metrics })));
  }
  assert.deepEqual(results[0], results[1]);
  assert.equal((results[0] as unknown[]).length, 3);
});
