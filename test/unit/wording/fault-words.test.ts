// The same fault in the words of a sweep file, of options and of a command that has none of the settings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorFacts, FactsByCode } from '../../../src/error-facts.js';
import { fromWire, SweepError } from '../../../src/errors.js';
import { faultError, type Speaker, SWEEP_FILE, sayAs, sayNotice } from '../../../src/wording/fault-words.js';

const OPTIONS: Speaker = {
  onMissing: (policy) => `--on-missing ${policy}`,
  missing: '--missing',
  columns: '--column',
  time: '--time',
  series: '--series',
  split: '--train',
  noHeader: null,
  placeOf: (field) => (field === 'dataset.target' ? '--target' : field.replace('dataset.source.', '--')),
};
const NONE: Speaker = {
  onMissing: OPTIONS.onMissing,
  missing: null,
  columns: null,
  time: null,
  series: null,
  split: null,
  noHeader: null,
  placeOf: (field, file) => file ?? (field.startsWith('dataset.') ? 'a.csv' : field),
};
const AT = { file: 'a.csv', line: 3, column: 'b' };
const FAULTS: readonly (readonly [keyof FactsByCode, ErrorFacts])[] = [
  ['CSV_MISSING_VALUE', { kind: 'missing-value', ...AT, field: '-9999', marks: [-9999], count: 4 }],
  ['CSV_MISSING_VALUE', { kind: 'missing-value', ...AT, field: '', marks: null, count: 1 }],
  ['CSV_MISSING_VALUE', { kind: 'every-row-missing', file: 'a.csv' }],
  ['CSV_VALUE', { kind: 'not-a-number', ...AT, field: '4x', rewrite: null }],
  ['CSV_VALUE', { kind: 'point-of-thousands', ...AT, field: '1.002' }],
  ['CSV_VALUE', { kind: 'beyond-float32', place: 'a.csv:3', column: 'b', value: 1e300 }],
  [
    'SPEC_INVALID',
    { kind: 'column-not-there', file: 'a.csv', column: 'c', setting: 'columns', names: ['b', 'cc'] },
  ],
  ['CSV_SYNTAX', { kind: 'no-review', file: 'a.tsv', hasHeader: true }],
  ['SPEC_INVALID', { kind: 'constant-target', target: 'b', value: 7 }],
];

for (const [code, facts] of FAULTS) {
  test(`${facts.kind}: each place names the settings that it has, and the fault stays the same`, () => {
    const error = faultError(code, facts as never);
    const option = sayAs(OPTIONS, error);
    const bare = sayAs(NONE, error);
    for (const said of [option, bare]) {
      assert.deepEqual([said.code, said.message, said.facts], [code, error.message, facts]);
      assert.doesNotMatch(
        `${said.path} ${said.hint}`,
        /"(onMissing|missing|columns|time|split|header)"|dataset\./,
      );
    }
    assert.doesNotMatch(bare.hint ?? '', /--(?!on-missing)/);
    assert.deepEqual(sayAs(SWEEP_FILE, option).toWire(), error.toWire());
  });
}

test('a missing value is answered in full where all can be set, and in part where not', () => {
  const error = faultError('CSV_MISSING_VALUE', {
    kind: 'missing-value',
    ...AT,
    field: ' -9999.00',
    marks: [-9999],
    count: 4,
  });
  assert.equal(error.message, 'a.csv:3:b: "-9999.00" marks a missing value, the first of 4 missing values');
  assert.equal(
    sayAs(OPTIONS, error).hint,
    'choose --on-missing forward-fill (keep the value of the row before) or --on-missing drop (leave the row out), or change --missing (now [-9999]) if "-9999.00" is a real value',
  );
  assert.equal(
    sayAs(NONE, error).hint,
    'choose --on-missing forward-fill (keep the value of the row before) or --on-missing drop (leave the row out)',
  );
});

test('a text that only looks like a setting is left as it is: a column may be called "time"', () => {
  const facts = { kind: 'column-not-there', file: 'a.csv', column: '"missing"', setting: 'time' } as const;
  const error = sayAs(OPTIONS, faultError('SPEC_INVALID', { ...facts, names: ['"missing" 1', 'time'] }));
  assert.match(error.message, /no column ""missing""/);
  assert.match(error.hint ?? '', /did you mean ""missing" 1"/);
  assert.equal(error.path, '--time');
});

test('errors without facts keep their words, their fields are placed, and fellows are said as well', () => {
  const fellow = faultError('SPEC_INVALID', { kind: 'constant-target', target: 'b', value: 7 });
  const error = new SweepError('SPEC_INVALID', 'wrong', {
    path: 'dataset.target',
    hint: 'write "time" rightly',
    others: [fellow],
  });
  const said = sayAs(OPTIONS, error);
  assert.deepEqual([said.message, said.hint, said.path], ['wrong', 'write "time" rightly', '--target']);
  assert.match(said.others[0]?.hint ?? '', /--train/);
});

test('facts cross a thread, so that the other side can say them in its own words', () => {
  const error = faultError('CSV_VALUE', { kind: 'not-a-number', ...AT, field: '4x', rewrite: null });
  const crossed = fromWire(structuredClone(error.toWire()));
  assert.match(sayAs(OPTIONS, crossed).hint ?? '', /naming the others in --column/);
});

test('what a number seems to mean is said alike everywhere', () => {
  const rewrite = 'write decimals with a point: 3.14';
  const error = faultError('CSV_VALUE', { kind: 'not-a-number', ...AT, field: '3,5\u00a0', rewrite });
  for (const speaker of [SWEEP_FILE, OPTIONS, NONE]) assert.equal(sayAs(speaker, error).hint, rewrite);
  assert.equal(error.message, 'a.csv:3:b: "3,5" is not a number');
});

test('a notice of a column advises what can be set', () => {
  const clock = { kind: 'clock-as-feature', column: 'ts' } as const;
  const dates = { kind: 'dates-left-out', column: 'day' } as const;
  assert.match(sayNotice(clock, SWEEP_FILE), /feature: name it as "time", or leave it out .* in "columns"$/);
  assert.match(sayNotice(clock, OPTIONS), /feature: name it as --time, or leave it out .* in --column$/);
  assert.match(sayNotice(clock, NONE), /read as a feature$/);
  assert.match(sayNotice(dates, OPTIONS), /the rows have no times: name it as --time$/);
  assert.match(sayNotice(dates, NONE), /the rows have no times$/);
  assert.equal(sayNotice('as it "time" is', OPTIONS), 'as it "time" is');
});
