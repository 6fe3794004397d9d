// What a worker shows of its trials, for people and for scripts.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import picocolors from 'picocolors';
import type { CliContext } from '../../../src/cli/context.js';
import { createWorkerDisplay, type WorkerDisplayOptions } from '../../../src/cli/terminal/worker-display.js';
import { SweepError } from '../../../src/errors.js';
import type { TrialNews } from '../../../worker/node/worker-node.js';

const TRIAL = { study: 'quick-7f3a', trial: 'a71c9746ee9e3f0b', attempt: 1 };
const begun: TrialNews = { type: 'begun', ...TRIAL, params: { cell: 'gru', units: 32 } };
const ended: TrialNews = {
  type: 'ended',
  ...TRIAL,
  durationMs: 39_512.4,
  end: { type: 'finished', state: 'COMPLETE', objective: 0.22561 },
};
const failed: TrialNews = {
  type: 'ended',
  ...TRIAL,
  attempt: 2,
  durationMs: 3_000,
  end: { type: 'failed', error: new SweepError('TRIAL_TIME_LIMIT', 'it took longer than 3 s') },
};

function display(t: TestContext, options: WorkerDisplayOptions) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stdout: string[] = [];
  const stderr: string[] = [];
  const write = (lines: string[]) => ({ write: (text: string) => lines.push(text) > 0 });
  const plain = picocolors.createColors(false);
  const context = {
    stdout: write(stdout),
    stderr: write(stderr),
    colors: { stdout: plain, stderr: plain },
  } as unknown as CliContext;
  return { ...createWorkerDisplay(context, options), stdout, stderr };
}

test('people read one line when a trial begins and one when it ends', (t) => {
  const { onTrial, say, stdout, stderr } = display(t, {});
  say('worker w1 serves');
  for (const news of [begun, ended, failed]) onTrial(news);
  assert.deepEqual(stderr, [
    'worker w1 serves\n',
    'begun     quick-7f3a a71c9746  cell=gru units=32\n',
    'ended     quick-7f3a a71c9746  0.22561, 40 s\n',
    'failed    quick-7f3a a71c9746  TRIAL_TIME_LIMIT: it took longer than 3 s, 3.0 s\n',
  ]);
  assert.deepEqual(stdout, []);
});

test('scripts read JSON lines on standard output', (t) => {
  const { onTrial, stdout, stderr } = display(t, { json: true });
  for (const news of [begun, ended, failed]) onTrial(news);
  const lines = stdout.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ message, study, objective, durationMs, code }) => ({
      message,
      study,
      objective,
      durationMs,
      code,
    })),
    [
      {
        message: 'trial begun',
        study: 'quick-7f3a',
        objective: undefined,
        durationMs: undefined,
        code: undefined,
      },
      {
        message: 'trial ended',
        study: 'quick-7f3a',
        objective: 0.22561,
        durationMs: 39_512,
        code: undefined,
      },
      {
        message: 'trial failed',
        study: 'quick-7f3a',
        objective: undefined,
        durationMs: 3_000,
        code: 'TRIAL_TIME_LIMIT',
      },
    ],
  );
  assert.deepEqual(stderr, []);
});

test('quiet is warnings and errors only, as sentences', (t) => {
  const { onTrial, say, logger, stdout, stderr } = display(t, { quiet: true });
  say('worker w1 serves');
  onTrial(begun);
  logger.warn('heartbeat failed', { error: 'no answer in time', waitMs: 250 });
  logger.error('quarantined', { reason: 'its last five trials failed' });
  assert.deepEqual(stderr, [
    'heartbeat failed: no answer in time (waitMs 250)\n',
    'error quarantined (reason its last five trials failed)\n',
  ]);
  assert.deepEqual(stdout, []);
});

test('trials that end by the thousand are counted rather than listed', (t) => {
  const { onTrial, stderr } = display(t, {});
  for (let count = 0; count < 1000; count++) onTrial(ended);
  const listed = stderr.length;
  assert.ok(listed < 50, `${listed} lines in one second`);
  t.mock.timers.tick(1_000);
  assert.equal(stderr.at(-1), `… and ${1000 - listed} lines more\n`);
  onTrial(begun);
  assert.match(stderr.at(-1) ?? '', /^begun/, 'the next second lists again');
});
