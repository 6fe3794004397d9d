// Each documented command as a process: what it prints where, and its exit code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLocalBus } from '../../src/bus/local/bus.js';
import { created, finished, studyRecord, trialAt } from '../support/fixtures/study-events.js';
import { COMMAND, createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

interface LeaderboardRow {
  readonly rank: number;
  readonly trial: string;
  readonly params: { readonly cell: string; readonly units: number };
  readonly objective: number;
  readonly weightsDigest: string;
}
interface Document {
  readonly study: string;
  readonly state: string;
  readonly trials: { readonly total: number; readonly complete: number };
  readonly baseline: Readonly<Record<string, number>>;
  readonly leaderboard: readonly LeaderboardRow[];
  readonly test: readonly {
    readonly trial: string;
    readonly testMaeUnits: number;
    readonly interval: readonly [number, number] | null;
    readonly intervalReason?: string;
  }[];
  readonly unit: string;
}

test('a study from its file to its end, looked at from every side', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory);
  const started = await place.run('start', file, '--json');
  assert.equal(started.code, 0, started.stderr);
  const document = JSON.parse(started.stdout) as Document;
  const winner = document.leaderboard[0];
  assert.ok(winner);

  await t.test('start --json prints one document with ranking, baseline and test', () => {
    assert.match(document.study, /^small-[0-9a-f]{4}$/);
    assert.equal(document.state, 'complete');
    assert.deepEqual([document.trials.total, document.trials.complete], [4, 4]);
    assert.deepEqual(
      document.leaderboard.map((row) => row.rank),
      [1, 2, 3, 4],
    );
    assert.equal(document.unit, 'degC');
    assert.match(winner.weightsDigest, /^sha256:[0-9a-f]{64}$/);
    const [tested] = document.test;
    assert.equal(tested?.trial, winner.trial);
    // Some 670 windows of a slow series, each two hours ahead: their errors are too much alike.
    assert.deepEqual([tested?.interval, tested?.intervalReason], [null, 'dependent']);
    assert.ok((tested?.testMaeUnits ?? 0) > 0);
    assert.ok((document.baseline.validationMae ?? 0) > 0 && (document.baseline.testMaeUnits ?? 0) > 0);
  });

  await t.test(
    'start says on standard error what it does, and nothing on standard output but the result',
    () => {
      assert.match(started.stderr, /study small-/);
      assert.match(started.stderr, /\[4\/4\]/);
    },
  );

  await t.test('leaderboard prints the table, JSON and CSV, filtered, sorted and cut', async () => {
    const table = await place.call('leaderboard', '@last');
    assert.equal(table.code, 0);
    assert.match(table.stdout, /naive persistence/);
    assert.match(table.stdout, /test set: MAE/);
    const gru = await place.json<Document>(
      'leaderboard',
      'small',
      '--filter',
      'cell=gru',
      '--sort',
      '-units',
    );
    assert.deepEqual(
      gru.leaderboard.map((row) => row.params),
      [
        { cell: 'gru', units: 8 },
        { cell: 'gru', units: 4 },
      ],
    );
    assert.equal((await place.json<Document>('leaderboard', '@last', '--top', '1')).leaderboard.length, 1);
    const csv = await place.call('leaderboard', '@last', '--csv');
    assert.equal(csv.stdout.trim().split('\r\n').length, 5);
    const none = await place.call('leaderboard', '@last', '--filter', 'units=99');
    assert.match(none.stdout, /^None of the 4 rows matches the filter\./);
    const wrong = await place.call('leaderboard', '@last', '--filter', 'cells=gru');
    assert.equal(wrong.code, 2);
  });

  await t.test('leaderboard --watch of a study that has ended prints it once', async () => {
    const watched = await place.run('leaderboard', '@last', '--watch');
    assert.equal(watched.code, 0);
    assert.match(watched.stdout, /naive persistence/);
  });

  await t.test('list, status, show and explain tell the same story', async () => {
    const { studies } = await place.json<{ studies: { study: string; state: string; best: number }[] }>(
      'list',
    );
    assert.deepEqual(
      studies.map(({ study, state }) => [study, state]),
      [[document.study, 'complete']],
    );
    assert.equal(studies[0]?.best, winner.objective);
    assert.match((await place.call('list')).stdout, new RegExp(document.study));
    assert.equal((await place.json<Document>('status', document.study)).state, 'complete');
    assert.match((await place.call('status', '@last')).stdout, /4 complete/);
    const shown = await place.json<{ result: { weightsDigest: string } }>(
      'show',
      '@last',
      winner.trial.slice(0, 8),
    );
    assert.equal(shown.result.weightsDigest, winner.weightsDigest);
    assert.match((await place.call('show', '@last', winner.trial)).stdout, /objective/);
    const explained = await place.call('explain', '@last', winner.trial);
    assert.match(explained.stdout, /queued[\s\S]*attempt 1[\s\S]*It is complete/);
  });

  await t.test('resume of a complete study prints it again', async () => {
    const resumed = await place.run('resume', '@last');
    assert.equal(resumed.code, 0);
    assert.match(resumed.stderr, /nothing left to run/);
  });

  await t.test('rm forgets it', async () => {
    assert.equal((await place.call('rm', '@last')).code, 0);
    const gone = await place.call('status', document.study);
    assert.equal(gone.code, 2);
    assert.match(gone.stderr, /STUDY_NOT_FOUND/);
  });
});

