// How many more trials wait where workers are an answer away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentEnds } from '../../../src/coordinator/dispatch/recent-ends.js';

test('as many as ended within the time that an answer takes, and none where trials take seconds', () => {
  let nowMs = 0;
  const ends = new RecentEnds({ now: () => nowMs });
  for (; nowMs < 100; nowMs += 1) ends.note();
  assert.ok(ends.count >= 25 && ends.count <= 30, String(ends.count));
  nowMs += 1_000;
  assert.equal(ends.count, 0);
  ends.note();
  assert.equal(ends.count, 1);
});
