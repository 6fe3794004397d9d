// The loop of a study over the local bus with real threads: every trial ends once, whatever happens on the way.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import type { Clock } from '../../../src/coordinator/clock.js';
import type { Scheduler } from '../../../src/search/scheduler.js';
import type { LoggedEvent, StudyEvent } from '../../../src/study/events.js';
import { countTrials } from '../../../src/study/study-view.js';
import type { Params } from '../../../src/study/trial/trial.js';
import { listPlan, refusePoints, trialAt } from '../../support/fakes/list-plan.js';
import { impatientClock, runLocalStudy } from '../../support/fixtures/local-study.js';
import { finished, result } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const points = (count: number): Params[] => Array.from({ length: count }, (_, x) => ({ x, fault: 'none' }));

function ofType<Type extends StudyEvent['type']>(events: readonly LoggedEvent[], type: Type) {
  return events.flatMap(({ event }) =>
    event.type === type ? [event as Extract<StudyEvent, { type: Type }>] : [],
  );
}

test('every point of the list becomes one finished trial', async (t) => {
  const { end, view, events } = await runLocalStudy({
    home: temporaryDirectory(t),
    plan: listPlan(points(12)),
  });
  assert.equal(end.state, 'complete');
  assert.deepEqual(countTrials(view), {
    total: 12,
    pending: 0,
    running: 0,
    complete: 12,
    pruned: 0,
    failed: 0,
    cached: 0,
  });
  assert.equal(view.rows[0]?.objective, 0);
  assert.equal(ofType(events, 'trial.started').length, 12);
});

test('a second study of the same points takes all of them from the result cache', async (t) => {
  const home = temporaryDirectory(t);
  await runLocalStudy({ home, plan: listPlan(points(5)) });
  const { end, view, events } = await runLocalStudy({
    home,
    plan: listPlan(points(6)),
    study: 'test-0001',
  });
  assert.equal(end.state, 'complete');
  assert.equal(view.cached, 5);
  assert.equal(ofType(events, 'trial.started').length, 1);
});

test('the same point twice in one study is computed once', async (t) => {
  const twice = [...points(3), ...points(3)];
  const { view, events } = await runLocalStudy({ home: temporaryDirectory(t), plan: listPlan(twice) });
  assert.equal(view.complete, 6);
  assert.equal(ofType(events, 'trial.started').length, 3);
});

test('a result that came while no coordinator ran is found by a twin and by other studies', async (t) => {
  const home = temporaryDirectory(t);
  const [point] = points(1);
  assert.ok(point);
  const plan = listPlan([point, point]);
  await runLocalStudy({
    home,
    plan,
    onEvent: ({ event }, coordinator) => {
      if (event.type === 'study.created') coordinator.interrupt('before anything ran');
    },
  });
  const bus = openLocalBus(home);
  await bus.append('test-0000', {
    ...finished(0, 0),
    trial: trialAt(plan, 0)?.trial ?? '',
    params: point,
    result: result(0, { modelDigest: null }),
  });
  await bus.close();
  const resumed = await runLocalStudy({ home, plan });
  assert.equal(resumed.end.state, 'complete');
  assert.equal(ofType(resumed.events, 'trial.started').length, 0);
  const other = await runLocalStudy({ home, plan: listPlan([point]), study: 'test-0001' });
  assert.equal(other.view.cached, 1);
});

test('a trial that crashes is tried again until it ends well', async (t) => {
  const home = temporaryDirectory(t);
  const flaky = { fault: 'exit', x: 7, counter: join(home, 'count'), until: 2 };
  const { end, view, events } = await runLocalStudy({ home, plan: listPlan([...points(3), flaky]) });
  assert.equal(end.state, 'complete');
  assert.equal(view.complete, 4);
  const attempts = ofType(events, 'trial.started').filter((event) => event.index === 3);
  assert.deepEqual(
    attempts.map((event) => event.attempt),
    [1, 2, 3],
  );
});

test('a poisonous trial fails after maxAttempts with its reason, and the study goes on', async (t) => {
  const { end, view, events } = await runLocalStudy({
    home: temporaryDirectory(t),
    plan: listPlan([{ fault: 'exit', x: 0 }, ...points(6)]),
  });
  assert.equal(end.state, 'complete');
  assert.equal(view.complete, 6);
  assert.equal(view.failed, 1);
  assert.equal(view.failedTrials[0]?.error.code, 'TRIAL_CRASHED');
  assert.equal(ofType(events, 'trial.started').filter((event) => event.index === 0).length, 3);
});

