// Wrong usage and wrong input: exit code 2, the reason and the next step, and nothing is changed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly path?: string;
    readonly hint?: string;
    readonly others?: readonly unknown[];
  };
}

test('no command prints the help and ends with 2', async (t) => {
  const { code, stdout, stderr } = await createWorkplace(t).run();
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /Usage: sweep/);
});

test('an unknown command or option is named, with what was probably meant', async (t) => {
  const place = createWorkplace(t);
  const command = await place.run('stat');
  assert.equal(command.code, 2);
  assert.match(command.stderr, /unknown command 'stat'[\s\S]*start/);
  const option = await place.call('list', '--jsn');
  assert.equal(option.code, 2);
  assert.match(option.stderr, /--json/);
});

test('an error of the command line points at the help of its own command', async (t) => {
  const place = createWorkplace(t);
  for (const [args, help] of [
    [['start'], 'sweep start'],
    [['start', 'x.json', '--workers', 'many'], 'sweep start'],
    [['data', 'fetch'], 'sweep data fetch'],
    [['data', 'fetsh'], 'sweep data'],
    [['data'], 'sweep data'],
  ] as const) {
    const { code, stdout, stderr } = await place.call(...args);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.ok(stderr.endsWith(`see \`${help} --help\`\n`), stderr);
  }
});

test('a profile is chosen by one option, and must be one of the file', async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'sweep.json');
  const document = { name: 'n', objective: { type: 'function', name: 'noop' }, space: { x: [1, 2, 3] } };
  writeFileSync(file, JSON.stringify({ ...document, profiles: { fast: { space: { x: [1] } } } }));
  const fast = await place.call('validate', file, '--fast', '--json');
  assert.equal(fast.code, 0, fast.stderr);
  const { trials, profile } = JSON.parse(fast.stdout);
  assert.deepEqual([trials, profile], [1, 'fast']);
  const started = await place.call('start', file, '--profile', 'fast', '--json');
  assert.equal(started.code, 0, started.stderr);
  assert.equal(JSON.parse(started.stdout).profile, 'fast');
  assert.match((await place.call('status', '@last')).stdout, /^profile {3}fast$/m);
  const unknown = await place.call('start', file, '--profile', 'quick');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /no profile "quick"[\s\S]*known: "fast"/);
  assert.equal((await place.call('start', file, '--fast', '--profile', 'fast')).code, 2);
});

test('help knows commands and their commands, and says of a name that it is none', async (t) => {
  const place = createWorkplace(t);
  const fetch = await place.call('help', 'data', 'fetch');
  assert.equal(fetch.code, 0);
  assert.match(fetch.stdout, /^Usage: sweep data fetch[\s\S]*Examples:/);
  assert.match((await place.call('help')).stdout, /^Usage: sweep \[options\]/);
  const slip = await place.call('help', 'strat');
  assert.equal(slip.code, 2);
  assert.match(slip.stderr, /no command "strat"[\s\S]*did you mean "start"\? see `sweep --help`/);
  assert.match((await place.call('help', 'foo')).stderr, /no command "foo"/);
});

test('a missing value on import is answered with options of the command', async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'gap.csv');
  writeFileSync(file, 'time,T\n2020-01-01 00:00:00,1\n2020-01-01 01:00:00,-9999\n2020-01-01 02:00:00,3\n');
  const { code, stderr } = await place.call('data', 'import', file, '--target', 'T');
  assert.equal(code, 2);
  assert.match(stderr, /CSV_MISSING_VALUE[\s\S]*--on-missing forward-fill[\s\S]*--missing/);
  assert.doesNotMatch(stderr, /"onMissing"/);
});

test('with --json an error is one document on standard output and silence on standard error', async (t) => {
  const place = createWorkplace(t);
  for (const [at, args] of [
    ['start', '--json'],
    ['start', 'nothing.json', '--json'],
    ['status', '@last', '--json'],
    ['leaderboard', 'x', '--json', '--csv'],
    ['start', 'file.json', '--workers', '0', '--json'],
  ].entries()) {
    // The first as a process, which has words of its own for what goes wrong before any command.
    const { code, stdout, stderr } = await (at === 0 ? place.run(...args) : place.call(...args));
    assert.equal(code, 2, args.join(' '));
    const { error } = JSON.parse(stdout) as ErrorDocument;
    assert.match(error.code, /^(USAGE|STUDY_NOT_FOUND)$/);
    assert.ok(error.message.length > 0 && (error.hint ?? '').length > 0);
    assert.equal(stderr, '');
  }
});

test('a wrong sweep file gives the path, the rule and a suggestion, and changes nothing', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory);
  const { code, stdout } = await place.call('start', file, '--set', 'training.epoch=3', '--json');
  assert.equal(code, 2);
  const { error } = JSON.parse(stdout) as ErrorDocument;
  assert.equal(error.code, 'SPEC_UNKNOWN_FIELD');
  assert.match(error.path ?? '', /training\.epoch/);
  assert.match(error.hint ?? '', /epochs/);
  assert.equal(existsSync(place.home), false);
});

