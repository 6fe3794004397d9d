import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { errorAt, errorsOf, gruGridDocument, parseDocument } from '../../support/fixtures/sweep-documents.js';

test('an override replaces a value, a list element, a whole section', () => {
  const spec = parseDocument(gruGridDocument(), {
    overrides: ['training.epochs=3', 'space.units[1]=64', 'space.cell=["lstm"]', 'name=other', 'repeats=2'],
  });
  assert.equal(spec.training?.epochs, 3);
  assert.deepEqual(spec.space.units, [16, 64]);
  assert.deepEqual(spec.space.cell, ['lstm']);
  assert.equal(spec.name, 'other');
  assert.equal(spec.repeats, 2);
});

test('an override makes a section that the file leaves out', () => {
  const spec = parseDocument(gruGridDocument(), { overrides: ['limits.maxDuration=10m'] });
  assert.equal(spec.limits.maxDurationMs, 600_000);
});

test('the seed and the number of trials come from their options', () => {
  const spec = parseDocument(gruGridDocument(), { seed: 7, maxTrials: 5 });
  assert.equal(spec.seed, 7);
  assert.equal(spec.limits.maxTrials, 5);
});

test('an overridden value is checked like the file and blamed on the option', () => {
  const errors = errorsOf(() =>
    parseDocument(gruGridDocument(), { overrides: ['training.epochs=0', 'training.epoch=1'], seed: -1 }),
  );
  assert.match(errorAt(errors, 'training.epochs').message, /^--set training\.epochs=0: /);
  assert.equal(errorAt(errors, 'training.epoch').hint, 'did you mean "epochs"?');
  assert.match(errorAt(errors, 'seed').message, /^--seed -1: /);
});

test('an override that is malformed, points nowhere or reaches a prototype is refused', () => {
  const cases: readonly [override: string, code: string][] = [
    ['training.epochs', 'USAGE'],
    ['=3', 'USAGE'],
    ['a..b=3', 'USAGE'],
    ['[0]=3', 'USAGE'],
    ['space.units[9]=3', 'USAGE'],
    ['space.units.first=3', 'USAGE'],
    ['name.first=3', 'USAGE'],
    ['training[0]=3', 'USAGE'],
    ['__proto__.polluted=1', 'SPEC_FORBIDDEN_KEY'],
    ['space.constructor=[1]', 'SPEC_FORBIDDEN_KEY'],
    ['space.units=[1', 'SPEC_SYNTAX'],
    ['space.units=[1,1e400]', 'SPEC_INVALID'],
    ['space={"a":[1],"a":[2]}', 'SPEC_DUPLICATE_KEY'],
  ];
  for (const [override, code] of cases) {
    const [error] = errorsOf(() => parseDocument(gruGridDocument(), { overrides: [override] }));
    assert.equal(error?.code, code, override);
    assert.equal(error?.exitCode, 2, override);
  }
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('an option without a value fixes no dimension: an empty text is written in quotes', () => {
  for (const override of ['space.cell=', 'space.cell= ', 'space.cell[0]=']) {
    const [error] = errorsOf(() => parseDocument(gruGridDocument(), { overrides: [override] }));
    assert.equal(error?.code, 'USAGE', override);
    assert.match(error?.hint ?? '', /--set 'space\.cell(?:\[0\])?=""'$/);
  }
  const program = { name: 'a', objective: { command: ['./run'], metric: 'loss' }, space: { x: [1, 2] } };
  const { space } = parseDocument(program, { overrides: ['space.note=""'] });
  assert.deepEqual(space.note, ['']);
});

test('a source given on the command line is relative to the working directory', () => {
  const spec = parseDocument(gruGridDocument(), { dataSource: 'weather.csv' });
  assert.deepEqual(spec.dataset?.sources, [
    {
      type: 'csv',
      path: resolve('weather.csv'),
      time: null,
      missing: [-9999],
      onMissing: 'error',
      columns: null,
    },
  ]);
  assert.deepEqual(parseDocument(gruGridDocument(), { dataSource: 'jena-synthetic' }).dataset?.sources, [
    { type: 'named', name: 'jena-synthetic' },
  ]);
});

test('a source given on the command line is read like the CSV that the file describes', () => {
  const document = gruGridDocument();
  document.dataset.source = ['jena', { csv: 'old.csv', time: 'date', columns: ['T (degC)', 'p'] }];
  const [source, ...others] = parseDocument(document, { dataSource: '/new.csv' }).dataset?.sources ?? [];
  assert.deepEqual(source, {
    type: 'csv',
    path: '/new.csv',
    time: 'date',
    missing: [-9999],
    onMissing: 'error',
    columns: ['T (degC)', 'p'],
  });
  assert.deepEqual(others, []);
});

test('what an option makes is blamed on the option, not on a place of the file that does not have it', () => {
  const { window: _, ...document } = gruGridDocument();
  const cases: readonly [override: string, path: string][] = [
    ['foo=1', 'foo'],
    ['foo.bar=1', 'foo'],
    ['training.foo.bar.baz=3', 'training.foo'],
    ['window.lookback=3', 'window.delay'],
  ];
  for (const [override, path] of cases) {
    const errors = errorsOf(() => parseDocument(document, { overrides: [override] }));
    assert.ok(errorAt(errors, path).message.startsWith(`--set ${override}: `), errorAt(errors, path).message);
  }
  const errors = errorsOf(() => parseDocument({ ...document, other: 1 }, { overrides: ['foo.bar=1'] }));
  assert.doesNotMatch(errorAt(errors, 'other').message, /--set/);
  assert.doesNotMatch(errorAt(errors, 'window').message, /--set/);
});

test('a value that was typed is shown whole, one of the file is cut', () => {
  const long = 'a'.repeat(150);
  const list = JSON.stringify(Array.from({ length: 60 }, (_, index) => index));
  const typed: readonly [override: string, path: string, shown: string][] = [
    [`training.optimizer=${long}`, 'training.optimizer', `"${long}"`],
    [`training.epochs=${long}`, 'training.epochs', `"${long}"`],
    [`training.epochs=${list}`, 'training.epochs', list],
    [`name=${long}`, 'name', `"${long}"`],
    [`model={"type":"${long}"}`, 'model.type', `"${long}"`],
    [`space.units=["${long}","${long}"]`, 'space.units[1]', `"${long}"`],
    [`enqueue=[{"units":"${long}"}]`, 'enqueue[0].units', `"${long}"`],
  ];
  for (const [override, path, shown] of typed) {
    const { message } = errorAt(
      errorsOf(() => parseDocument(gruGridDocument(), { overrides: [override] })),
      path,
    );
    assert.ok(message.slice(`--set ${override}: `.length).includes(shown), `${path}: ${message}`);
    assert.doesNotMatch(message, /…/);
  }
  const document = { ...gruGridDocument(), name: long };
  const { message } = errorAt(
    errorsOf(() => parseDocument(document)),
    'name',
  );
  assert.match(message, /a{50,60}…/);
});
