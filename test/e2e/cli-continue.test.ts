// `start --continue`: the command that a supervisor may repeat.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkplace, type RunningCli, writeSmallSweep } from '../support/processes/cli.js';
import { waitUntil } from '../support/processes/wait-until.js';

const studyOf = (text: string) => /study (small-[0-9a-f]{4})/.exec(text)?.[1] ?? null;
const begun = (running: RunningCli) =>
  waitUntil('the study has begun', () => studyOf(running.stderr()) !== null, 30_000);

test('start --continue goes on with an unfinished study of the same sweep, and begins one when there is none', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { space: { cell: ['gru'], units: [4] } });
  const long = ['start', file, '--continue', '--set', 'training.epochs=2000'];
  const first = place.start(...long);
  await begun(first);
  first.process.kill('SIGKILL');
  await first.finished;

  await t.test('another sweep begins a study of its own', async () => {
    const other = await place.call('start', file, '--continue');
    assert.equal(other.code, 0, other.stderr);
    assert.notEqual(studyOf(other.stderr), studyOf(first.stderr()));
    const ended = await place.call('start', file, '--continue');
    assert.notEqual(studyOf(ended.stderr), studyOf(other.stderr), 'a study that ended is not gone on with');
    assert.match(ended.stderr, /no study of this sweep is unfinished/);
  });

  await t.test('the same sweep goes on, though another study came later', async () => {
    const again = place.start(...long);
    await begun(again);
    assert.equal(studyOf(again.stderr()), studyOf(first.stderr()));
    again.process.kill('SIGKILL');
    await again.finished;
  });

  await t.test('without the option it begins anew', async () => {
    const anew = place.start(...long.filter((word) => word !== '--continue'));
    await begun(anew);
    assert.notEqual(studyOf(anew.stderr()), studyOf(first.stderr()));
    const note = new RegExp(`note: ${studyOf(first.stderr())} of this sweep is unfinished`);
    await waitUntil('the earlier study is named', () => note.test(anew.stderr()));
    anew.process.kill('SIGKILL');
    await anew.finished;
  });
});
