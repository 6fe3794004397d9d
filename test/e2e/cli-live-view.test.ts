// The live view through a pseudo-terminal, by its screens: a study that runs here and one that is watched, at 80 × 24 and at
// 200 × 50, resized while it runs; left by its key, by signals, by the end; and lines where lines are wanted.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../src/bus/local/bus.js';
import { writeStudy } from '../support/fixtures/dashboard-studies.js';
import { COMMAND, createWorkplace, type Workplace, writeSmallSweep } from '../support/processes/cli.js';
import { openScreen, type TerminalScreen } from '../support/processes/terminal-screen.js';
import { waitUntil } from '../support/processes/wait-until.js';

function open(
  t: TestContext,
  place: Workplace,
  words: readonly string[],
  options: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): TerminalScreen {
  return openScreen(t, [process.execPath, COMMAND, ...words], {
    ...options,
    directory: place.directory,
    env: { SWEEP_CACHE: place.cache, ...options.env },
  });
}

/** A frame: the name of the study at the top and the keys at the bottom, each once. */
function isWhole(screen: TerminalScreen, rows: number): boolean {
  const lines = screen.lines();
  const named = lines.filter((line) => /^small-[0-9a-f]{4} {2}/.test(line));
  const keys = lines.filter((line) => line.startsWith('p pause'));
  return (
    lines.length === rows &&
    named.length === 1 &&
    keys.length === 1 &&
    lines[0] === named[0] &&
    lines[rows - 1] === keys[0]
  );
}

async function assertWhole(screen: TerminalScreen, rows: number): Promise<void> {
  await waitUntil(`a whole frame of ${rows} rows`, () => isWhole(screen, rows)).catch((thrown: unknown) => {
    throw new Error(`no whole frame, but\n${screen.text()}`, { cause: thrown });
  });
}

test('a study on a terminal: its view, resized, filtered, paused and resumed, then its leaderboard', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 4, stepsPerEpoch: 150 });
  const screen = open(t, place, ['start', file, '-w', '1']);
  await screen.shows(/running +epoch +value[\s\S]*\d\/4 /, 60_000);
  assert.ok(screen.isAlternate());
  await assertWhole(screen, 24);
  assert.match(screen.text(), /minimize validationMae .* sampler grid/);
  assert.match(screen.text(), /1 running · .*1 worker, 1 slot, by /);
  screen.resize(200, 50);
  await assertWhole(screen, 50);
  screen.resize(50, 12);
  await assertWhole(screen, 12);
  screen.resize(80, 24);
  await assertWhole(screen, 24);
  screen.type('?');
  await screen.shows(/^q +leave the view: the study goes on here/m);
  screen.type('q');
  screen.type('p');
  await screen.shows(/paused: what runs is finished, nothing new begins; r goes on/);
  screen.type('r');
  await screen.shows(/^small-\S+ {2}running/m);
  assert.doesNotMatch(screen.text(), /paused|goes on/, 'what is over is not on the screen');
  const { exitCode } = await screen.exited;
  await waitUntil('the screen as it was', () => !screen.isAlternate());
  assert.equal(exitCode, 0, screen.everything());
  const text = screen.everything();
  assert.match(text, /^study small-/m);
  assert.match(text, /^paused: .*\n(?:.*\n)*?goes on$/m, 'it is told below');
  assert.match(text, /naive persistence[\s\S]*test set: MAE[\s\S]*next:/);
  assert.doesNotMatch(text, /p pause/);
});

test('leaving the view by q: the study goes on here with plain lines; --plain and TERM=dumb have them at once', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 3, stepsPerEpoch: 60 });
  const screen = open(t, place, ['start', file, '-w', '1']);
  await screen.shows(/p pause/, 60_000);
  screen.type('q');
  const { exitCode } = await screen.exited;
  assert.equal(exitCode, 0);
  assert.match(screen.everything(), /^\[4\/4\] cell=/m);
  for (const [words, env] of [
    [['--plain'], {}],
    [[], { TERM: 'dumb' }],
    [[], { CI: 'true' }],
  ] as const) {
    const plain = open(t, place, ['start', file, '-w', '1', ...words], { env });
    assert.equal((await plain.exited).exitCode, 0);
    assert.ok(!plain.raw().includes('\u001b[?1049h'));
    assert.match(plain.everything(), /^\[4\/4\] cell=.*cached/m);
  }
});

