import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findGrouping } from '../../../../src/cli/init/find-grouping.js';

const any = (): boolean => true;

test('numbers that hold both marks, or a mark of nothing else, say how they are grouped', () => {
  for (const [fields, decimal, thousands] of [
    [['45.023,12', '999,5'], ',', '.'],
    [['1,234,567.25', '12'], '.', ','],
    [['45 023', '7'], '.', ' '],
    [['45\u202f023,5', '1,25'], ',', '\u202f'],
    [["1'000.5", 'NA'], '.', "'"],
  ] as const)
    assert.deepEqual(
      findGrouping(
        fields.map((field) => ['x', field]),
        any,
      ),
      { decimal, thousands },
      fields.join(),
    );
});

test('what may be decimals, or no number at all, says nothing', () => {
  for (const fields of [
    ['1.234', '5.678'],
    ['1,234'],
    ['12.34,5'],
    ['45 0233'],
    ['1.234,5', 'word'],
    ['2020 01 02'],
    [''],
  ])
    assert.equal(
      findGrouping(
        fields.map((field) => [field]),
        any,
      ),
      null,
      fields.join(),
    );
  assert.equal(
    findGrouping([['1.234,5']], (mark) => mark === '.'),
    null,
  );
});