test('start takes its options: fewer trials, another seed, fields set, a function objective', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory);
  const few = await place.json<Document>(
    'start',
    file,
    '--max-trials',
    '1',
    '--seed',
    '7',
    '--set',
    'training.epochs=1',
    '--workers',
    '1',
    '--quiet',
  );
  assert.equal(few.leaderboard.length, 1);
  const home = join(place.directory, 'elsewhere');
  const functions = join(place.directory, 'branin.json');
  writeFileSync(
    functions,
    JSON.stringify({
      name: 'branin',
      objective: { type: 'function', name: 'branin' },
      space: {
        x1: { type: 'float', low: -5, high: 10, levels: 6 },
        x2: { type: 'float', low: 0, high: 15, levels: 6 },
      },
    }),
  );
  const branin = await place.json<Document>('start', functions, '--home', home);
  assert.equal(branin.trials.complete, 36);
  assert.ok(existsSync(join(home, 'studies')));
  assert.deepEqual(branin.test, []);
});

test('validate says what a file would take, or all that is wrong with it', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory);
  const valid = await place.call('validate', file);
  assert.equal(valid.code, 0, valid.stderr);
  assert.match(
    valid.stdout,
    /4 trials[\s\S]*gru_1[\s\S]*ms a training step\n(about \d+ \w+|less than a second) on \d+ threads?/,
  );
  assert.match(
    valid.stdout,
    /^samples: train 1,416, validation 666 \(one of 4 is evaluated\), test 666; 10 batches of 32 an epoch$/m,
  );
  assert.match(
    valid.stdout,
    /^[\d,]+ to [\d,]+ parameters, about 1 MB a trial, most with cell=lstm units=8$/m,
  );
  interface Validated {
    readonly trials: number;
    readonly layers: readonly unknown[];
    readonly etaMs: number;
    readonly memoryBytesPerTrial: number;
    readonly largest: { readonly params: { readonly units: number }; readonly memoryBytes: number };
  }
  const { trials, layers, etaMs, ...sizes } = await place.json<Validated>('validate', file);
  assert.deepEqual([trials, layers.length], [4, 2]);
  assert.deepEqual(
    [sizes.largest.params.units, sizes.memoryBytesPerTrial],
    [8, sizes.largest.memoryBytes],
    'the first trial has 4 units',
  );
  assert.ok(etaMs > 0);
  assert.equal(existsSync(place.home), false, 'validate makes no study');
  const wrong = await place.call('validate', file, '--set', 'training.epoch=3', '--set', 'window.step=7');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /epochs/);
  assert.match(wrong.stderr, /window\.step/);
  const line =
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('"target"')) + 1;
  writeFileSync(file, readFileSync(file, 'utf8').replace('"T (degC)"', '"t (degC)"'));
  for (const verb of ['validate', 'start', 'baseline']) {
    const { code, stderr } = await place.run(verb, file);
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(`small\\.json:${line}:\\d+: dataset\\.target: .*\\n.*did you mean "T \\(degC\\)"`),
    );
  }
});

test('baseline gives validation and test, normalised and in the unit', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory);
  const text = await place.call('baseline', file);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /validation +MAE 0\.\d{4} +\d+\.\d\d °C[\s\S]*test +MAE/);
  const { baseline } = await place.json<{ baseline: { split: string; mae: number; maeUnits: number }[] }>(
    'baseline',
    file,
  );
  assert.deepEqual(
    baseline.map(({ split }) => split),
    ['validation', 'test'],
  );
  assert.ok(baseline.every(({ mae, maeUnits }) => mae > 0 && maeUnits > mae));
});

