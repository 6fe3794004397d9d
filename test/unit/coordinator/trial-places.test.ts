// Events that others wrote of places the coordinator has not given out: the study goes on and computes its own trials.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { Coordinator } from '../../../src/coordinator/coordinator.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import { manualClock } from '../../support/fakes/manual-clock.js';
import {
  created,
  failed,
  finished,
  reported,
  result,
  started,
  studyRecord,
} from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const FOREIGN = 'feedfacefeedface';

const strangers: readonly (readonly [string, StudyEvent])[] = [
  ['a report', { ...reported(2, 1, 0.1), trial: FOREIGN }],
  ['a start', { ...started(2), trial: FOREIGN }],
  ['a failure', { ...failed(2, { params: {} }), trial: FOREIGN }],
  ['an index far inside a huge grid', { ...reported(999_999_999, 1, 0.1), trial: FOREIGN }],
  ['an index outside of it', { ...reported(9_007_199_254_740_000, 1, 0.1), trial: FOREIGN }],
];

for (const [name, stranger] of strangers) {
  for (const when of ['before', 'during'] as const) {
    test(`${name} of a trial that nobody asked for, ${when} the run`, { timeout: 60_000 }, async (t) => {
      const bus = openLocalBus(temporaryDirectory(t));
      t.after(() => bus.close());
      await bus.createStudy(studyRecord(STUDY));
      await bus.append(STUDY, created({ dataset: null, total: 1_000_000_000 }));
      if (when === 'before') await bus.append(STUDY, stranger);
      const points = Array.from({ length: 4 }, (_, x) => ({ x }));
      const coordinator = new Coordinator({
        bus,
        lease: await bus.acquireLease(STUDY, 'c1'),
        plan: listPlan(points),
        clock: manualClock(),
        logger: silentLogger,
        version: '0.0.0',
        maxUnfinished: 2,
      });
      const run = coordinator.run();
      if (when === 'during') await bus.append(STUDY, stranger);
      const seen: string[] = [];
      while (seen.length < 4) {
        const delivery = await bus.pullTrial({ requirements: ['any'], expiresMs: 20_000 });
        assert.ok(delivery !== null, `after ${seen.length} trials`);
        const { trial, index, params } = delivery.message;
        seen.push(trial);
        const end = { trial, params, result: result(0.5, { modelDigest: null }) };
        await bus.append(STUDY, { ...finished(index, 0.5), ...end });
        await delivery.ack();
      }
      await waitUntil('the end of all', () => coordinator.view.complete === 4);
      assert.deepEqual(await run, { state: 'complete', reason: null });
      assert.equal(new Set(seen).size, 4);
      assert.ok(!seen.includes(FOREIGN));
    });
  }
}