// Filling the heap takes a loaded machine longer than any limit that a hanging trial should be waited for.
for (const [fault, trialTimeoutMs, reason] of [
  ['hang', 1_500, 'TRIAL_TIME_LIMIT'],
  ['memory', 60_000, 'TRIAL_OUT_OF_MEMORY'],
] as const) {
  test(`a trial that ends by ${fault} fails as ${reason}, and the study goes on`, async (t) => {
    const { view } = await runLocalStudy({
      home: temporaryDirectory(t),
      plan: listPlan([{ fault, x: 0 }, ...points(2)], { maxAttempts: 1, trialTimeoutMs }),
    });
    assert.deepEqual(
      view.failedTrials.map(({ error }) => error.code),
      [reason],
    );
    assert.equal(view.complete, 2);
  });
}

test('a diverged trial is not tried again and does not use up the failure budget', async (t) => {
  const diverging = Array.from({ length: 4 }, (_, x) => ({ fault: 'diverge', x }));
  const { end, view, events } = await runLocalStudy({
    home: temporaryDirectory(t),
    plan: listPlan([...diverging, ...points(1)], { maxFailures: 0 }),
  });
  assert.equal(end.state, 'complete');
  assert.equal(view.failed, 4);
  assert.equal(ofType(events, 'trial.started').length, 5);
});

test('a point that no trial can be made of fails once with its reason, beyond the budget; the others go on', async (t) => {
  const plan = refusePoints(listPlan(points(6), { maxFailures: 0 }), ({ x }) => Number(x) % 3 === 0);
  const { end, view, events } = await runLocalStudy({ home: temporaryDirectory(t), plan });
  assert.equal(end.state, 'complete');
  assert.equal(view.complete, 4);
  assert.deepEqual(
    view.failedTrials.map(({ index, params, error }) => [index, params, error.code, error.message]),
    [0, 3].map((index) => [index, points(6)[index], 'SPEC_INVALID', `point ${index} is bad`]),
  );
  assert.equal(ofType(events, 'trial.failed').length, 2);
  assert.ok(ofType(events, 'trial.queued').every(({ index }) => index % 3 !== 0));
});

test('a study with more failed trials than its budget ends as failed and says so', async (t) => {
  const failing = Array.from({ length: 8 }, (_, x) => ({ fault: 'throw', x }));
  const { end, view } = await runLocalStudy({
    home: temporaryDirectory(t),
    plan: listPlan(failing, { maxAttempts: 1, maxFailures: 2 }),
  });
  assert.equal(end.state, 'failed');
  assert.match(end.reason ?? '', /\d trials failed, limits.maxFailures allows 2/);
  assert.ok(view.failed < 8);
});

test('an interrupted study gives its trials back and goes on where it stopped', async (t) => {
  const home = temporaryDirectory(t);
  const plan = listPlan(Array.from({ length: 10 }, (_, x) => ({ x, fault: 'slow' })));
  const first = await runLocalStudy({
    home,
    plan,
    onEvent: ({ event }, coordinator) => {
      if (event.type === 'trial.finished') coordinator.interrupt('asked by the test');
    },
  });
  assert.equal(first.end.state, 'interrupted');
  assert.ok(first.view.complete < 10);
  const second = await runLocalStudy({ home, plan });
  assert.equal(second.end.state, 'complete');
  assert.equal(second.view.complete, 10);
  assert.equal(second.view.ignored, 0);
  assert.ok(ofType(second.events, 'trial.started').every((event) => event.attempt === 1));
});

test('a scheduler that stops a trial ends it with the result so far', async (t) => {
  const home = temporaryDirectory(t);
  const scheduler = (): Scheduler => ({
    observe: ({ type, index }) =>
      type === 'report' && index === 0 ? [{ index, epoch: 1, reason: 'worse than the median' }] : [],
  });
  const { end, events } = await runLocalStudy({
    home,
    plan: listPlan([{ fault: 'report-and-wait', x: 0 }, ...points(2)], {}, scheduler),
  });
  assert.equal(end.state, 'complete');
  assert.deepEqual(
    ofType(events, 'trial.stop').map((event) => [event.index, event.epoch, event.reason]),
    [[0, 1, 'worse than the median']],
  );
});