test('data synth, import and info', async (t) => {
  const place = createWorkplace(t);
  const synth = await place.call('data', 'synth', 'made.csv', '--rows', '500', '--seed', '1');
  assert.equal(synth.code, 0, synth.stderr);
  assert.equal(readFileSync(join(place.directory, 'made.csv'), 'utf8').trim().split('\n').length, 501);
  assert.equal((await place.call('data', 'synth', 'made.csv')).code, 2, 'nothing is overwritten');
  const imported = await place.json<{ metadata: { digest: string; rows: number } }>(
    'data',
    'import',
    'made.csv',
    '--target',
    'T (degC)',
  );
  assert.equal(imported.metadata.rows, 500);
  const info = await place.call('data', 'info', imported.metadata.digest.slice(0, 10));
  assert.match(info.stdout, /500 rows[\s\S]*T \(degC\)/);
  assert.match((await place.call('data', 'info')).stdout, new RegExp(imported.metadata.digest.slice(0, 12)));
  writeFileSync(join(place.directory, 'bad.csv'), 'date,T\n2020-01-01,1\n2020-01-02,warm\n');
  const bad = await place.call('data', 'import', 'bad.csv', '--target', 'T');
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /bad\.csv:3/);
  const slip = await place.call('data', 'import', 'made.csv', '--target', 'T (degc)');
  assert.match(slip.stderr, /error --target: .*\n.*did you mean "T \(degC\)"/);
  assert.doesNotMatch(slip.stderr, /dataset\./);
});

test('classes of rows: what baseline and data info tell', async (t) => {
  const place = createWorkplace(t);
  const labelAt = (row: number): string => (row % 40 === 7 ? '' : Math.sin(row / 17) > 0 ? 'on' : 'off');
  const rows = Array.from({ length: 600 }, (_, row) => `${Math.sin(row / 17)},${labelAt(row)}`);
  writeFileSync(join(place.directory, 'states.csv'), `level,state\n${rows.join('\n')}\n`);
  const sweep = {
    name: 'states',
    dataset: { source: './states.csv', task: 'classify', target: 'state' },
    window: { lookback: 12, step: 1, delay: '$delay' },
    model: { type: 'dense', units: 4 },
    space: { delay: [1, 12] },
    training: { epochs: 1, stepsPerEpoch: 2 },
  };
  writeFileSync(join(place.directory, 'states.json'), JSON.stringify(sweep));
  const told = await place.call('baseline', 'states.json');
  const persistence = [
    ...told.stdout.matchAll(/^(\d+) rows ahead: {3}class of the last row read +accuracy (\S+) %/gm),
  ];
  assert.deepEqual(
    persistence.map(([, ahead]) => ahead),
    ['2', '2', '13', '13'],
    told.stdout + told.stderr,
  );
  assert.ok(Number(persistence[0]?.[2]) > Number(persistence[2]?.[2]), told.stdout);
  const digest = /^│ ([0-9a-f]{12}) /m.exec((await place.call('data', 'info')).stdout)?.[1] ?? '';
  const { stdout } = await place.call('data', 'info', digest);
  assert.match(stdout, /^classes {5}off \d+, on \d+ of the training rows, by "state"$/m);
  assert.match(stdout, /^unlabelled {2}15 rows$/m);
});

test('a study on made-up data says so in list, show and explain', async (t) => {
  const place = createWorkplace(t);
  const bus = openLocalBus(join(place.directory, '.sweep'));
  await bus.createStudy(studyRecord('grid-7f3a'));
  const header = created();
  assert.ok(header.dataset);
  const dataset = { ...header.dataset, source: 'jena-synthetic', synthetic: true };
  await bus.append('grid-7f3a', { ...header, dataset });
  await bus.append('grid-7f3a', finished(0, 0.25));
  await bus.close();
  const list = await place.json<{ studies: { dataset: string; synthetic: boolean }[] }>('list');
  assert.deepEqual(
    list.studies.map(({ dataset, synthetic }) => [dataset, synthetic]),
    [['jena-synthetic', true]],
  );
  assert.match((await place.call('list')).stdout, /grid-7f3a .* jena-synthetic SYNTHETIC/);
  const shown = await place.json<{ dataset: object }>('show', 'grid', trialAt(0));
  assert.deepEqual(shown.dataset, { source: 'jena-synthetic', synthetic: true });
  for (const verb of ['show', 'explain'])
    assert.match((await place.call(verb, 'grid', trialAt(0))).stdout, /^SYNTHETIC DATA \(jena-synthetic\)/m);
});

test('data fetch of a name that is not there is refused', async (t) => {
  const { code, stderr } = await createWorkplace(t).call('data', 'fetch', 'iris');
  assert.equal(code, 2);
  assert.match(stderr, /jena/);
});

test('doctor finds this machine fit and shows how it knows', async (t) => {
  const place = createWorkplace(t);
  const { healthy, checks } = await place.json<{
    healthy: boolean;
    checks: { name: string; state: string }[];
  }>('doctor');
  assert.equal(healthy, true);
  assert.equal(checks.find(({ name }) => name === 'engine')?.state, 'ok');
  assert.equal(checks.find(({ name }) => name === 'tfjs')?.state, 'ok');
  assert.match(
    (await place.run('doctor')).stdout,
    /tfjs +tfjs 4\.22\.0 \(wasm\), predicts as the scalar reference/,
  );
});

