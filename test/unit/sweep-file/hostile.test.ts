import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSampler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import { deriveSweep } from '../../../src/sweep-file/derive-sweep.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { Problems } from '../../../src/sweep-file/problems.js';
import { readJsonText } from '../../../src/sweep-file/text/json-text.js';
import { errorAt, errorsOf, gruGridDocument, parseDocument } from '../../support/fixtures/sweep-documents.js';

function parseText(text: string) {
  return parseSweepSpec(text, 'sweep.json');
}

/** A complete sweep file with `extra`, raw JSON members, in front of the others. */
function withMembers(extra: string): string {
  return `{${extra},${JSON.stringify(gruGridDocument()).slice(1)}`;
}

test('names that could break out of a subject, a path or a terminal are refused and shown harmlessly', () => {
  const names = [
    'a\r\nPUB x 0',
    'a b',
    '*',
    '>',
    'a.b',
    '..',
    '../x',
    '',
    'é',
    '<img onerror>',
    'n\0l',
    '\u009b31m',
    'x'.repeat(10_240),
  ];
  for (const name of names) {
    const error = errorAt(
      errorsOf(() => parseDocument({ ...gruGridDocument(), name })),
      'name',
    );
    assert.equal(error.code, 'SPEC_INVALID');
    assert.doesNotMatch(error.message, /[\r\n\0\u0080-\u009f]/);
    assert.ok(error.message.length < 300, `${error.message.length} characters`);
  }
});

test('names that every object has are refused where they stand, and names that only begin so are not', () => {
  for (const name of Object.getOwnPropertyNames(Object.prototype)) {
    const errors = errorsOf(() => parseDocument({ ...gruGridDocument(), name }));
    const error = errorAt(errors, 'name');
    assert.equal(error.code, 'SPEC_INVALID');
    assert.ok(error.message.includes(name), error.message);
    assert.equal(errors.length, 1);
  }
  parseDocument({ ...gruGridDocument(), name: 'constructor-2' });
});

test('dimension names that are no identifiers are refused', () => {
  for (const name of ['a b', 'a\r\nb', '..', '$x', '1x', 'x.y', '', 'x'.repeat(10_240)]) {
    const document = gruGridDocument();
    document.space[name] = [1, 2];
    const errors = errorsOf(() => parseDocument(document));
    const error = errors.find(({ message }) => message.includes('is no name for a dimension'));
    assert.ok(error, JSON.stringify(name.slice(0, 20)));
    assert.ok(error.path?.startsWith('space'));
    assert.doesNotMatch(error.message, /[\r\n]/);
  }
});

test('keys that reach a prototype are refused wherever they stand and change nothing', () => {
  for (const key of ['__proto__', 'constructor', 'prototype'])
    for (const text of [
      withMembers(`"${key}": {"polluted": true}`),
      JSON.stringify(gruGridDocument()).replace('"space":{', `"space":{"${key}":[1,2],`),
    ]) {
      const errors = errorsOf(() => parseText(text));
      assert.equal(errors[0]?.code, 'SPEC_FORBIDDEN_KEY');
      assert.ok(errors[0]?.path?.endsWith(key));
      assert.equal(({} as Record<string, unknown>).polluted, undefined);
    }
});

test('a key given twice is refused with the place of the second', () => {
  const errors = errorsOf(() => parseText('{\n "name": "a",\n "seed": 1,\n "seed": 2\n}'));
  const error = errorAt(errors, 'seed');
  assert.equal(error.code, 'SPEC_DUPLICATE_KEY');
  assert.match(error.message, /^sweep\.json:4:2: /);
});

test('a whole number that would be read as another one is refused; what is exact or has an exponent is not', () => {
  const errors = errorsOf(() => parseText(withMembers('"seed": 9007199254740993')));
  assert.match(errorAt(errors, 'seed').message, /9007199254740993 is read as 9007199254740992/);
  for (const written of ['9007199254740992', '1e23', '-9007199254740991']) {
    const found = errorsOf(() => parseText(withMembers(`"seed": ${written}`)));
    assert.doesNotMatch(errorAt(found, 'seed').message, /is read as/, written);
  }
});

