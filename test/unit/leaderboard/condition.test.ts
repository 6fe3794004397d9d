import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConditions } from '../../../src/leaderboard/condition.js';

test('a value may stand in quotes, which may hold commas', () => {
  const read = (filter: string) => parseConditions(filter).map(({ field, value }) => [field, value]);
  assert.deepEqual(read(`prompt == "a, b, c", cell='gru',units=32`), [
    ['prompt', 'a, b, c'],
    ['cell', 'gru'],
    ['units', '32'],
  ]);
  assert.deepEqual(read(`prompt="", weights>1,234, note="5" tape`), [
    ['prompt', ''],
    ['weights', '1,234'],
    ['note', '"5" tape'],
  ]);
});
