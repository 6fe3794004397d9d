// What `sweep insight` says where there is little to say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insightText } from '../../../src/leaderboard/insight-text.js';

test('of no complete point there are no values to compare, and that is said', () => {
  const params = [{ param: 'x', importance: null, effects: [], best: null }];
  const told = insightText(
    { points: 0, params, stopping: null, bestSoFar: [] },
    { metric: 'value', useColor: false },
  );
  assert.match(told, /on average over all others\nno point is complete\n\nStopping/);
});
