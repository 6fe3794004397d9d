import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import type { TrialAttempt } from '../../../worker/node/trial-attempt.js';
import { TrialWatch } from '../../../worker/node/trial-watch.js';
import {
  created,
  finished,
  queued,
  started,
  studyRecord,
  trialAt,
  trialMessage,
} from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const state = (next: 'cancelled' | 'paused' | 'running'): StudyEvent => ({
  type: 'study.state',
  state: next,
  durationMs: 1,
});

/** A watch over one trial in hand whose message is gone from the queue, or still there. */
async function openWatch(t: TestContext, isPending: boolean, ...events: readonly StudyEvent[]) {
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  await bus.createStudy(studyRecord(STUDY));
  for (const event of events) await bus.append(STUDY, event);
  const message = trialMessage(0);
  if (isPending) await bus.publishTrial(message);
  const said: string[] = [];
  const attempt = {
    study: STUDY,
    trial: trialAt(0),
    message,
    interrupt: (reason: string) => said.push(`interrupt: ${reason}`),
    abandon: (reason: string) => said.push(`abandon: ${reason}`),
  } as unknown as TrialAttempt;
  let looks = 0;
  const watch = new TrialWatch({
    bus,
    logger: silentLogger,
    everyMs: 1,
    attempts: () => {
      looks++;
      return [attempt];
    },
  });
  t.after(() => watch.close());
  return { said, look: (count: number) => waitUntil('it looked', () => looks >= count) };
}

const begun = [created(), queued(0), started(0)];

test('lets a trial go on that is on the queue, whatever the log says', async (t) => {
  const { said, look } = await openWatch(t, true, ...begun, state('cancelled'));
  await look(3);
  assert.deepEqual(said, []);
});

test('lets a trial of a paused study go on, which is not on the queue', async (t) => {
  const { said, look } = await openWatch(t, false, ...begun, state('running'), state('paused'));
  await look(3);
  assert.deepEqual(said, []);
});

test('interrupts a trial of a study that was cancelled unheard', async (t) => {
  const { said, look } = await openWatch(t, false, ...begun, state('running'), state('cancelled'));
  await look(2);
  assert.equal(said[0], 'interrupt: its study is cancelled');
});

test('abandons a trial that has ended elsewhere, or that another attempt has replaced', async (t) => {
  for (const end of [finished(0, 0.2), queued(0, { attempt: 2 })]) {
    const { said, look } = await openWatch(t, false, ...begun, state('running'), end);
    await look(2);
    assert.match(said[0] ?? '', /^abandon: it was given up on/);
  }
});

test('abandons a trial whose study is no more', async (t) => {
  const { said, look } = await openWatch(t, false);
  await look(2);
  assert.equal(said[0], 'abandon: its study was removed');
});

test('asks the queue for the trials in hand alone, however many others there are', async (t) => {
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  const asked: unknown[][] = [];
  const listening = new Proxy(bus, {
    get: (target, name) =>
      name === 'listPending'
        ? async (...question: unknown[]) => {
            asked.push(question);
            return new Set([trialAt(3)]);
          }
        : Reflect.get(target, name),
  });
  const attempt = { study: STUDY, trial: trialAt(3) } as unknown as TrialAttempt;
  const watch = new TrialWatch({
    bus: listening,
    logger: silentLogger,
    everyMs: 1,
    attempts: () => [attempt],
  });
  t.after(() => watch.close());
  await waitUntil('it asked', () => asked.length > 0);
  assert.deepEqual(asked[0], [STUDY, trialAt(3)]);
});