test('doctor without TensorFlow.js is no less fit, and says what a GPU would need', async (t) => {
  const hook = new URL('../support/fakes/without-tensorflow.js', import.meta.url).href;
  const place = createWorkplace(t, { NODE_OPTIONS: `--import ${hook}` });
  const { code, stdout } = await place.run('doctor');
  assert.equal(code, 0, stdout);
  assert.match(
    stdout,
    /warning tfjs .*tfjs-node-gpu not installed.*npm install @tensorflow\/tfjs-node-gpu@4\.22/,
  );
});

test('help of every command has a description and examples', async (t) => {
  const place = createWorkplace(t);
  const { stdout } = await place.call('--help');
  const verbs = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? '');
  assert.ok(verbs.length >= 13, verbs.join(' '));
  for (const verb of verbs.filter((name) => name !== 'help' && name !== 'sweep')) {
    const help = await place.call(verb, '--help');
    assert.equal(help.code, 0, verb);
    assert.match(help.stdout, /Examples:/, verb);
  }
});

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  test(`completion ${shell} is a script that the shell accepts`, async (t) => {
    const place = createWorkplace(t);
    const { code, stdout } = await place.call('completion', shell);
    assert.equal(code, 0);
    assert.match(stdout, /leaderboard/);
    // A file: fish checks nothing that comes on standard input.
    const script = join(place.directory, `sweep.${shell}`);
    writeFileSync(script, stdout);
    const check = spawnSync(shell, ['-n', script]);
    if (check.error !== undefined) return t.skip(`${shell} is not installed`);
    assert.equal(check.status, 0, check.stderr.toString());
  });
}

test('completion offers commands, then options of the command', async (t) => {
  const place = createWorkplace(t);
  const { stdout } = await place.call('completion', 'bash');
  const complete = (...words: readonly string[]): string[] => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `${stdout}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _sweep; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n');
  };
  if (spawnSync('bash', ['--version']).error !== undefined) return t.skip('bash is not installed');
  assert.deepEqual(complete('sweep', 'lea'), ['leaderboard']);
  assert.ok(complete('sweep', 'data', '').includes('import'));
  assert.deepEqual(complete('sweep', 'start', 'file.json', '--max'), ['--max-trials']);
  assert.deepEqual(complete('sweep', 'completion', '').slice(0, 3), ['bash', 'zsh', 'fish']);
  assert.deepEqual(complete('sweep', 'data', 'fetch', '').slice(0, 2), ['jena', 'imdb']);
  const policies = ['error', 'forward-fill', 'drop'];
  assert.deepEqual(complete('sweep', 'data', 'import', '--on-missing', ''), policies);
  assert.deepEqual(complete('sweep', 'data', 'import', '--on-missing', '=', 'f'), ['forward-fill']);
  assert.deepEqual(
    complete('sweep', 'status', '--home', ''),
    [''],
    'a directory is for the shell to complete',
  );
});

test('completion offers the studies there are, of the home on the line too', async (t) => {
  if (spawnSync('bash', ['--version']).error !== undefined) return t.skip('bash is not installed');
  const place = createWorkplace(t);
  const file = join(place.directory, 'noop.json');
  writeFileSync(
    file,
    JSON.stringify({ name: 'noop', objective: { type: 'function', name: 'noop' }, space: { x: [1] } }),
  );
  const home = join(place.directory, 'elsewhere');
  await place.run('start', file, '--home', home, '--quiet');
  const ids = (await place.call('list', '--ids', '--home', home)).stdout.trim();
  assert.match(ids, /^noop-[0-9a-f]{4}$/);
  const { stdout } = await place.call('completion', 'bash');
  const sweep = `sweep() { ${[process.execPath, COMMAND].map((word) => `'${word}'`).join(' ')} "$@"; }`;
  const complete = (line: string): string[] => {
    const script = `${sweep}\n${stdout}\nCOMP_LINE='${line}'; COMP_WORDS=(${line.replace(/ $/, " ''")}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _sweep; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const options = { encoding: 'utf8', cwd: place.directory } as const;
    return spawnSync('bash', ['-c', script], options).stdout.trim().split('\n');
  };
  assert.deepEqual(complete(`sweep status --home ${home} no`), [ids]);
  assert.deepEqual(complete(`sweep leaderboard --home=${home} `), ['@last', ids]);
  assert.deepEqual(complete('sweep resume '), ['@last'], 'no study in the default home');
  assert.deepEqual(complete('sweep resume --det'), ['--detach']);
});
