import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { WorkerInfo } from '../../../src/bus/bus.js';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import type { Quarantine } from '../../../src/coordinator/dispatch/quarantine.js';
import { Reconciler } from '../../../src/coordinator/dispatch/reconciler.js';
import type { TrialRetries } from '../../../src/coordinator/dispatch/trial-retries.js';
import { silentLogger } from '../../../src/log.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import {
  created,
  logged,
  queued,
  started,
  studyRecord,
  trialAt,
  workerInfo,
} from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const STUDY = 'grid-7f3a';
const LOOK_MS = 5_000;

/** A running trial of worker w1, and a bus that tells of these workers. Returns why it was lost, as known after each look. */
async function look(
  t: TestContext,
  workers: readonly WorkerInfo[],
  looks: number,
): Promise<(string | null)[]> {
  const inner = openLocalBus(temporaryDirectory(t));
  t.after(() => inner.close());
  await inner.createStudy(studyRecord(STUDY));
  let lost: string | null = null;
  const bus = new Proxy(inner, {
    get(target, name) {
      if (name === 'workers') return async () => workers.map((info) => ({ ...info, lastSeenMs: 1 }));
      // Its message stays on the queue until somebody acknowledges it.
      if (name === 'listPending') return async () => new Set([trialAt(0)]);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  t.mock.timers.enable({ apis: ['setInterval'] });
  const view = foldEvents(logged([created(), queued(0), started(0)]));
  const reconciler = new Reconciler({
    bus,
    study: STUDY,
    logger: silentLogger,
    retries: {
      isWaiting: () => false,
      recordLost: async (_, message) => {
        lost = message;
      },
    } as Partial<TrialRetries> as TrialRetries,
    quarantine: { repeat() {} } as unknown as Quarantine,
    fold: { view },
    course: { isHeld: false },
  });
  reconciler.start(() => {});
  const seen: (string | null)[] = [];
  for (let count = 0; count < looks; count++) {
    if (count > 0) t.mock.timers.tick(LOOK_MS);
    // More turns than the bus takes to answer.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    seen.push(lost);
  }
  await reconciler.close();
  t.mock.timers.reset();
  return seen;
}

test('a trial whose worker is silent is lost at the second look', async (t) => {
  const [first, second] = await look(t, [workerInfo('w2')], 2);
  assert.equal(first, null);
  assert.match(second ?? '', /w1 stopped answering/);
});

test('a worker that lives is believed for four looks: its heartbeat may be older than the trial', async (t) => {
  const seen = await look(t, [workerInfo('w1', { running: [] })], 4);
  assert.deepEqual(seen.slice(0, 3), [null, null, null]);
  assert.match(seen[3] ?? '', /w1 lives but has lost the trial/);
});

test('a trial that its worker says it holds is never lost', async (t) => {
  const seen = await look(t, [workerInfo('w1')], 6);
  assert.deepEqual(new Set(seen), new Set([null]));
});
