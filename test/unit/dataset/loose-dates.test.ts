// Dates that are only compared: in which order of their numbers they can be read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DATE_ORDERS, looseSeconds } from '../../../src/dataset/sources/csv/times/loose-dates.js';

test('only three pairs of digits are read with the year first as well', () => {
  const read = (text: string): string[] =>
    DATE_ORDERS.filter((order) => !Number.isNaN(looseSeconds(text, order)));
  assert.deepEqual(read('01-02-03 05:00'), ['month first', 'day first', 'year first']);
  for (const text of ['2020/01/24', 'Jan 24, 2020', '2020-W05', '01/02/2020', '1/2/20', '20200101T0500'])
    assert.deepEqual(read(text), ['month first', 'day first'], text);
});
