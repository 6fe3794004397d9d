import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Notice, NoticeFinder, noticeOfEnd } from '../../../../src/cli/notify/notice.js';
import { Notifier } from '../../../../src/cli/notify/notifier.js';
import { sign } from '../../../../src/cli/notify/webhook.js';
import type { StudyEvent } from '../../../../src/study/events.js';
import { StudyFold } from '../../../../src/study/fold.js';
import { created, finished, logged } from '../../../support/fixtures/study-events.js';

const state = (name: 'running' | 'paused' | 'complete' | 'failed', reason?: string): StudyEvent => ({
  type: 'study.state',
  state: name,
  durationMs: 1,
  ...(reason === undefined ? {} : { reason }),
});

function kindsOf(events: readonly StudyEvent[]): (string | undefined)[] {
  const fold = new StudyFold();
  const finder = new NoticeFinder();
  return events.map((event, at) => {
    fold.apply(logged([event], at + 1)[0]!);
    return finder.find(fold.view)?.kind;
  });
}

test('a better row is news, a worse one and the first of all are none', () => {
  const results = [0.5, 0.6, 0.4, 0.4, 0.3].map((value, index) => finished(index, value));
  assert.deepEqual(kindsOf([created({ total: 5 }), state('running'), ...results]), [
    undefined,
    undefined,
    undefined,
    undefined,
    'new-best',
    undefined,
    'new-best',
  ]);
});

test('a pause is told once, and again after the study went on', () => {
  const events = [created(), state('paused'), finished(0, 1), state('running'), state('paused')];
  assert.deepEqual(kindsOf(events), [undefined, 'paused', undefined, undefined, 'paused']);
});

test('an end says how, and what was best', () => {
  const fold = new StudyFold();
  const events = [created(), finished(0, 0.25), state('failed', '3 trials failed, 2 are allowed')];
  for (const event of logged(events)) fold.apply(event);
  const notice = noticeOfEnd(fold.view);
  assert.equal(notice?.kind, 'failed');
  assert.equal(notice?.message, 'sweep grid-7f3a: failed: 3 trials failed, 2 are allowed');
  assert.equal(notice?.best?.objective, 0.25);
});

test('one notice at a time; of new bests that wait only the newest is told; a failure is a warning', async () => {
  const told: string[] = [];
  const warnings: string[] = [];
  let release: () => void = () => {};
  const slow = {
    name: 'slow',
    tell: async ({ kind, best }: Notice) => {
      told.push(`${kind} ${best?.objective}`);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return told.length === 1 ? 'it answered 500' : null;
    },
  };
  const notifier = new Notifier([slow], { warn: (text: string) => warnings.push(text) });
  const fold = new StudyFold();
  const events = [created(), ...[5, 4, 3, 2].map((value, index) => finished(index, value))];
  for (const [at, event] of logged(events).entries()) {
    fold.apply(event);
    notifier.onEvent(fold.view, at < 2);
  }
  fold.apply(logged([state('complete')], 9)[0]!);
  const ended = notifier.end(fold.view);
  for (let turn = 0; turn < 3; turn++) {
    release();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.deepEqual(told, ['new-best 4', 'new-best 2', 'finished 2']);
  assert.deepEqual(warnings, ['slow was not told of "new-best": it answered 500']);
});

test('a signature is that of the published example of Standard Webhooks', () => {
  const text = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
  assert.equal(
    sign(text, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});
