// The digits and letters of a table: what differs in the study differs in print, and a filter takes what is printed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectRows } from '../../../src/leaderboard/filter.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { listBoard } from '../../../src/leaderboard/ranking.js';
import type { ParamValue } from '../../../src/study/trial/trial.js';
import { formatObjective, formatUnits, spreadOf } from '../../../src/wording/figures.js';
import { paramFormat } from '../../../src/wording/param-format.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged } from '../../support/fixtures/study-events.js';

const long = 'ABCDEFGHIJKLMNOPQRSTUVWXY';

describe('a parameter in a table', () => {
  const cases: readonly (readonly [string, readonly ParamValue[]])[] = [
    ['numbers close together', [0.0010001, 0.0010002, 0.001]],
    ['neighbours in float64', [0.1 + 0.2, 0.3, 1e-7 / 3, 1e-7 / 3 + 1e-23]],
    ['texts that differ late', [`${long}1`, `${long}2`]],
    ['texts that differ in the middle', [`${long}1${long}`, `${long}2${long}`, long + long]],
    ['texts that differ early', [`1${long}`, `2${long}`]],
    ['texts and their cuts', [`${long}1`, `${long.slice(0, 23)}…`]],
    ['values of several kinds', ['1', 1, 'true', true, 'null', '–']],
    ['a line break and the letters that stand for it', ['a\nb', 'a\\nb', 'a\rb', 'a\u202eb']],
  ];
  for (const [what, values] of cases)
    it(`never reads like another: ${what}`, () => {
      const texts = values.map(paramFormat(values));
      assert.equal(new Set(texts).size, values.length, texts.join(' | '));
      assert.doesNotMatch(texts.join(''), /[\p{Cc}\u202e]/u);
    });

  it('has few digits and letters where they tell values apart', () => {
    const values = [0.00012345678, 0.5, 32, 'x'.repeat(40)];
    assert.deepEqual(values.map(paramFormat(values)), ['0.0001235', '0.5', '32', `${'x'.repeat(23)}…`]);
  });

  it('is found by a filter as the table prints it', () => {
    const values = [0.00012345678, 0.5 + 1e-9, `${long}1`, `${long}2`, 'line\nbreak', 1_000_000_000_001];
    const view = foldEvents(
      logged([
        created({ total: values.length }),
        ...values.map((x, at) => finished(at, 0.2 + at / 100, { params: { x } })),
      ]),
    );
    const printed = values.map(paramFormat(values));
    const table = leaderboardTable(view, { width: 200, useColor: false });
    for (const [at, text] of printed.entries()) {
      assert.ok(table.includes(` ${text} `), `${text} in\n${table}`);
      const kept = selectRows(listBoard(view), view, { filter: [`x=${text}`] });
      assert.deepEqual(
        kept.map(({ rank }) => rank),
        [at + 1],
        text,
      );
    }
    const rest = selectRows(listBoard(view), view, { filter: [`x!=${printed[0]}`] });
    assert.equal(rest.length, values.length - 1);
  });

  it('is found by its error and its weights as the table prints them', () => {
    const view = foldEvents(logged([created(), finished(0, 0.26123456), finished(1, 0.3)]));
    for (const filter of ['objective=0.2612', 'val MAE=0.2612'])
      assert.equal(selectRows(listBoard(view), view, { filter: [filter] }).length, 1, filter);
    assert.equal(selectRows(listBoard(view), view, { filter: ['parameters=4,577,rank=1'] }).length, 1);
  });
});

describe('an error in a table', () => {
  it('does not read 0.00 because it is small', () => {
    const values = [1.2e-6, 3.4e-6, 0.0045];
    for (const value of values) assert.doesNotMatch(formatUnits(value), /^0\.0*$/);
    for (const value of values) assert.doesNotMatch(formatObjective(value), /^0\.0*$/);
  });

  it('has the digits of the spread it is compared in', () => {
    for (const format of [formatUnits, formatObjective])
      for (const values of [
        [0.5, 0.5000001, 0.5000002],
        [1.2e-6, 1.2001e-6, 1.2002e-6],
        [1.7e9, 1.7e9 + 1],
        [250.001, 250.002],
      ]) {
        const texts = values.map((value) => format(value, spreadOf(values)));
        assert.equal(new Set(texts).size, values.length, texts.join(' | '));
      }
  });

  it('stays in hundredths of a unit where errors lie far apart', () => {
    const spread = spreadOf([2.3, 2.9, null]);
    assert.deepEqual(
      [2.3, 2.9].map((value) => formatUnits(value, spread)),
      ['2.30', '2.90'],
    );
  });
});
