import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResultCache } from '../../../src/coordinator/dispatch/result-cache.js';
import type { TrialDispatcher } from '../../../src/coordinator/dispatch/trial-dispatcher.js';
import { Proposals } from '../../../src/coordinator/search/proposals.js';
import { TrialSuggestions } from '../../../src/coordinator/search/trial-suggestions.js';
import { emptyView } from '../../../src/study/study-view.js';
import { listPlan } from '../../support/fakes/list-plan.js';

test('a plan that fails is told only when what was suggested before it has settled', async () => {
  const list = listPlan([{ x: 0 }, { x: 1 }]);
  let settled = 0;
  const suggestions = new TrialSuggestions({
    proposals: new Proposals({
      ...list,
      resolve(params, repeat) {
        if (params.x === 1) throw new RangeError('a bug');
        return list.resolve(params, repeat);
      },
    }),
    maxUnfinished: 4,
    dispatcher: {
      async queueFirst() {
        await new Promise((resolve) => setImmediate(resolve));
        settled += 1;
        throw new Error('the log is full');
      },
    } as unknown as TrialDispatcher,
    cache: { read: async () => null, findOrigin: async () => null } as unknown as ResultCache,
    fold: { view: emptyView() },
    held: { count: 0 },
    onTwin: () => {},
  });
  await assert.rejects(
    suggestions.suggestMore(() => true),
    /a bug/,
  );
  assert.equal(settled, 1);
});
