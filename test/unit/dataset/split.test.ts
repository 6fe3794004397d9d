// Splits by rows and by fractions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveSplit } from '../../../src/dataset/series/split/resolve-split.js';
import { rowAxis } from '../../../src/dataset/series/split/time-axis.js';
import type { ErrorCode, SweepError } from '../../../src/errors.js';
import type { SplitSpec } from '../../../src/study/dataset-source.js';

const JENA: SplitSpec = {
  type: 'rows',
  train: { start: 0, end: 200_000 },
  validation: { start: 200_001, end: 300_000 },
  test: { start: 300_001, end: null },
};

function refused(spec: SplitSpec, rows: number, code: ErrorCode, pattern: RegExp, path: string): void {
  assert.throws(
    () => resolveSplit(spec, rows),
    (error: SweepError) => {
      assert.equal(error.code, code);
      assert.match(error.message, pattern);
      assert.equal(error.path, path);
      return true;
    },
  );
}

test("the chapter's rows, the test split to the last row", () => {
  assert.deepEqual(resolveSplit(JENA, 420_551), {
    train: { start: 0, end: 200_000 },
    validation: { start: 200_001, end: 300_000 },
    test: { start: 300_001, end: 420_551 },
  });
});

test('rows beyond the series are DATASET_TOO_SHORT with both numbers', () => {
  refused(
    JENA,
    250_000,
    'DATASET_TOO_SHORT',
    /\[200001, 300000\], the series has 250000/,
    'dataset.split.validation',
  );
  refused(
    JENA,
    300_000,
    'DATASET_TOO_SHORT',
    /\[300001, 300000\], the series has 300000/,
    'dataset.split.test',
  );
});

test('overlapping splits are refused, whatever their order', () => {
  const overlapping = { ...JENA, validation: { start: 199_999, end: 300_000 } };
  refused(
    overlapping,
    420_551,
    'SPEC_INVALID',
    /train split .* and the validation split .* overlap/,
    'dataset.split.validation',
  );
  const inside = { ...JENA, test: { start: 100, end: 200 } };
  refused(
    inside,
    420_551,
    'SPEC_INVALID',
    /train split .* and the test split .* overlap/,
    'dataset.split.test',
  );
});

test('splits may stand in any order', () => {
  const spec: SplitSpec = {
    type: 'rows',
    test: { start: 0, end: 10 },
    train: { start: 10, end: 20 },
    validation: { start: 20, end: 30 },
  };
  assert.deepEqual(resolveSplit(spec, 30).test, { start: 0, end: 10 });
});

test('reversed, negative and fractional rows are refused', () => {
  const withTrain = (start: number, end: number): SplitSpec => ({ ...JENA, train: { start, end } });
  refused(withTrain(10, 10), 420_551, 'DATASET_TOO_SHORT', /no row at all/, 'dataset.split.train');
  refused(withTrain(-1, 10), 420_551, 'SPEC_INVALID', /whole numbers/, 'dataset.split.train');
  refused(withTrain(0.5, 10), 420_551, 'SPEC_INVALID', /whole numbers/, 'dataset.split.train');
});

test('dates beside the rows name the part, its dates and that no row lies there', () => {
  const dated = (until: readonly [string, string], gap?: number): SplitSpec => ({
    type: 'dates',
    train: { until: until[0] },
    validation: { until: until[1] },
    test: {},
    ...(gap === undefined ? {} : { gap }),
  });
  // A row a day from the first of January on.
  const days = (spec: SplitSpec) =>
    resolveSplit(
      spec,
      rowAxis(100, (date) =>
        Math.min(100, Math.max(0, (Date.parse(date) - Date.parse('2024-01-01')) / 86_400_000)),
      ),
    );
  const fails = (spec: SplitSpec, message: RegExp, path: string): void =>
    assert.throws(
      () => days(spec),
      (error: SweepError) => message.test(error.message) && error.path === path && error.hint !== undefined,
    );
  fails(
    dated(['2020-01-01', '2021-01-01']),
    /^the train split has no row: of the 100 rows none has a time before 2020-01-01$/,
    'dataset.split.train',
  );
  fails(
    dated(['2030-01-01', '2031-01-01']),
    /^the validation split has no row: .* from 2030-01-01 on and before 2031-01-01$/,
    'dataset.split.validation',
  );
  fails(
    dated(['2024-02-01', '2024-02-11'], 12),
    /^the gap of 12 rows takes all 10 rows of the validation split$/,
    'dataset.split.gap',
  );
  assert.deepEqual(days(dated(['2024-02-01', '2024-02-11'], 4)).validation, { start: 35, end: 41 });
});

test('fractions that add up to more than 1, or lie outside 0 … 1, are refused', () => {
  const fractions = (train: number, validation: number, testShare: number): SplitSpec => ({
    type: 'fractions',
    train,
    validation,
    test: testShare,
  });
  refused(fractions(0.6, 0.3, 0.2), 100, 'SPEC_INVALID', /add up to 1\.1/, 'dataset.split');
  refused(fractions(0, 0.5, 0.5), 100, 'SPEC_INVALID', /train fraction is 0/, 'dataset.split.train');
  refused(
    fractions(0.5, Number.NaN, 0.5),
    100,
    'SPEC_INVALID',
    /validation fraction/,
    'dataset.split.validation',
  );
  refused(fractions(0.1, 0.1, 0.8), 5, 'DATASET_TOO_SHORT', /train split/, 'dataset.split.train');
});

test('fractions cover the series without gap or overlap, each within a row of its share', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 30, max: 1_000_000 }),
      fc.integer({ min: 10, max: 80 }),
      fc.integer({ min: 10, max: 80 }),
      (rows, train, rest) => {
        const validation = Math.max(1, Math.floor(((100 - train) * rest) / 100));
        const shares = [train / 100, validation / 100, (100 - train - validation) / 100] as const;
        const split = resolveSplit(
          { type: 'fractions', train: shares[0], validation: shares[1], test: shares[2] },
          rows * 10,
        );
        assert.equal(split.train.start, 0);
        assert.equal(split.validation.start, split.train.end);
        assert.equal(split.test.start, split.validation.end);
        assert.equal(split.test.end, rows * 10);
        for (const [index, name] of (['train', 'validation', 'test'] as const).entries()) {
          const { start, end } = split[name];
          assert.ok(Math.abs(end - start - shares[index]! * rows * 10) <= 1.01);
        }
      },
    ),
  );
});
