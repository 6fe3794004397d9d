// What is asked for at the same time is looked up once; what is told of a trial is told in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus } from '../../../src/bus/bus.js';
import { Answers } from '../../../src/dashboard/answers.js';
import type { Feeds } from '../../../src/dashboard/feeds.js';
import { SweepError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import { emptyView } from '../../../src/study/study-view.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged, queued, result, trialAt } from '../../support/fixtures/study-events.js';

const RESULT = { ...result(0.3), objectiveInterval: null, objectiveIntervalReason: 'too-few' } as const;

function open(view = emptyView()) {
  const asked: string[] = [];
  const bus = {
    studyEvents: async () => [],
    trialEvents: async (_: string, trial: string) => {
      asked.push(trial);
      await new Promise((resolve) => setImmediate(resolve));
      return trial === trialAt(0) ? logged([queued(0), finished(0, 0.3, { result: RESULT })]) : [];
    },
  } as unknown as Bus;
  const feed = { study: 's', view, curves: { of: () => new Map() } };
  const answers = new Answers({
    bus,
    feeds: { open: async () => feed } as unknown as Feeds,
    cacheDirectory: '',
    version: '1.0.0',
    logger: silentLogger,
    openEngine: () => Promise.reject(new Error('no engine')),
    signal: new AbortController().signal,
  });
  return { answers, asked };
}

test('a trial that several ask for at once is looked up once, and anew for who asks later', async () => {
  const { answers, asked } = open();
  const [first, second] = await Promise.all([0, 1].map(() => answers.trial('s', trialAt(0))));
  assert.equal(first?.result?.objective, 0.3);
  assert.equal(first, second);
  assert.deepEqual(asked, [trialAt(0)]);
  await answers.trial('s', trialAt(0));
  assert.equal(asked.length, 2);
});

test('one that is not found is not remembered', async () => {
  const { answers, asked } = open();
  const notFound = (thrown: unknown) => thrown instanceof SweepError && thrown.code === 'TRIAL_NOT_FOUND';
  for (const _ of [0, 1])
    await Promise.all([0, 1].map(() => assert.rejects(answers.trial('s', trialAt(9)), notFound)));
  assert.equal(asked.length, 2);
});

test('why a trial has no interval is said in words, and of a function, which has none, nothing', async () => {
  const told = async (view = emptyView()) => (await open(view).answers.trial('s', trialAt(0))).result;
  const ofData = await told(foldEvents(logged([created()])));
  assert.equal(ofData?.noInterval, 'it takes 30 windows or more');
  assert.equal(ofData?.objectiveIntervalReason, undefined);
  assert.equal((await told())?.noInterval, undefined);
});
