// Names, parameters, columns, file names and messages of others, full of control sequences, given to every command: nothing
// but text reaches the terminal, and no line is theirs.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLocalBus } from '../../src/bus/local/bus.js';
import {
  created,
  failed,
  finished,
  started,
  studyRecord,
  trialAt,
  workerInfo,
} from '../support/fixtures/study-events.js';
import { createWorkplace, type Finished, type Workplace } from '../support/processes/cli.js';

/** Sets the title, clears the screen, rings, turns the writing around, and begins a line of its own. */
const EVIL = '\u001b]0;PWNED\u0007\u001b[2J\u009b31m\u202e\u2066\u2028\rFORGED\nFORGED';
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function assertHarmless(what: string, { stdout, stderr }: Pick<Finished, 'stdout' | 'stderr'>): void {
  for (const text of [stdout, stderr]) {
    const shown = text.replaceAll(/\r?\n|\t/g, '');
    const found = UNSAFE.exec(shown);
    assert.equal(
      found,
      null,
      `${what}: ${JSON.stringify(shown.slice((found?.index ?? 0) - 40).slice(0, 120))}`,
    );
    // A cell of CSV may hold a line end, in its quotes.
    if (!what.includes('--csv')) assert.doesNotMatch(text, /^\s*FORGED/m, what);
  }
}

const STUDY = 'grid-7f3a';

/** A study whose events, worker and data are named by an enemy, as a log or a bus may hold them. */
async function forgeStudy(place: Workplace): Promise<void> {
  const bus = openLocalBus(place.home);
  const spec = { objective: { metric: EVIL, direction: 'minimize', epoch: 'best' }, repeats: 1 };
  const dataset = {
    ...created().dataset!,
    source: `d${EVIL}`,
    target: `t${EVIL}`,
    unit: `u${EVIL}`,
    synthetic: true,
  };
  await bus.createStudy(studyRecord(STUDY));
  const lease = await bus.acquireLease(STUDY, 'coordinator');
  const params = { text: `v${EVIL}`, plain: 1 };
  const error = { code: 'TRIAL_CRASHED', message: `m${EVIL}`, retryable: false } as const;
  for (const event of [
    created({ spec, dataset, version: `1${EVIL}` }),
    started(0, { worker: 'w1' }),
    finished(0, 0.25, { params }),
    finished(1, 0.5, { params: { ...params, plain: 2 } }),
    started(2, { worker: 'w1' }),
    failed(2, { params, error, final: true }),
    started(3, { worker: 'w1' }),
    { type: 'study.state', state: 'interrupted', reason: `r${EVIL}`, durationMs: 1 },
  ] as Parameters<typeof bus.append>[1][])
    await bus.append(STUDY, event);
  await lease.release();
  await bus.heartbeat(
    workerInfo('evil-1', {
      host: `h${EVIL}`,
      version: `v${EVIL}`,
      backend: `b${EVIL}`,
      labels: [`l${EVIL}`],
    }),
  );
  await bus.close();
}

/** A series whose columns, file and parameters are named by an enemy. */
function writeEvilSweep(directory: string): { sweep: string; data: string } {
  const evil = '\u001b[2J\u0007\u009b\u202e\u2028';
  mkdirSync(join(directory, `dir${evil}`));
  const data = join(`dir${evil}`, `data${evil}.csv`);
  const rows = Array.from({ length: 120 }, (_, row) => `${Math.sin(row)},${row % 7},5`);
  writeFileSync(join(directory, data), `t${evil},a${evil},k${evil}\n${rows.join('\n')}\n`);
  const sweep = join(`dir${evil}`, `sweep${evil}.json`);
  writeFileSync(
    join(directory, sweep),
    JSON.stringify({
      name: 'evil',
      dataset: {
        source: { csv: `data${evil}.csv` },
        target: `t${evil}`,
        split: { train: 0.5, validation: 0.25, test: 0.25 },
      },
      window: { lookback: 4, delay: 0 },
      model: { type: 'linear' },
      space: { 'training.learningRate': [0.01, 0.02] },
      training: { epochs: 1, batchSize: 16 },
    }),
  );
  return { sweep, data };
}

/** What has threads or servers of its own, whose streams are those of its process. */
const BY_PROCESS: ReadonlySet<string> = new Set(['start', 'watch', 'worker', 'dashboard', 'open', 'nats']);

