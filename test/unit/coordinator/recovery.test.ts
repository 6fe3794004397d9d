// What a coordinator makes good after a replay, and what it leaves behind when it cannot.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { Coordinator } from '../../../src/coordinator/coordinator.js';
import { silentLogger } from '../../../src/log.js';
import { listPlan, trialAt } from '../../support/fakes/list-plan.js';
import { manualClock } from '../../support/fakes/manual-clock.js';
import { created, failed, queued, studyRecord } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const STUDY = 'grid-7f3a';

test('a recovery that fails leaves no timer of a retry behind, which would append without a lease', async (t) => {
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  const plan = listPlan([{ x: 0 }, { x: 1 }]);
  const trial = trialAt(plan, 0)?.trial ?? '';
  await bus.createStudy(studyRecord(STUDY));
  await bus.append(STUDY, created());
  await bus.append(STUDY, { ...queued(0, { params: { x: 0 } }), trial });
  await bus.append(STUDY, { ...failed(0, { params: { x: 0 } }), trial });
  // Its id is not that of its point: made by another version.
  await bus.append(STUDY, queued(1, { params: { x: 1 } }));
  const lease = await bus.acquireLease(STUDY, 'c1');
  const clock = manualClock();
  let armed = 0;
  const coordinator = new Coordinator({
    bus,
    lease,
    plan,
    clock: {
      ...clock,
      after: (ms, action) => {
        armed++;
        return clock.after(ms, action);
      },
    },
    logger: silentLogger,
    version: '0.0.0',
    maxUnfinished: 4,
  });
  await assert.rejects(coordinator.run(), { code: 'EVENT_LOG_CORRUPT' });
  assert.equal(armed, 1);
  assert.equal(clock.armed, 0);
});