test('a prefix of several studies is ambiguous, of none not found', async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'noop.json');
  writeFileSync(
    file,
    JSON.stringify({ name: 'noop', objective: { type: 'function', name: 'noop' }, space: { x: [1, 2] } }),
  );
  await place.call('start', file);
  await place.call('start', file);
  const ambiguous = await place.call('status', 'noop');
  assert.equal(ambiguous.code, 2);
  assert.match(ambiguous.stderr, /2 studies[\s\S]*noop-/);
  const missing = await place.call('status', 'nope');
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /STUDY_NOT_FOUND/);
  const trial = await place.call('show', '@last', 'ffffffff');
  assert.equal(trial.code, 2);
  assert.match(trial.stderr, /TRIAL_NOT_FOUND/);
});

test('colour only where it is wanted', async (t) => {
  const escapeCode = '\u001b[';
  const plain = await createWorkplace(t).run('doctor');
  assert.ok(!plain.stdout.includes(escapeCode), 'a pipe is no terminal');
  const forced = await createWorkplace(t, { FORCE_COLOR: '1' }).call('doctor');
  assert.ok(forced.stdout.includes(escapeCode));
  const both = await createWorkplace(t, { FORCE_COLOR: '1', NO_COLOR: '1' }).call('doctor');
  assert.ok(!both.stdout.includes(escapeCode), 'NO_COLOR wins');
});

test('a study none of whose trials has a result ends with 1 and says why', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { space: { cell: ['gru'], units: [4] } });
  const diverging = ['optimizer="sgd"', 'loss="mse"', 'learningRate=100', 'stepsPerEpoch=200'];
  const { code, stderr } = await place.run(
    'start',
    file,
    ...diverging.flatMap((field) => ['--set', `training.${field}`]),
  );
  assert.equal(code, 1, stderr);
  assert.match(stderr, /TRIAL_DIVERGED/);
  assert.match(stderr, /no trial ended with a result/);
});

test('a path that cannot be what it is named for is bad input, not a failure of ours', {
  timeout: 60_000,
}, async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'noop.json');
  const document = { name: 'n', objective: { type: 'function', name: 'noop' }, space: { x: [1] } };
  writeFileSync(file, JSON.stringify(document));
  for (const [args, reason] of [
    [['data', 'import', '.', '--target', 'x'], /holds no table/],
    [['data', 'synth', 'gone/weather.csv', '--rows', '10'], /weather\.csv cannot be written/],
    [['start', file, '--home', file], /noop\.json is not a directory/],
    [['start', file, '--home', join(file, 'home')], /noop\.json is not a directory/],
    [['list', '--home', file], /noop\.json is not a directory/],
  ] as const) {
    const { code, stderr } = await place.call(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, reason);
    assert.doesNotMatch(stderr, /INTERNAL/);
  }
  assert.equal(existsSync(place.home), false);
});

// Node's own recursive mkdir never returns there.
test('a home where no directory can be made is refused at once', {
  skip: process.platform !== 'linux',
  timeout: 60_000,
}, async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'noop.json');
  const document = { name: 'n', objective: { type: 'function', name: 'noop' }, space: { x: [1] } };
  writeFileSync(file, JSON.stringify(document));
  const { code, stderr } = await place.call('start', file, '--home', '/proc/sweep');
  assert.equal(code, 4);
  assert.match(stderr, /\/proc\/sweep.* cannot be used/);
});

test('a study whose first event is unreadable is named with its record, and hides no other study', async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'fn.json');
  writeFileSync(
    file,
    '{"name": "fn", "objective": {"type": "function", "name": "branin"}, "space": {"x1": [0], "x2": [0, 1]}}',
  );
  assert.equal((await place.call('start', file, '-q')).code, 0);
  const [{ study = '' } = {}] = (await place.json<{ studies: { study: string }[] }>('list')).studies;
  assert.equal((await place.call('start', file, '-q')).code, 0);
  const log = join(place.directory, '.sweep', 'studies', study, 'events.jsonl');
  const whole = readFileSync(log, 'utf8');
  for (const [first, reason] of [
    [whole.replace('study.created', 'study.creAted'), 'checksum'],
    [whole.replace(/^.*\n/, 'garbage\n'), 'checksum'],
  ] as const) {
    writeFileSync(log, first);
    const { studies } = await place.json<{ studies: { study: string; state: string; damage: string }[] }>(
      'list',
    );
    assert.deepEqual(studies.map(({ state }) => state).sort(), ['complete', 'damaged']);
    const damage = studies.find((entry) => entry.study === study)?.damage ?? '';
    assert.ok(damage.includes('events.jsonl:1'), damage);
    assert.ok(damage.includes(reason), damage);
    for (const verb of [['status'], ['leaderboard'], ['resume'], ['export', '--best-model', 'model']]) {
      const [name = '', ...rest] = verb;
      const { code, stderr } = await place.call(name, study, ...rest);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /events\.jsonl:1: .*EVENT_LOG_CORRUPT.*\n.*backup.*sweep rm /);
    }
  }
});
