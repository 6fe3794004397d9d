// What a study says of its windows before it is made: how many are left, what the longest costs, and whether they are few.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeJudgedWindows } from '../../../src/coordinator/plan/judged-windows.js';
import type { RowSplit } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';

const SPLIT: RowSplit = {
  train: { start: 0, end: 200 },
  validation: { start: 200, end: 300 },
  test: { start: 300, end: 400 },
};

function describe(more: object, split = SPLIT) {
  const document = {
    name: 'windows',
    dataset: { source: 'd.csv', target: 'a', split: { train: 0.5, validation: 0.25, test: 0.25 } },
    window: { lookback: 1, delay: 0 },
    model: { type: 'linear' },
    ...more,
  };
  return describeJudgedWindows(parseSweepSpec(JSON.stringify(document), 'windows.json'), { split });
}

const lookbacks = (values: unknown) => ({
  window: { lookback: '$lookback', delay: 0 },
  space: { lookback: values },
});

test('tells the windows that are left and what the longest costs against the shortest', () => {
  assert.deepEqual(describe(lookbacks([1, 60])), {
    validation: 40,
    test: 40,
    validationStride: 1,
    longest: { lookback: 60, delay: 0, path: 'space.lookback[1]' },
    shortest: { lookback: 1, delay: 0, path: 'space.lookback[0]' },
    lost: { validation: 59, test: 59 },
    warnings: [],
  });
  const variants = { short: {}, long: { window: { delay: 30 } } };
  assert.equal(describe({ variants })?.longest.path, 'variants.long.window.delay');
  assert.deepEqual(describe({ variants })?.lost, { validation: 30, test: 30 });
  assert.deepEqual(describe({})?.lost, { validation: 0, test: 0 });
});

test('warns by name of what leaves few windows: a value, a variant, a window, a stride', () => {
  const named = (more: object, pattern: RegExp) => {
    const warnings = describe(more)?.warnings ?? [];
    assert.ok(warnings.length > 0);
    for (const warning of warnings) assert.match(warning, pattern);
  };
  named(lookbacks([1, 71]), /only 29 (validation|test) windows: space\.lookback\[1\] .*71 of 100 rows/);
  assert.deepEqual(describe(lookbacks([1, 70]))?.warnings, []);
  named(
    { variants: { short: {}, long: { window: { lookback: 99 } } } },
    /only 1 (validation|test) window: variants\.long\.window\.lookback/,
  );
  named({ window: { lookback: 80, delay: 1 } }, /only 19 .*: window\.lookback/);
  named(
    { training: { validationStride: 10 } },
    /only 10 validation windows: training\.validationStride evaluates one of 10/,
  );
});

test('refuses a space that leaves none, with the path of the value, whatever the number of points', () => {
  const far = { type: 'int', low: 1, high: 100 };
  for (const [more, path] of [
    [lookbacks([1, 100]), 'space.lookback[1]'],
    [lookbacks(far), 'space.lookback.high'],
    [
      {
        window: { lookback: '$lookback', delay: '$delay' },
        space: { lookback: { ...far, high: 20 }, delay: { ...far, high: 90 } },
      },
      'space.delay.high',
    ],
    [{ variants: { short: {}, long: { window: { lookback: 150 } } } }, 'variants.long.window.lookback'],
  ] as const)
    assert.throws(
      () => describe(more),
      (thrown: Error & { code: string; path: string }) =>
        thrown.code === 'SPEC_INVALID' &&
        thrown.path === path &&
        /the validation split has only 100 rows: no window is left/.test(thrown.message),
      path,
    );
});

test('a longest window that leaves no training window is refused as well', () => {
  const split = { ...SPLIT, train: { start: 0, end: 50 } };
  assert.throws(() => describe(lookbacks([1, 60]), split), /the train split has only 50 rows/);
});