test('signals give the terminal back: Ctrl-C and SIGTERM, and NO_COLOR is respected', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 40, stepsPerEpoch: 200 });
  for (const end of ['key', 'signal'] as const) {
    const screen = open(t, place, ['start', file, '-w', '1'], { env: { NO_COLOR: '1' } });
    await screen.shows(/\d\/40 /, 60_000);
    if (end === 'key') screen.type('\u0003');
    else process.kill(screen.process.pid, 'SIGTERM');
    assert.equal((await screen.exited).exitCode, 3);
    await waitUntil('the screen as it was', () => !screen.isAlternate());
    assert.match(screen.everything(), /storing what runs[\s\S]*interrupted; go on with: sweep resume small-/);
    assert.ok(
      screen.raw().lastIndexOf('\u001b[?25h') > screen.raw().lastIndexOf('\u001b[?25l'),
      'the cursor is seen',
    );
    assert.ok(screen.raw().lastIndexOf('\u001b[?7h') > screen.raw().lastIndexOf('\u001b[?7l'), 'lines wrap');
    for (const color of [1, 2, 7, 31, 32, 33, 36])
      assert.ok(!screen.raw().includes(`\u001b[${color}m`), String(color));
  }
});

test('what nobody caught is told whole, below what stood there: its stack, and what was said before', async (t) => {
  const place = createWorkplace(t);
  await writeStudy(place.home, { study: 'made-1', trials: 12, total: 20, state: 'running' });
  for (const end of ['throw new Error("unheard of")', 'Promise.reject(new Error("unheard of"))']) {
    const script = `process.once("SIGUSR2", function failing() { console.error("said before"); ${end}; })`;
    const screen = open(t, place, ['watch', '@last'], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` },
    });
    await screen.shows(/leaderboard/);
    process.kill(screen.process.pid, 'SIGUSR2');
    assert.equal((await screen.exited).exitCode, 1);
    await waitUntil('the screen as it was', () => !screen.isAlternate());
    await waitUntil('the stack', () => screen.everything().includes('Node.js v'));
    assert.match(screen.everything(), /^said before$[\s\S]*Error: unheard of\s+at [\s\S]*failing/m);
    assert.ok(screen.raw().lastIndexOf('\u001b[?25h') > screen.raw().lastIndexOf('\u001b[?25l'));
  }
});

test('a shell gets its terminal back by Ctrl-Z, and fg brings the view back', async (t) => {
  const place = createWorkplace(t);
  await writeStudy(place.home, { study: 'made-1', trials: 12, total: 20, state: 'running' });
  const screen = openScreen(t, ['bash', '--norc', '--noprofile', '-i'], {
    directory: place.directory,
    env: { SWEEP_CACHE: place.cache, PS1: 'prompt> ', NODE: process.execPath, SWEEP: COMMAND },
  });
  await screen.shows(/^prompt>$/m);
  screen.type('"$NODE" "$SWEEP" watch @last\r');
  await screen.shows(/leaderboard/);
  screen.type('\u001a');
  await screen.shows(/Stopped[\s\S]*^prompt>$/m);
  assert.ok(!screen.isAlternate());
  screen.type('fg\r');
  await screen.shows(/leaderboard[\s\S]*p pause/);
  assert.ok(screen.isAlternate());
  screen.type('q');
  await screen.shows(/judged on the same[\s\S]*^prompt>$/m);
});

test('a watched study: ten thousand trials at 200 × 50, one of them opened, news as they come', async (t) => {
  const place = createWorkplace(t);
  await writeStudy(place.home, {
    study: 'made-1',
    trials: 10_000,
    total: 10_020,
    state: 'running',
    withoutReports: true,
    failEvery: 900,
  });
  const bus = openLocalBus(place.home);
  t.after(() => bus.close());
  const lease = await bus.acquireLease('made-1', 'node-a-1');
  const screen = open(t, place, ['watch', '@last'], { columns: 200, rows: 50 });
  await screen.shows(/10,000\/10,020 trials/, 60_000);
  await screen.shows(/leaderboard .*10,000, best first/);
  assert.match(screen.text(), /failed \S+ on node-\S+ TRIAL_DIVERGED/);
  screen.type('s');
  await screen.shows(/newest first/, 2_000);
  screen.type('/units=32\r');
  await screen.shows(/of 10,000, newest first {2}\/units=32/, 2_000);
  screen.type('j\r');
  await screen.shows(/^trial [0-9a-f]{16}$[\s\S]*units=32/m, 2_000);
  await lease.append({ type: 'study.state', state: 'complete', durationMs: 1_000 });
  await screen.shows(/^made-1 {2}complete/m);
  await lease.release();
  screen.type('qq');
  assert.equal((await screen.exited).exitCode, 0);
});

test('without a terminal a watched study is a line for each end, then its leaderboard', async (t) => {
  const place = createWorkplace(t);
  await writeStudy(place.home, { study: 'made-1', trials: 3, state: 'running' });
  const bus = openLocalBus(place.home);
  t.after(() => bus.close());
  const lease = await bus.acquireLease('made-1', 'node-a-1');
  const running = place.start('watch', 'made-1');
  await waitUntil('it looks on', () => running.stderr().includes('watching made-1'));
  await lease.append({ type: 'study.state', state: 'complete', durationMs: 1_000 });
  const { code, stdout } = await running.finished;
  assert.equal(code, 0);
  assert.match(stdout, /naive persistence/);
  await lease.release();
});
