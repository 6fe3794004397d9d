// An error at each operation of the bus in turn, once or always, while a study runs, is interrupted and goes on: what
// concerns a trial, a worker or a blob never ends the study; what concerns the log ends in that error, and a resume completes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Bus } from '../../../src/bus/bus.js';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { asSweepError, SweepError } from '../../../src/errors.js';
import type { Scheduler } from '../../../src/search/scheduler.js';
import type { StudyEvent } from '../../../src/study/events.js';
import type { StudyView } from '../../../src/study/study-view.js';
import { type Fault, faultyBus, type Operation, operationsOf } from '../../support/fakes/faulty-bus.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import { type LocalStudyOptions, runLocalStudy } from '../../support/fixtures/local-study.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const LIMIT_MS = 60_000;
const ALWAYS = Number.POSITIVE_INFINITY;

/** Not asked, or not in every run, by a study that runs on one machine. */
const UNUSED: ReadonlySet<Operation> = new Set<Operation>([
  'createStudy',
  'readStudy',
  'listStudies',
  'removeStudy',
  'readLeaseHolder',
  'listPending',
  'clearTrials',
  'trialEvents',
  'studyEvents',
  'readClock',
  'deleteBlob',
  'term',
  'extend',
  'close',
]);
/** Without it there is no study: its failure, if it stays, is the study's. */
const OF_THE_STUDY: ReadonlySet<Operation> = new Set<Operation>(['append', 'events', 'pullTrial']);
/** Done once, before the loop: the command ends with the failure, and the next one goes on. */
const BEFORE_THE_LOOP: ReadonlySet<Operation> = new Set<Operation>(['acquireLease', 'onControl', 'workers']);

interface Outcome {
  readonly end: { readonly view: StudyView } | { readonly error: SweepError };
  /** After a resume on a bus without faults. */
  readonly resumed: StudyView;
  readonly strikes: number;
}

async function runThrough(t: TestContext, fault: Fault): Promise<Outcome> {
  const home = temporaryDirectory(t);
  const again = { fault: 'none', x: 4 };
  const plan = listPlan(
    [
      { fault: 'stored', x: 0 },
      { fault: 'late-divergence', x: 1 },
      { fault: 'reports', x: 2 },
      { fault: 'checkpoint', x: 3, counter: join(home, 'count'), until: 1 },
      again,
      again,
      { fault: 'stored', x: 5 },
    ],
    {},
    stopsAtOnce,
  );
  // What another study has computed is taken from the result cache.
  await runLocalStudy({ home, plan: listPlan([{ fault: 'stored', x: 5 }]), study: 'test-0001' });
  let strikes = 0;
  let isInterrupted = false;
  const interrupt: LocalStudyOptions['onEvent'] = ({ event }, coordinator) => {
    if (isInterrupted || event.type !== 'trial.started' || event.index !== 3) return;
    isInterrupted = true;
    coordinator.interrupt('by the test');
  };
  const runWith = async (times: number): Promise<StudyView> => {
    for (;;) {
      let struck = (): number => 0;
      const wrapBus = (inner: Bus): Bus => {
        const faulty = faultyBus(inner, { ...fault, times: times - strikes });
        struck = faulty.strikes;
        return faulty.bus;
      };
      try {
        const { end, view } = await runLocalStudy({ home, plan, wrapBus, onEvent: interrupt });
        if (end.state !== 'interrupted') return view;
      } finally {
        strikes += struck();
      }
    }
  };
  const end = await runWith(fault.times).then(
    (view) => ({ view }),
    (thrown: unknown) => ({ error: asSweepError(thrown) }),
  );
  return { end, resumed: await runWith(0), strikes };
}

/** Only for its order to the worker; what it stops has ended by then. */
const stopsAtOnce = (): Scheduler => ({
  observe: ({ type, index }) => (type === 'report' ? [{ index, epoch: 1, reason: 'seen enough' }] : []),
});

function describe({ operation, event, times }: Fault): string {
  const what = event === undefined ? operation : `${operation} of ${event}`;
  return times === ALWAYS ? `${what} that always fails` : `${what} that fails once`;
}

function assertEnded(view: StudyView, complete = 6): void {
  assert.equal(view.open.size, 0, 'no trial is open');
  assert.equal(view.complete + view.pruned, complete);
  assert.equal(view.failed, 7 - complete);
}

const operations = operationsOf(openLocalBus('unused'));

for (const operation of operations) {
  test(`${operation} that fails once costs a study nothing`, { timeout: LIMIT_MS }, async (t) => {
    const { end, resumed, strikes } = await runThrough(t, { operation, times: 1 });
    if (!UNUSED.has(operation)) assert.ok(strikes > 0, 'it was never struck');
    if ('error' in end) {
      assert.ok(BEFORE_THE_LOOP.has(operation), `it ended by ${end.error.stack}`);
      assert.match(end.error.message, /injected/);
    } else assertEnded(end.view);
    assertEnded(resumed);
  });
}

for (const operation of operations.filter((name) => !UNUSED.has(name) && !BEFORE_THE_LOOP.has(name))) {
  test(`${operation} that always fails ends its own trials or, as the log, the study`, {
    timeout: LIMIT_MS,
  }, async (t) => {
    const { end, resumed } = await runThrough(t, { operation, times: ALWAYS });
    if (OF_THE_STUDY.has(operation)) {
      assert.ok('error' in end, 'a study without its log has not run');
      assert.match(end.error.message, /injected/);
      return assertEnded(resumed);
    }
    assert.ok('view' in end, 'error' in end ? end.error.stack : '');
    // A model without a place has not been trained; a queue that takes nothing has no trials.
    const lost = operation === 'putBlob' ? 1 : operation === 'publishTrial' ? 5 : 0;
    assertEnded(end.view, 6 - lost);
  });
}

const EVENTS = [
  'trial.queued',
  'trial.started',
  'trial.report',
  'trial.checkpoint',
  'trial.stop',
  'trial.finished',
  'trial.failed',
  'trial.returned',
] as const satisfies readonly StudyEvent['type'][];

for (const event of EVENTS) {
  for (const times of [1, ALWAYS]) {
    const fault: Fault = { operation: 'append', event, times };
    test(describe(fault), { timeout: LIMIT_MS }, async (t) => {
      const { end, resumed, strikes } = await runThrough(t, fault);
      assert.ok(strikes > 0);
      if (times === 1) {
        assert.ok('view' in end, 'error' in end ? end.error.stack : '');
        assertEnded(end.view);
      } else if ('error' in end) assert.match(end.error.message, /injected/);
      assertEnded(resumed);
    });
  }
}

test('a lease that is lost ends the loop at once, by its name', { timeout: LIMIT_MS }, async (t) => {
  const error = new SweepError('LEASE_LOST', 'another coordinator took over');
  const { end, resumed } = await runThrough(t, {
    operation: 'append',
    event: 'trial.queued',
    times: 1,
    error,
  });
  assert.ok('error' in end);
  assert.equal(end.error.code, 'LEASE_LOST');
  assertEnded(resumed);
});
