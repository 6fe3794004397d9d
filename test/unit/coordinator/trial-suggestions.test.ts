import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResultCache } from '../../../src/coordinator/result-cache.js';
import type { TrialDispatcher } from '../../../src/coordinator/trial-dispatcher.js';
import { TrialSuggestions } from '../../../src/coordinator/trial-suggestions.js';
import { emptyView } from '../../../src/study/study-view.js';
import { listPlan } from '../../support/fakes/list-plan.js';

test('a plan that fails is told only when what was suggested before it has settled', async () => {
  const list = listPlan([{ x: 0 }, { x: 1 }]);
  let settled = 0;
  const suggestions = new TrialSuggestions({
    plan: {
      ...list,
      plan(index) {
        if (index === 1) throw new RangeError('a bug');
        return list.plan(index);
      },
    },
    maxUnfinished: 4,
    dispatcher: {
      async queue() {
        await new Promise((resolve) => setImmediate(resolve));
        settled += 1;
        throw new Error('the log is full');
      },
    } as unknown as TrialDispatcher,
    cache: { read: async () => null } as unknown as ResultCache,
    view: () => emptyView(),
  });
  await assert.rejects(
    suggestions.suggestMore(() => true),
    /a bug/,
  );
  assert.equal(settled, 1);
});
