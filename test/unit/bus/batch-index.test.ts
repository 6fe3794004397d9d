// Which messages tell of a trial, as far as a log was read without a gap, and in bounds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchIndex } from '../../../src/bus/nats/event-log/batch-index.js';

test('a trial is found in each message that tells of it, up to where the log was read', () => {
  const index = new BatchIndex();
  index.take('s', 0, 2, ['a', 'b', 'a']);
  index.take('s', 2, 5, []);
  index.take('s', 5, 9, ['c', 'a']);
  assert.deepEqual(index.find('s', 'a'), { sequences: [2, 9], end: 9 });
  assert.deepEqual(index.find('s', 'b'), { sequences: [2], end: 9 });
  assert.deepEqual(index.find('s', 'none'), { sequences: [], end: 9 });
  assert.deepEqual(index.find('other', 'a'), { sequences: [], end: 0 });
});

test('a second reader adds nothing, and one that begins in the middle is not believed', () => {
  const index = new BatchIndex();
  index.take('s', 0, 2, ['a']);
  index.take('s', 0, 2, ['a']);
  index.take('s', 4, 6, ['a']);
  index.take('unread', 4, 6, ['a']);
  assert.deepEqual(index.find('s', 'a'), { sequences: [2], end: 2 });
  assert.deepEqual(index.find('unread', 'a'), { sequences: [], end: 0 });
});

test('in bounds: other studies are let go of, and one alone that is too long is known up to there', () => {
  const index = new BatchIndex(4);
  index.take('old', 0, 1, ['a', 'b', 'c']);
  index.take('s', 0, 2, ['a', 'b', 'c']);
  assert.equal(index.find('old', 'a').end, 0);
  index.take('s', 2, 3, ['d', 'e']);
  index.take('s', 3, 4, ['f']);
  assert.deepEqual(index.find('s', 'e'), { sequences: [3], end: 3 });
  assert.deepEqual(index.find('s', 'f'), { sequences: [], end: 3 });
});