/** What the log of a process that was killed again and again looks like: a trial that began, `stored` and nothing after it. */
async function logOfKilledProcess(
  home: string,
  plan: ReturnType<typeof listPlan>,
  attempt: number,
  stored: readonly number[],
  index = 0,
): Promise<void> {
  const bus = openLocalBus(home);
  const planned = trialAt(plan, index);
  assert.ok(planned);
  const common = { trial: planned.trial, index, attempt };
  const { params } = planned;
  await bus.append('test-0000', { type: 'trial.queued', ...common, params, seed: 1, requires: 'any' });
  const begun = { worker: 'worker-dead', fromEpoch: 0, engine: 'wasm' } as const;
  await bus.append('test-0000', { type: 'trial.started', ...common, ...begun });
  for (const epoch of stored) {
    const blob = await bus.putBlob(new Uint8Array([epoch]), { study: 'test-0000', trial: planned.trial });
    await bus.append('test-0000', { type: 'trial.checkpoint', ...common, epoch, blob });
  }
  await bus.close();
}

test('a trial whose process died is run again, and is blamed only if it had stored nothing', async (t) => {
  for (const [stored, failures, attempts] of [
    [[1], 0, 1],
    [[], 1, 2],
  ] as const) {
    const home = temporaryDirectory(t);
    const plan = listPlan(points(3));
    await runLocalStudy({
      home,
      plan,
      onEvent: ({ event }, coordinator) => {
        if (event.type === 'study.created') coordinator.interrupt('before anything ran');
      },
    });
    await logOfKilledProcess(home, plan, 1, stored);
    const { end, view, events } = await runLocalStudy({ home, plan });
    assert.equal(end.state, 'complete');
    assert.equal(view.complete, 3);
    const failed = ofType(events, 'trial.failed');
    assert.deepEqual(
      failed.map(({ worker, attempt, error }) => [worker, attempt, error.code]),
      failures === 0 ? [] : [['worker-dead', 1, 'TRIAL_LOST']],
    );
    assert.deepEqual(
      ofType(events, 'trial.returned').map((event) => [event.worker, event.attempt]),
      failures === 0 ? [['worker-dead', 1]] : [],
    );
    assert.equal(view.rows.find(({ seeds }) => seeds[0]?.index === 0)?.seeds[0]?.attempts, attempts);
  }
});

test('of several trials that had stored nothing when their process died none is blamed', async (t) => {
  const home = temporaryDirectory(t);
  const plan = listPlan(points(3), { maxAttempts: 1 });
  await runLocalStudy({
    home,
    plan,
    onEvent: ({ event }, coordinator) => {
      if (event.type === 'study.created') coordinator.interrupt('before anything ran');
    },
  });
  for (const index of [0, 1]) await logOfKilledProcess(home, plan, 1, [], index);
  const { end, view, events } = await runLocalStudy({ home, plan });
  assert.equal(end.state, 'complete');
  assert.deepEqual([view.complete, view.failed], [3, 0]);
  assert.equal(ofType(events, 'trial.failed').length, 0);
});

test('a trial that ends its process each time fails after maxAttempts, and the others go on', async (t) => {
  const home = temporaryDirectory(t);
  const plan = listPlan(points(3), { maxAttempts: 2 });
  await runLocalStudy({
    home,
    plan,
    onEvent: ({ event }, coordinator) => {
      if (event.type === 'study.created') coordinator.interrupt('before anything ran');
    },
  });
  await logOfKilledProcess(home, plan, 1, []);
  await runLocalStudy({
    home,
    plan,
    onEvent: ({ event }, coordinator) => {
      if (event.type === 'trial.failed') coordinator.interrupt('as if it were killed again');
    },
  });
  await logOfKilledProcess(home, plan, 2, []);
  const { end, view } = await runLocalStudy({ home, plan });
  assert.equal(end.state, 'complete');
  assert.deepEqual([view.complete, view.failed], [2, 1]);
  assert.equal(view.failedTrials[0]?.error.code, 'TRIAL_LOST');
});

test('when limits.maxDuration is over, what runs is finished and no trial starts any more', async (t) => {
  const home = temporaryDirectory(t);
  let reachLimit = (): void => assert.fail('no time limit was set');
  const clock: Clock = {
    ...impatientClock,
    after: (ms, action) => {
      if (ms !== 60_000) return impatientClock.after(ms, action);
      reachLimit = action;
      return () => {};
    },
  };
  const gate = join(home, 'gate');
  const { end, view, events } = await runLocalStudy({
    home,
    plan: listPlan([{ fault: 'gate', gate, x: 7 }, ...points(6)], { maxDurationMs: 60_000 }),
    threads: 1,
    clock,
    onEvent: ({ event }) => {
      if (event.type !== 'trial.started') return;
      reachLimit();
      writeFileSync(gate, '');
    },
  });
  assert.deepEqual(end, { state: 'stopped', reason: 'limits.maxDuration of 1 min 00 s is over' });
  assert.equal(ofType(events, 'trial.started').length, 1);
  assert.equal(view.rows[0]?.objective, 7);
});