test('no command lets a control character through, or a line that is not its own', async (t) => {
  const place = createWorkplace(t);
  await forgeStudy(place);
  const { sweep, data } = writeEvilSweep(place.directory);
  const noop = join(place.directory, 'noop.json');
  writeFileSync(
    noop,
    JSON.stringify({
      name: 'noop',
      objective: { type: 'function', name: 'noop' },
      space: { x: [`one${EVIL}`, `two${EVIL}`] },
    }),
  );
  const trial = trialAt(2);
  const commands: readonly (readonly string[])[] = [
    ['list'],
    ['status', STUDY],
    ['status', STUDY, '--json'],
    ['workers', '--all'],
    ['workers', '--all', '--json'],
    ['leaderboard', STUDY],
    ['leaderboard', STUDY, '--csv'],
    ['leaderboard', STUDY, '--json'],
    ['leaderboard', STUDY, '--filter', `x${EVIL}=1`],
    ['show', STUDY, trial],
    ['show', STUDY, trialAt(0)],
    ['show', STUDY, trial, '--json'],
    ['explain', STUDY, trial],
    ['explain', STUDY, trialAt(3)],
    ['explain', STUDY, trial, '--json'],
    ['insight', STUDY],
    ['insight', STUDY, '--json'],
    ['compare', STUDY, trialAt(0), trial],
    ['compare', STUDY, trialAt(0), trial, '--json'],
    ['extend', STUDY, '--set', `x${EVIL}=1`],
    ['promote', STUDY, '--set', `x${EVIL}=1`],
    ['report', STUDY, '-o', 'report'],
    ['export', STUDY, '--best-model', `model${EVIL}`],
    ['predict', `model${EVIL}`, '--data', data, '-o', `out${EVIL}`],
    ['pause', `x${EVIL}`],
    ['continue', `x${EVIL}`],
    ['stop', `x${EVIL}`],
    ['cancel', `x${EVIL}`],
    ['resume', `x${EVIL}`],
    ['start', `nothing${EVIL}.json`],
    ['start', noop, '--set', `x${EVIL}=1`],
    ['start', noop, '-w', '1'],
    ['leaderboard', '@last'],
    ['validate', sweep],
    ['try', `nothing${EVIL}.json`],
    ['try', noop, '--set', `x${EVIL}=1`],
    ['dashboard', `x${EVIL}`],
    ['open', `x${EVIL}`],
    ['watch', STUDY],
    ['watch', `x${EVIL}`],
    ['plot', STUDY, 'history'],
    ['plot', STUDY, 'history', '--json'],
    ['plot', STUDY, `x${EVIL}`],
    ['plot', STUDY, 'curves'],
    ['plot', STUDY, 'slice', '--param', `x${EVIL}`],
    ['plot', STUDY, 'forecast', '--trial', `x${EVIL}`],
    ['start', sweep, '-w', '1'],
    ['leaderboard', '@last'],
    ['insight', '@last'],
    ['watch', '@last'],
    ...['history', 'curves', 'importance', 'parallel', 'slice', 'forecast'].map((kind) => [
      'plot',
      '@last',
      kind,
    ]),
    ['compare', '@last', '1', '2'],
    ['report', '@last', '-o', 'report2'],
    ['export', '@last', '--best-model', 'model'],
    ['predict', 'model', '--data', data, '-o', 'out.csv'],
    ['baseline', sweep],
    ['init', data, '-o', 'made.json'],
    ['init', data, '-o', 'made.json'],
    ['init', data, '--target', `x${EVIL}`],
    ['init', `x${EVIL}`],
    ['data', 'info'],
    ['data', 'import', data, '--target', `nothing${EVIL}`],
    ['data', 'import', data, '--target', `t\u001b[2J\u0007\u009b\u202e\u2028`],
    ['reproduce', `x${EVIL}`],
    ['nats', `x${EVIL}`],
    ['worker', '--nats', `nats://${EVIL}`],
    ['completion', `x${EVIL}`],
    ['help', `x${EVIL}`],
    ['doctor', `x${EVIL}`],
    [`verb${EVIL}`],
    ['rm', `x${EVIL}`],
    ['rm', STUDY],
  ];
  const help = await place.call('--help');
  const verbs = [...help.stdout.matchAll(/^ {2}([a-z]+)(?:\|[a-z]+)?(?: |$)/gm)].map(([, verb]) => verb!);
  assert.ok(verbs.length > 15, verbs.join());
  const tried = new Set(commands.map(([verb]) => verb));
  assert.deepEqual(
    verbs.filter((verb) => !tried.has(verb)),
    [],
    'every command is tried',
  );
  for (const command of commands) {
    const isProcess = BY_PROCESS.has(command[0] ?? '');
    const ended = await (isProcess ? place.run(...command) : place.call(...command));
    assertHarmless(JSON.stringify(command.join(' ')), ended);
  }
  const pages = readdirSync(place.directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^report.*\.(?:md|html)$/.test(name),
  );
  assert.ok(pages.length >= 2, pages.join());
  for (const page of pages)
    assertHarmless(page, { stdout: readFileSync(join(place.directory, page), 'utf8'), stderr: '' });
});
