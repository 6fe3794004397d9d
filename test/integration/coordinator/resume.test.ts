// A study killed or interrupted in the middle goes on and ends in the same weights as one that nobody disturbed.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace, type Workplace, waitForLog, writeSmallSweep } from '../../support/processes/cli.js';

interface Row {
  readonly trial: string;
  readonly weightsDigest: string;
  readonly cached: boolean;
  readonly attempts: number;
  readonly objective: number;
}
interface Document {
  readonly study: string;
  readonly state: string;
  readonly trials: Readonly<Record<string, number>>;
  readonly leaderboard: readonly Row[];
  readonly test: readonly unknown[];
}

const SMALL = { epochs: 3, stepsPerEpoch: 30 };

function digests(document: Document): string[] {
  return document.leaderboard.map(({ trial, weightsDigest }) => `${trial} ${weightsDigest}`);
}

function readLog({ home }: Workplace): string {
  const studies = join(home, 'studies');
  if (!existsSync(studies)) return '';
  return readdirSync(studies)
    .flatMap((study) => readdirSync(join(studies, study)).map((file) => join(studies, study, file)))
    .filter((path) => path.endsWith('.jsonl'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('');
}

test('one thread and two threads, killed and resumed or not, end in the same weights', async (t) => {
  const one = createWorkplace(t);
  const undisturbed = await one.json<Document>(
    'start',
    writeSmallSweep(one.directory, SMALL),
    '--workers',
    '1',
  );
  assert.equal(undisturbed.state, 'complete');
  assert.equal(undisturbed.leaderboard.length, 4);
  assert.equal(new Set(undisturbed.leaderboard.map((row) => row.weightsDigest)).size, 4);
  assert.equal(undisturbed.test.length, 1);

  await t.test('two threads', async (t) => {
    const two = createWorkplace(t);
    const document = await two.json<Document>(
      'start',
      writeSmallSweep(two.directory, SMALL),
      '--workers',
      '2',
    );
    assert.deepEqual(digests(document), digests(undisturbed));
    assert.deepEqual(document.test, undisturbed.test);
  });

  await t.test('kill -9 after a checkpoint, then resume', async (t) => {
    const place = createWorkplace(t);
    const running = place.start('start', writeSmallSweep(place.directory, SMALL), '--workers', '2');
    await waitForLog(running, () => readLog(place), /"trial\.checkpoint"/);
    running.process.kill('SIGKILL');
    assert.equal((await running.finished).signal, 'SIGKILL');
    assert.doesNotMatch(readLog(place), /"study\.tested"/);
    const resumed = await place.json<Document>('resume', '@last', '--workers', '2');
    assert.equal(resumed.state, 'complete');
    assert.deepEqual(digests(resumed), digests(undisturbed));
    assert.deepEqual(resumed.test, undisturbed.test);
    assert.match(readLog(place), /"fromEpoch":[1-9]/, 'it went on from a checkpoint');
    const stored = /"type":"trial\.checkpoint","trial":"([0-9a-f]+)"/.exec(readLog(place))?.[1];
    assert.equal(
      resumed.leaderboard.find(({ trial }) => trial === stored)?.attempts,
      1,
      'a killed process is not the blame of a trial that got on',
    );
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    await t.test(`${signal} ends with exit code 3 and the command that goes on`, async (t) => {
      const place = createWorkplace(t);
      const running = place.start('start', writeSmallSweep(place.directory, SMALL), '--workers', '1');
      await waitForLog(running, () => readLog(place), /"trial\.checkpoint"/);
      running.process.kill(signal);
      const { code, stderr } = await running.finished;
      assert.equal(code, 3, stderr);
      const [, study] = /sweep resume (small-[0-9a-f]{4})/.exec(stderr) ?? [];
      assert.ok(study, stderr);
      const status = await place.json<Document>('status', study);
      assert.equal(status.state, 'interrupted');
      // It goes on as after the other: one listener hears both (unit/worker/interrupts).
      if (signal === 'SIGTERM') return;
      const resumed = await place.json<Document>('resume', study);
      assert.equal(resumed.state, 'complete');
      assert.deepEqual(digests(resumed), digests(undisturbed));
    });
  }
});

test('a second signal ends a study at once and says what is lost and how it goes on', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 200, stepsPerEpoch: 100 });
  const running = place.start('start', file, '--workers', '1');
  await waitForLog(running, () => readLog(place), /"trial\.started"/);
  // Both wait for it when it goes on.
  for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) running.process.kill(signal);
  const { code, stderr } = await running.finished;
  assert.equal(code, 3, stderr);
  assert.match(
    stderr,
    /ended at once: the epoch in flight of 1 trial is lost; go on with: sweep resume small-/,
  );
});

test('resume shows what it computes, not what was computed before', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 8, stepsPerEpoch: 40 });
  const running = place.start('start', file, '--workers', '1');
  await waitForLog(running, () => readLog(place), /"trial\.finished"/);
  running.process.kill('SIGINT');
  assert.equal((await running.finished).code, 3);
  const before = [...readLog(place).matchAll(/"trial\.finished"/g)].length;
  const { code, stderr } = await place.run('resume', '@last', '--workers', '1');
  assert.equal(code, 0, stderr);
  const shown = [...stderr.matchAll(/^\[(\d)\/4\]/gm)].map(([, count]) => Number(count));
  assert.deepEqual(shown, [1, 2, 3, 4].slice(before));
});

test('a second start of the same file takes every trial from the cache', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory);
  const first = await place.json<Document>('start', file);
  const second = await place.json<Document>('start', file);
  assert.notEqual(second.study, first.study);
  assert.equal(second.trials.cached, 4);
  assert.ok(second.leaderboard.every((row) => row.cached));
  assert.deepEqual(digests(second), digests(first));
  assert.deepEqual(second.test, first.test);
});

test('a study that another process runs cannot be resumed: exit code 4', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 200, stepsPerEpoch: 100 });
  const running = place.start('start', file, '--workers', '1');
  await waitForLog(running, () => readLog(place), /"trial\.started"/);
  const { code, stdout } = await place.run('resume', '@last', '--json');
  assert.equal(code, 4);
  assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'STUDY_LOCKED');
  running.process.kill('SIGINT');
  running.process.kill('SIGINT');
  assert.equal((await running.finished).code, 3);
});

test('a finished study leaves its models and no checkpoints behind', async (t) => {
  const place = createWorkplace(t);
  const { leaderboard } = await place.json<Document>('start', writeSmallSweep(place.directory));
  const blobs = readdirSync(join(place.home, 'blobs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /[0-9a-f]{62,64}$/.test(name),
  );
  assert.equal(blobs.length, leaderboard.length);
});
