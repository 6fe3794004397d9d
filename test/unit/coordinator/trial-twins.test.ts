import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrialTwins } from '../../../src/coordinator/search/trial-twins.js';
import { listPlan, trialAt } from '../../support/fakes/list-plan.js';
import { failed, finished, result } from '../../support/fixtures/study-events.js';

const plan = listPlan([{ x: 0 }, { x: 1 }, { x: 2 }]);
function planned(index: number) {
  const found = trialAt(plan, index);
  assert.ok(found !== null);
  return found;
}

test('a second index of an open trial waits and is handed out with its end', () => {
  const twins = new TrialTwins();
  assert.deepEqual(twins.admit(0, planned(0)), { type: 'first' });
  assert.deepEqual(twins.admit(7, planned(0)), { type: 'waits' });
  assert.deepEqual(
    twins.release(planned(0).trial).map(({ index }) => index),
    [7],
  );
  assert.deepEqual(twins.admit(8, planned(0)), { type: 'first' });
});

test('remembers the last ends that no cache holds, and only so many', () => {
  const twins = new TrialTwins(2);
  const ends = [0, 1, 2].map((index) => ({ ...failed(index, { final: true }), trial: planned(index).trial }));
  for (const end of ends) twins.remember(end);
  assert.deepEqual(twins.admit(10, planned(0)), { type: 'first' });
  assert.deepEqual(twins.admit(11, planned(1)), { type: 'ended', event: ends[1] });
  assert.deepEqual(twins.admit(12, planned(2)), { type: 'ended', event: ends[2] });
});

test('remembers pruned results and leaves complete ones to the cache', () => {
  const twins = new TrialTwins();
  const pruned = {
    ...finished(0, 0.3, { result: result(0.3, { state: 'PRUNED' }) }),
    trial: planned(0).trial,
  };
  twins.remember(pruned);
  twins.remember({ ...finished(1, 0.3), trial: planned(1).trial });
  assert.deepEqual(twins.admit(10, planned(0)), { type: 'ended', event: pruned });
  assert.deepEqual(twins.admit(11, planned(1)), { type: 'first' });
});
