// When a study's queue counts as cleared: what was on its way to a worker has shown itself by then.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { QueueClearing } from '../../../src/coordinator/dispatch/queue-clearing.js';
import { silentLogger } from '../../../src/log.js';
import { manualClock } from '../../support/fakes/manual-clock.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

function openClearing(t: TestContext) {
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  const clock = manualClock();
  let done = 0;
  const clearing = new QueueClearing({
    bus,
    study: 'grid-7f3a',
    clock,
    logger: silentLogger,
    bell: { ring: () => done++ },
  });
  return { clearing, clock, done: () => done };
}

test('a queue is cleared a second after its trials were taken off it', async (t) => {
  const { clearing, clock, done } = openClearing(t);
  clearing.want();
  await clearing.clearIfWanted();
  clock.pass(999);
  assert.equal(clearing.isDone, false);
  clock.pass(1);
  assert.equal(clearing.isDone, true);
  assert.equal(done(), 1);
});

test('pause, resume and stop within a second: the wait of the pause does not end that of the stop', async (t) => {
  const { clearing, clock, done } = openClearing(t);
  clearing.want();
  await clearing.clearIfWanted();
  clock.pass(900);
  clearing.forget();
  clearing.want();
  await clearing.clearIfWanted();
  clock.pass(100);
  assert.equal(clearing.isDone, false);
  assert.equal(done(), 0);
  clock.pass(900);
  assert.equal(clearing.isDone, true);
});

test('a clearing that is forgotten while the queue is cleared arms no wait', async (t) => {
  const { clearing, clock } = openClearing(t);
  clearing.want();
  const clearingNow = clearing.clearIfWanted();
  clearing.forget();
  await clearingNow;
  assert.equal(clock.armed, 0);
});
