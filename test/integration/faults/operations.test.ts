// An error at each operation of the bus in turn, once or always, while a study runs, is interrupted and goes on: what
// concerns a trial, a worker or a blob never ends the study; what concerns the log ends in that error, and a resume completes.
// For each operation on the local bus and over NATS, there by turns on servers of their own, as cases share a server's queue.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Bus } from '../../../src/bus/bus.js';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { asSweepError, SweepError } from '../../../src/errors.js';
import type { Scheduler } from '../../../src/search/scheduler.js';
import type { StudyEvent } from '../../../src/study/events.js';
import type { TrialPool } from '../../../worker/thread/trial-pool.js';
import { type Fault, faultyBus, type Operation, operationsOf } from '../../support/fakes/faulty-bus.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import {
  type LocalStudyOptions,
  type LocalStudyRun,
  openFaultPool,
  runLocalStudy,
} from '../../support/fixtures/local-study.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const LIMIT_MS = 60_000;
const ALWAYS = Number.POSITIVE_INFINITY;

/** Not asked, or not in every run, by a study that runs on one machine. */
const UNUSED: ReadonlySet<Operation> = new Set<Operation>([
  'placeOfRecord',
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

/** Trials of the plan, and the one of them that fails by itself. */
const TOTAL = 7;
const DIVERGES = 1;
/** Of an event that is never taken, the trials that have one: each attempt that it fails counts, as a lost one does. */
const LOST_BY_EVENT: Readonly<Partial<Record<StudyEvent['type'], readonly number[]>>> = {
  'trial.started': [0, 2, 3, 4, 6],
  'trial.report': [2],
  'trial.finished': [0, 2, 3, 4, 5, 6],
};

/** Of an operation that always fails, the trials that need it; the one at 6 is in the result cache. */
const LOST_BY_OPERATION: Readonly<Partial<Record<Operation, readonly number[]>>> = {
  publishTrial: [0, 2, 3, 4, 5],
  putBlob: [0],
};

/** Most of a case is waiting for the next try. */
const CASES_AT_ONCE = 4;
/** Threads take longer to start than a study takes here. */
let pool: TrialPool;
/** Of a suite: at the end of the file nothing would end them, as they keep the process from it. */
function keepPool(threads: number): void {
  before(() => {
    pool = openFaultPool(threads);
  });
  after(() => pool.close());
}

type Run = Pick<LocalStudyRun, 'view' | 'events'>;

interface Outcome {
  readonly end: Run | { readonly error: SweepError };
  /** After a resume on a bus without faults. */
  readonly resumed: Run;
  readonly strikes: number;
}

/** Where one case runs: on a home of its own, or with studies of its own on a server. */
interface Ground {
  readonly home: string;
  readonly bus?: Bus;
  /** Of the case, where several share a server: its studies' names, and its trials, that none be in the result cache. */
  readonly number?: number;
}

async function runThrough(fault: Fault, ground: Ground): Promise<Outcome> {
  const { home, bus, number = 0 } = ground;
  const suffix = number.toString(16).padStart(4, '0');
  const x = (index: number): number => 10 * number + index;
  const place = { home, pool, ...(bus === undefined ? {} : { bus }) };
  const again = { fault: 'none', x: x(4) };
  const plan = listPlan(
    [
      { fault: 'stored', x: x(0) },
      { fault: 'late-divergence', x: x(1) },
      { fault: 'report-and-linger', x: x(2) },
      { fault: 'checkpoint', x: x(3), counter: join(home, 'count'), until: 1 },
      again,
      again,
      { fault: 'stored', x: x(5) },
    ],
    {},
    stopsAtOnce,
  );
  // What another study has computed is taken from the result cache.
  await runLocalStudy({
    ...place,
    plan: listPlan([{ fault: 'stored', x: x(5) }]),
    study: `earlier-${suffix}`,
  });
  let strikes = 0;
  let isInterrupted = false;
  const interrupt: LocalStudyOptions['onEvent'] = ({ event }, coordinator) => {
    if (isInterrupted || event.type !== 'trial.started' || event.index !== 3) return;
    isInterrupted = true;
    coordinator.interrupt('by the test');
  };
  const runWith = async (times: number): Promise<Run> => {
    for (;;) {
      let struck = (): number => 0;
      const wrapBus = (inner: Bus): Bus => {
        const faulty = faultyBus(inner, { ...fault, times: times - strikes });
        struck = faulty.strikes;
        return faulty.bus;
      };
      try {
        const study = `test-${suffix}`;
        const run = await runLocalStudy({ ...place, study, plan, wrapBus, onEvent: interrupt });
        if (run.end.state !== 'interrupted') return run;
      } finally {
        strikes += struck();
      }
    }
  };
  const end = await runWith(fault.times).catch((thrown: unknown) => ({ error: asSweepError(thrown) }));
  return { end, resumed: await runWith(0), strikes };
}

/** Only for its order to the worker; what it stops has ended by then. */
const stopsAtOnce = (): Scheduler => ({
  observe: ({ type, index }) => (type === 'report' ? [{ index, epoch: 1, reason: 'seen enough' }] : []),
});

const onDisk = (t: TestContext): Ground => ({ home: temporaryDirectory(t) });

function titleOf({ operation, event, times }: Fault): string {
  const what = event === undefined ? operation : `${operation} of ${event}`;
  return times === ALWAYS ? `${what} that always fails` : `${what} that fails once`;
}

function assertEnded({ view }: Run, complete = 6): void {
  assert.equal(view.open.size, 0, 'no trial is open');
  assert.equal(view.complete + view.pruned, complete);
  assert.equal(view.failed, TOTAL - complete);
}

/** All have ended; what failed did so by itself or, of `mayFail`, by the fault, and says so. */
function assertLostOnly({ view, events }: Run, mayFail: readonly number[]): void {
  assert.equal(view.open.size, 0, 'no trial is open');
  assert.equal(view.complete + view.pruned + view.failed, TOTAL);
  const failures = events.flatMap(({ event }) =>
    event.type === 'trial.failed' && event.final ? [event] : [],
  );
  assert.equal(new Set(failures.map(({ index }) => index)).size, view.failed);
  for (const { index, error } of failures) {
    if (index === DIVERGES) assert.match(error.message, /NaN in epoch 5|injected/);
    else {
      assert.ok(mayFail.includes(index), `trial ${index} failed: ${error.message}`);
      assert.match(error.message, /injected/);
    }
  }
}

const operations = operationsOf(openLocalBus('unused'));

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

describe('on one machine', { concurrency: CASES_AT_ONCE }, () => {
  keepPool(2 * CASES_AT_ONCE);

  for (const operation of operations) {
    test(`${operation} that fails once costs a study nothing`, { timeout: LIMIT_MS }, async (t) => {
      const { end, resumed, strikes } = await runThrough({ operation, times: 1 }, onDisk(t));
      if (!UNUSED.has(operation)) assert.ok(strikes > 0, 'it was never struck');
      if ('error' in end) {
        assert.ok(BEFORE_THE_LOOP.has(operation), `it ended by ${end.error.stack}`);
        assert.match(end.error.message, /injected/);
      } else assertEnded(end);
      assertEnded(resumed);
    });
  }

  for (const operation of operations.filter((name) => !UNUSED.has(name) && !BEFORE_THE_LOOP.has(name))) {
    test(`${operation} that always fails ends its own trials or, as the log, the study`, {
      timeout: LIMIT_MS,
    }, async (t) => {
      const { end, resumed } = await runThrough({ operation, times: ALWAYS }, onDisk(t));
      if (OF_THE_STUDY.has(operation)) {
        assert.ok('error' in end, 'a study without its log has not run');
        assert.match(end.error.message, /injected/);
        return assertEnded(resumed);
      }
      assert.ok('view' in end, 'error' in end ? end.error.stack : '');
      // A model without a place has not been trained; a queue that takes nothing has no trials.
      const lost = operation === 'putBlob' ? 1 : operation === 'publishTrial' ? 5 : 0;
      assertEnded(end, 6 - lost);
    });
  }

  for (const event of EVENTS) {
    for (const times of [1, ALWAYS]) {
      const fault: Fault = { operation: 'append', event, times };
      test(titleOf(fault), { timeout: LIMIT_MS }, async (t) => {
        const { end, resumed, strikes } = await runThrough(fault, onDisk(t));
        assert.ok(strikes > 0);
        if (times === 1) {
          assert.ok('view' in end, 'error' in end ? end.error.stack : '');
          assertEnded(end);
          return assertEnded(resumed);
        }
        if ('error' in end) assert.match(end.error.message, /injected/);
        const lost = LOST_BY_EVENT[event];
        if (lost === undefined) assertEnded(resumed);
        else assertLostOnly(resumed, lost);
      });
    }
  }

  test('a lease that is lost ends the loop at once, by its name', { timeout: LIMIT_MS }, async (t) => {
    const error = new SweepError('LEASE_LOST', 'another coordinator took over');
    const fault: Fault = { operation: 'append', event: 'trial.queued', times: 1, error };
    const { end, resumed } = await runThrough(fault, onDisk(t));
    assert.ok('error' in end);
    assert.equal(end.error.code, 'LEASE_LOST');
    assertEnded(resumed);
  });
});

/** Asked over NATS alone, where workers outlive their coordinator; not in every run. */
const ASKED_OVER_NATS: readonly Operation[] = ['listPending', 'extend'];
/** Without which no study is taken up again, so that a resume may end by it. */
const OF_A_RESUME: ReadonlySet<Operation> = new Set<Operation>(['listPending']);

const NATS_CASES: readonly Fault[] = [
  ...operations.map((operation) => ({ operation, times: 1 })),
  ...operations
    .filter((name) => (!UNUSED.has(name) || ASKED_OVER_NATS.includes(name)) && !BEFORE_THE_LOOP.has(name))
    .map((operation) => ({ operation, times: ALWAYS })),
  ...EVENTS.map((event) => ({ operation: 'append' as const, event, times: 1 })),
];

describe('over NATS', { skip: skipWithoutNats(), concurrency: CASES_AT_ONCE }, () => {
  keepPool(2 * CASES_AT_ONCE);
  for (let lane = 0; lane < CASES_AT_ONCE; lane++) {
    describe(`server ${lane + 1}`, { concurrency: 1 }, () => {
      let server: NatsServer;
      let bus: Bus;
      before(async () => {
        server = await NatsServer.start();
        // A delivery that nobody lets go of comes again after this long.
        bus = await openNatsBus({ servers: server.url, role: 'coordinator', ackWaitMs: 2_000 });
      });
      after(async () => {
        await bus.close();
        await server.stop();
      });
      for (const [number, fault] of NATS_CASES.entries()) {
        if (number % CASES_AT_ONCE !== lane) continue;
        test(titleOf(fault), { timeout: LIMIT_MS }, async (t) => {
          const ground = { number: number + 1, home: temporaryDirectory(t), bus };
          assertSurvived(fault, await runThrough(fault, ground));
        });
      }
    });
  }
});

function assertSurvived({ operation, event, times }: Fault, { end, resumed, strikes }: Outcome): void {
  if (!UNUSED.has(operation)) assert.ok(strikes > 0, 'it was never struck');
  const mayFail = times === 1 ? [] : (LOST_BY_OPERATION[operation] ?? []);
  if ('error' in end) {
    const endsIt =
      times === 1
        ? BEFORE_THE_LOOP.has(operation)
        : OF_THE_STUDY.has(operation) || OF_A_RESUME.has(operation);
    assert.ok(endsIt && event === undefined, `it ended by ${end.error.stack}`);
    assert.match(end.error.message, /injected/);
  } else {
    assert.ok(times === 1 || !OF_THE_STUDY.has(operation), 'a study without its log has not run');
    assertLostOnly(end, mayFail);
  }
  assertLostOnly(resumed, mayFail);
}