test('what JSON.stringify writes of a number is read back as that number', () => {
  const whole = fc.double({ min: 2 ** 53, max: 1e22, noNaN: true }).map(Math.round);
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    whole,
    whole.map((value) => -value),
  );
  fc.assert(
    fc.property(numbers, (number) => {
      const problems = new Problems();
      const { value } = readJsonText(JSON.stringify(number), 'sweep.json', problems);
      problems.throwIfAny(() => 'sweep.json');
      assert.equal(value, number === 0 ? 0 : number);
    }),
    { numRuns: 1_000 },
  );
});

test('a dimension, its points and the marks of what is missing hold large doubles as JSON.stringify writes them', () => {
  const doping = { type: 'float', low: 1e15, high: 2 ** 66, log: true };
  const large = 200136024116e8;
  const program = {
    name: 'doping',
    objective: { command: ['./run'], metric: 'loss' },
    sampler: { type: 'random' },
    limits: { maxTrials: 2 },
    space: { doping, size: [1, large] },
    enqueue: [{ doping: large, size: large, other: 1 }],
  };
  const study = parseDocument(program, { overrides: ['space.other=[1,9223372036854775808]'] });
  assert.deepEqual(study.space.other, [1, 2 ** 63]);
  const parent = { study: 'doping-1', by: 'promote', trials: 2 } as const;
  const enqueue = [{ doping: 2 ** 63, size: large, other: 2 ** 63 }];
  const { spec } = deriveSweep(study, parent, { fields: { enqueue }, overrides: [] });
  assert.deepEqual([spec.space, spec.enqueue], [study.space, enqueue]);

  const { dataset, ...others } = gruGridDocument();
  const source = { csv: 'a.csv', missing: [2 ** 63] };
  const [read] = parseDocument({ ...others, dataset: { ...dataset, source } }).dataset?.sources ?? [];
  assert.deepEqual(read?.type === 'csv' ? read.missing : null, [2 ** 63]);
});

test('a bound that would be read as another number names that number', () => {
  const low = '{"type": "float", "low": 9007199254740993, "high": 1e17}';
  const text = JSON.stringify({ ...gruGridDocument(), space: { x: 0 } }).replace('"x":0', `"x":${low}`);
  assert.match(
    errorAt(
      errorsOf(() => parseText(text)),
      'space.x.low',
    ).hint ?? '',
    /^write the number itself, 9007199254740992, or/,
  );
});

test('a number that overflows is refused, not read as infinity', () => {
  const errors = errorsOf(() => parseText(withMembers('"seed": 1e400')));
  assert.match(errorAt(errors, 'seed').message, /too large to be represented/);
  const inSpace = JSON.stringify(gruGridDocument()).replace('[16,32]', '[16,-1e400]');
  assert.match(
    errorAt(
      errorsOf(() => parseText(inSpace)),
      'space.units[1]',
    ).message,
    /too large/,
  );
});

test('what is not strict JSON is refused with line and column', () => {
  const cases: readonly [text: string, place: string][] = [
    ['{\n  // no\n  "name": "a"}', '2:3'],
    ['{"name": "a",}', '1:14'],
    ["{'name': 'a'}", '1:2'],
    ['{"name": "a"', '1:13'],
    ['{"name": "a"} {}', '1:15'],
    ['{"name": NaN}', '1:10'],
    ['{"seed": 01}', '1:'],
    ['', '1:1'],
  ];
  for (const [text, place] of cases) {
    const [error] = errorsOf(() => parseText(text));
    assert.equal(error?.code, 'SPEC_SYNTAX', text);
    assert.ok(error?.message.startsWith(`sweep.json:${place}`), `${text}: ${error?.message}`);
  }
});