// Whether the order or the divergence is first, and whether the trials before it had got anywhere by then.
for (const [story, first, decider] of [
  ['before it was stopped', 'late-reports', 0],
  ['before it heard of its stop', 'late-reports', 1],
  ['with no other trial under way', 'reports', 1],
] as const)
  test(`a trial that diverges ${story} counts up to its stop all the same`, async (t) => {
    const scheduler = (): Scheduler => ({
      observe: (fact) =>
        fact.type === 'report' && fact.index === decider && fact.epoch === 1
          ? [{ index: 1, epoch: 1, reason: 'rank 2 of 2' }]
          : [],
    });
    const home = temporaryDirectory(t);
    const gate = join(home, 'gate');
    const { end, view, events } = await runLocalStudy({
      home,
      plan: listPlan(
        [
          { fault: first, gate, x: 0 },
          { fault: 'reports-then-divergence', x: 1 },
        ],
        { maxAttempts: 1 },
        scheduler,
      ),
      // What comes late comes once the other has diverged.
      onEvent: ({ event }) => {
        if ((event.type === 'trial.failed' || event.type === 'trial.finished') && event.index === 1)
          writeFileSync(gate, '');
      },
    });
    assert.equal(end.state, 'complete');
    assert.deepEqual([view.complete, view.pruned, view.failed, view.failedTrials.length], [1, 1, 0, 0]);
    const [, stopped] = view.rows;
    assert.equal(stopped?.state, 'PRUNED');
    const counted = stopped?.seeds[0]?.result;
    assert.deepEqual([counted?.objective, counted?.epochs, counted?.bestEpoch], [1, 1, 1]);
    if (decider === 0) {
      const order = events.map(({ event }) => event.type);
      assert.ok(order.indexOf('trial.failed') < order.indexOf('trial.stop'));
    }
    assert.equal(ofType(events, 'trial.finished').length, 2);
  });

test('a trial that diverged and is not stopped fails when those before it have ended, and holds up no other', {
  timeout: 60_000,
}, async (t) => {
  const silent = (): Scheduler => ({ observe: () => [] });
  const diverging = Array.from({ length: 12 }, (_, x) => ({ fault: 'reports-then-divergence', x: x + 1 }));
  const gate = join(temporaryDirectory(t), 'gate');
  const { end, view, events } = await runLocalStudy({
    home: temporaryDirectory(t),
    plan: listPlan([{ fault: 'gate', gate, x: 0 }, ...diverging, ...points(1)], {}, silent),
    // The first one goes on until the last one is done: more than may be unfinished at a time lie between them.
    onEvent: ({ event }) => {
      if (event.type === 'trial.finished' && event.index === 13) writeFileSync(gate, '');
    },
  });
  assert.equal(end.state, 'complete');
  assert.deepEqual([view.complete, view.failed], [2, 12]);
  const ends = ofType(events, 'trial.failed').filter(({ final }) => final);
  assert.equal(ends.length, 12);
  const firstEnd = events.findIndex(({ event }) => event.type === 'trial.finished' && event.index === 0);
  assert.ok(events.findIndex(({ event }) => event.type === 'trial.failed' && event.final) > firstEnd);
});

test('a coordinator that ends while a diverged trial is held leaves it to the next one, which trains it no more', async (t) => {
  const home = temporaryDirectory(t);
  const gate = join(home, 'gate');
  const scheduler = (): Scheduler => ({
    observe: ({ type, index }) =>
      type === 'ended' && index === 0 ? [{ index: 1, epoch: 2, reason: 'rank 2 of 2' }] : [],
  });
  const plan = listPlan(
    [
      { fault: 'gate', gate, x: 0 },
      { fault: 'reports-then-divergence', x: 1 },
    ],
    {},
    scheduler,
  );
  const first = await runLocalStudy({
    home,
    plan,
    onEvent: ({ event }, coordinator) => {
      if (event.type === 'trial.failed') coordinator.interrupt('asked by the test');
    },
  });
  assert.deepEqual([first.end.state, first.view.failed, first.view.open.size], ['interrupted', 0, 2]);
  writeFileSync(gate, '');
  const { end, view, events } = await runLocalStudy({ home, plan });
  assert.deepEqual([end.state, view.complete, view.pruned, view.failed], ['complete', 1, 1, 0]);
  assert.equal(view.rows[1]?.seeds[0]?.result.epochs, 2);
  assert.equal(ofType(events, 'trial.started').filter(({ index }) => index === 1).length, 1);
});
