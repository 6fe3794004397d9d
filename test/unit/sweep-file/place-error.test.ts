// Errors that show only with the data: where in the sweep file the field is written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepError } from '../../../src/errors.js';
import { parseSweepText } from '../../../src/sweep-file/parse.js';
import { placeError } from '../../../src/sweep-file/text/place-error.js';

const TEXT = `{
  "name": "load",
  "dataset": { "source": "./load.csv",
    "target": "Load" },
  "window": { "lookback": 4, "delay": 1 },
  "variants": { "a": { "model": { "type": "linear" } }, "b": { "model": { "type": "dense" }, "window": { "lookback": 8 } } },
  "profiles": { "wide": { "window": { "lookback": 16 } } }
}`;
const locateWith = (options: Parameters<typeof parseSweepText>[2] = {}) =>
  parseSweepText(TEXT, 'load.json', options).locate;

const target = new SweepError('SPEC_INVALID', 'the target "Load" is not a column of the dataset', {
  path: 'dataset.target',
  hint: 'did you mean "load"?',
});

test('an error about a field is led by file, line and column of the field, and keeps its hint', () => {
  const placed = placeError(target, locateWith());
  assert.match(placed.message, /^load\.json:4:15: dataset\.target: the target "Load" is not a column/);
  assert.deepEqual([placed.code, placed.path, placed.hint], [target.code, target.path, target.hint]);
});

test('a field that is not written is placed at the section that lacks it', () => {
  const split = new SweepError('DATASET_TOO_SHORT', 'the test split is no row at all', {
    path: 'dataset.split.test',
  });
  assert.match(placeError(split, locateWith()).message, /^load\.json:3:14: dataset\.split\.test: /);
});

test('a field of a variant, of a profile, or set by an option is placed where it was set', () => {
  const at = (path: string) =>
    new SweepError('SPEC_INVALID', `trial {"variant":"b"}: ${path} reaches back 8 rows`, { path });
  const variant = placeError(at('variants.b.window.lookback'), locateWith());
  assert.match(
    variant.message,
    /^load\.json:6:\d+: trial \{"variant":"b"\}: variants\.b\.window\.lookback reaches/,
  );
  const metric = new SweepError('SPEC_INVALID', 'validationTop3 is of 4 classes', {
    path: 'objective.metric',
  });
  const chosen = locateWith({ overrides: ['objective.metric=validationMae'] });
  assert.match(
    placeError(metric, chosen).message,
    /^--set objective\.metric=validationMae: objective\.metric: /,
  );
  const lookback = at('window.lookback');
  assert.match(placeError(lookback, locateWith({ profile: 'wide' })).message, /^load\.json:7:/);
  const set = locateWith({ overrides: ['window.lookback=9'] });
  assert.match(placeError(lookback, set).message, /^--set window\.lookback=9: /);
  const missing = new SweepError('DATASET_NOT_FOUND', 'there is no file x.csv', { path: 'dataset.source' });
  assert.match(placeError(missing, locateWith({ dataSource: 'x.csv' })).message, /^--data x\.csv: /);
});

test('an error about a line of the data, or about nothing in the file, stays as it is', () => {
  for (const path of ['/data/load.csv:3:T (degC)', '--workers', undefined]) {
    const error = new SweepError('CSV_VALUE', 'wrong', { path });
    assert.equal(placeError(error, locateWith()), error);
  }
});