test('a trailing comma is one error, and an empty file is called so', () => {
  const [comma, ...more] = errorsOf(() => parseText('{"name": "a",}'));
  assert.match(comma?.message ?? '', /^sweep\.json:1:14: not valid JSON/);
  assert.deepEqual(more, []);
  for (const text of ['', ' \n'])
    assert.match(errorsOf(() => parseText(text))[0]?.message ?? '', /: the file is empty$/);
});

test('a document that is no object is refused', () => {
  for (const text of ['[]', '3', 'null', '"x"'])
    assert.match(errorsOf(() => parseText(text))[0]?.message ?? '', /must be an object/);
});

test('too large and too deep documents are refused before they cost anything', () => {
  const large = withMembers(`"$schema": "${'x'.repeat(1024 * 1024)}"`);
  assert.match(errorsOf(() => parseText(large))[0]?.message ?? '', /larger than/);
  for (const deep of ['['.repeat(500_000), '{"a":'.repeat(100_000), `${'['.repeat(200)}${']'.repeat(200)}`])
    assert.match(errorsOf(() => parseText(deep))[0]?.message ?? '', /more than 32 levels deep/);
});

test('brackets inside a text do not count as nesting', () => {
  const text = withMembers(`"$schema": "${'[{'.repeat(100)}"`);
  assert.equal(parseText(text).name, 'gru-grid');
});

test('a file full of errors ends in a bounded report', () => {
  const document = { ...gruGridDocument() } as Record<string, unknown>;
  for (let index = 0; index < 5000; index++) document[`field${index}`] = index;
  assert.equal(errorsOf(() => parseDocument(document)).length, 50);
});

test('a billion units are refused with their path, in the model as in the space', () => {
  const direct = { ...gruGridDocument(), model: { type: 'dense', units: 1e9 } };
  errorAt(
    errorsOf(() => parseDocument(direct)),
    'model.units',
  );
  const searched = gruGridDocument();
  searched.space.units = [1e9];
  errorAt(
    errorsOf(() => parseDocument(searched)),
    'space.units[0]',
  );
});

test('a model that would not fit into memory is refused although each field is within its bounds', () => {
  const document = gruGridDocument();
  document.space.units = [16, 4096];
  document.training.batchSize = 1024;
  const error = errorAt(
    errorsOf(() => parseDocument(document)),
    'model',
  );
  assert.equal(error.code, 'MODEL_SHAPE');
  assert.match(error.message, /GiB/);
});

test('a grid of a billion points is counted exactly and read in the middle at once', () => {
  const document = gruGridDocument();
  document.model = { type: 'dense', units: '$units' };
  document.window.step = 6;
  document.space = {
    units: { type: 'int', low: 1, high: 1000 },
    epochs: { type: 'int', low: 1, high: 1000 },
    learningRate: { type: 'float', low: 1e-5, high: 1e-1, log: true, levels: 1000 },
  };
  document.training = { epochs: '$epochs', learningRate: '$learningRate' };
  const spec = parseDocument(document);
  const sampler = createSampler({ ...spec, seed: 0 });
  assert.equal(sampler.count, 1e9);
  assert.deepEqual(sampler.suggest(999_999_999, NO_HISTORY), {
    units: 1000,
    epochs: 1000,
    learningRate: 0.1,
  });
  assert.deepEqual(sampler.suggest(500_000_000, NO_HISTORY), { units: 501, epochs: 1, learningRate: 1e-5 });
  assert.equal(sampler.suggest(1e9, NO_HISTORY), null);
});

test('a grid with more points than can be numbered exactly is refused', () => {
  const wide = { type: 'int', low: 1, high: 1_000_000 } as const;
  const space = { a: { ...wide, log: false }, b: { ...wide, log: false }, c: { ...wide, log: false } };
  const [error] = errorsOf(() => createSampler({ space, sampler: { type: 'grid' }, seed: 0 }));
  assert.equal(error?.path, 'space');
});
