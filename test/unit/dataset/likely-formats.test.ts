// Which forms a person could set for dates whose years have two digits: all that the rows leave possible.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likelyFormats } from '../../../src/dataset/sources/csv/times/likely-formats.js';

const two = (value: number): string => String(value).padStart(2, '0');
const rows = (count: number, of: (row: number) => string): string[] =>
  Array.from({ length: count }, (_, row) => of(row));
/** Days of 2020 as yy-mm-dd. */
const parts = (row: number): string[] =>
  new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(2, 10).split('-');

const FORMS: readonly [what: string, texts: readonly string[], formats: readonly string[]][] = [
  ['a leap year of months', rows(12, (row) => `15/${two(row + 1)}/20`), ['%d/%m/%y', '%y/%m/%d']],
  [
    'three years of months with the year first',
    rows(36, (row) => `${10 + Math.floor(row / 12)}/${two(1 + (row % 12))}/01`),
    ['%y/%m/%d'],
  ],
  ['days with the year first', rows(30, (row) => parts(row).join('-')), ['%y-%m-%d']],
  ['days with the year first', rows(100, (row) => parts(row).join('-')), ['%y-%m-%d']],
  ['working days', [2, 3, 6, 7, 8, 9, 10, 13].map((day) => `20-01-${two(day)}`), ['%y-%m-%d']],
  ['days with the day first', rows(30, (row) => parts(row).toReversed().join('.')), ['%d.%m.%y']],
  ['days with the day first', rows(100, (row) => parts(row).toReversed().join('.')), ['%d.%m.%y']],
  ['days with the month first', rows(100, (row) => `${parts(row)[1]}/${parts(row)[2]}/20`), ['%m/%d/%y']],
  ['one date', ['01/02/03', '01/02/03'], ['%m/%d/%y', '%d/%m/%y', '%y/%m/%d']],
];
for (const [what, texts, formats] of FORMS)
  test(`${what}: ${texts[0]} to ${texts.at(-1)} may be ${formats.join(' or ')}`, () => {
    assert.deepEqual(likelyFormats(texts), formats);
  });
