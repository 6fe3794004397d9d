import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedEvent, StudyEvent } from '../../../src/study/events.js';
import { judgeHistory } from '../../../worker/node/trial-history.js';

const trial = { trial: 'abc', index: 0 };
const point = { params: {}, seed: 1 };
const queued = (attempt: number): StudyEvent => ({
  type: 'trial.queued',
  ...trial,
  ...point,
  attempt,
  requires: 'any',
});
const started = (worker: string, attempt = 1): StudyEvent => ({
  type: 'trial.started',
  ...trial,
  attempt,
  worker,
  fromEpoch: 0,
  engine: 'wasm',
});
const returned = (worker: string, attempt = 1): StudyEvent => ({
  type: 'trial.returned',
  ...trial,
  attempt,
  worker,
  reason: 'draining',
});
const checkpoint = (epoch: number, attempt = 1): StudyEvent => ({
  type: 'trial.checkpoint',
  ...trial,
  attempt,
  epoch,
  blob: attempt === 1 ? `blob-${epoch}` : `blob-${epoch}-of-${attempt}`,
});
const failed = (attempt: number, final: boolean): StudyEvent => ({
  type: 'trial.failed',
  ...trial,
  ...point,
  attempt,
  worker: 'w1',
  error: { code: 'TRIAL_CRASHED', message: 'for a test' },
  final,
});

function judge(
  events: readonly StudyEvent[],
  attempt = 1,
  checkpoints: { epoch: number; blob: string }[] = [],
) {
  const logged: LoggedEvent[] = events.map((event, index) => ({
    seq: index + 1,
    at: '2026-01-01T00:00:00Z',
    event,
  }));
  return judgeHistory(logged, { attempt, checkpoints });
}

test('a trial that was only queued is free', () => {
  assert.deepEqual(judge([queued(1)]), { type: 'free', checkpoints: [] });
});

test('a started trial is held by who started it', () => {
  assert.deepEqual(judge([queued(1), started('w1')]), { type: 'held' });
});

test('a trial that was given back is free and goes on from its newest checkpoint', () => {
  const events = [queued(1), started('w1'), checkpoint(1), checkpoint(2), returned('w1')];
  assert.deepEqual(judge(events), {
    type: 'free',
    checkpoints: [
      { epoch: 2, blob: 'blob-2' },
      { epoch: 1, blob: 'blob-1' },
    ],
  });
});

test('checkpoints are ordered by attempt, then by epoch', () => {
  const first = [queued(1), started('w1'), checkpoint(4), checkpoint(5), failed(1, false)];
  const second = [queued(2), started('w2', 2), checkpoint(1, 2), returned('w2', 2)];
  const sent = [5, 4].map((epoch) => ({ epoch, blob: `blob-${epoch}` }));
  const verdict = judge([...first, ...second], 2, sent);
  assert.deepEqual(verdict.type === 'free' && verdict.checkpoints.map(({ blob }) => blob), [
    'blob-1-of-2',
    'blob-5',
    'blob-4',
  ]);
});

test('checkpoints of the message count beside those of the log', () => {
  const verdict = judge([queued(2)], 2, [{ epoch: 3, blob: 'blob-3' }]);
  assert.deepEqual(verdict, { type: 'free', checkpoints: [{ epoch: 3, blob: 'blob-3' }] });
});

test('taken again after it was given back, it is held by the second worker', () => {
  const events = [queued(1), started('w1'), returned('w1'), started('w2')];
  assert.deepEqual(judge(events), { type: 'held' });
});

test('an attempt that failed, or was followed by another one, is over', () => {
  assert.deepEqual(judge([queued(1), started('w1'), failed(1, false)]), { type: 'over' });
  assert.deepEqual(judge([queued(1), queued(2)]), { type: 'over' });
  assert.deepEqual(judge([queued(1), started('w1'), failed(1, false), queued(2)], 2), {
    type: 'free',
    checkpoints: [],
  });
});

test('a trial that failed for good is over, whatever the attempt', () => {
  assert.deepEqual(judge([failed(1, true)], 3), { type: 'over' });
});
