import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import {
  errorsOf,
  gruGridDocument,
  parseDocument,
  seriesOf,
} from '../../support/fixtures/sweep-documents.js';

test('a sweep file gets every default filled in and keeps its references', () => {
  const spec = parseDocument(gruGridDocument());
  assert.deepEqual(spec.training, {
    optimizer: 'rmsprop',
    learningRate: '$learningRate',
    loss: 'mae',
    batchSize: 128,
    stepsPerEpoch: null,
    epochs: 20,
    validationStride: 1,
  });
  assert.deepEqual(spec.window, { lookback: 1440, step: '$step', delay: 144 });
  assert.deepEqual(spec.objective, {
    type: 'metric',
    metric: 'validationMae',
    direction: 'minimize',
    epoch: 'best',
  });
  assert.deepEqual(spec.limits, {
    maxTrials: null,
    maxDurationMs: null,
    trialTimeoutMs: 30 * 60_000,
    maxAttempts: 3,
    maxFailures: 10,
  });
  assert.equal(spec.requires, 'any');
  assert.equal(spec.seed, 42);
  assert.equal(spec.repeats, 1);
});

test('durations are read to milliseconds', () => {
  for (const [text, ms] of [
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1.5d', 129_600_000],
  ] as const) {
    const spec = parseDocument({ ...gruGridDocument(), limits: { maxDuration: text } });
    assert.equal(spec.limits.maxDurationMs, ms);
  }
});

test('a CSV path is relative to the sweep file, a named source is not a path', () => {
  const document = gruGridDocument();
  document.dataset.source = ['jena', '../data/weather.csv', { csv: 'x.csv', missing: [-9999] }];
  assert.deepEqual(parseDocument(document).dataset?.sources, [
    { type: 'named', name: 'jena' },
    {
      type: 'csv',
      path: '/data/weather.csv',
      time: null,
      missing: [-9999],
      onMissing: 'error',
      columns: null,
    },
    { type: 'csv', path: '/study/x.csv', time: null, missing: [-9999], onMissing: 'error', columns: null },
  ]);
});

test('the named sources bring their own target and split', () => {
  const document = { ...gruGridDocument(), dataset: { source: ['jena', 'jena-synthetic'] } };
  const dataset = seriesOf(parseDocument(document));
  assert.equal(dataset.target, 'T (degC)');
  assert.deepEqual(dataset.split, {
    type: 'rows',
    train: { start: 0, end: 200_000 },
    validation: { start: 200_001, end: 300_000 },
    test: { start: 300_001, end: null },
  });
});

test('a CSV needs its target named and is split by fractions', () => {
  const document = { ...gruGridDocument(), dataset: { source: './a.csv', target: 'load' } };
  assert.deepEqual(seriesOf(parseDocument(document)).split, {
    type: 'fractions',
    train: 0.5,
    validation: 0.25,
    test: 0.25,
  });
  const [error] = errorsOf(() => parseDocument({ ...gruGridDocument(), dataset: { source: './a.csv' } }));
  assert.equal(error?.path, 'dataset.target');
});

test('a function objective takes the space as its inputs and trains nothing', () => {
  const spec = parseDocument({
    name: 'branin',
    space: {
      x: { type: 'float', low: -5, high: 10, levels: 4 },
      y: { type: 'float', low: 0, high: 15, levels: 4 },
    },
    objective: { type: 'function', name: 'branin' },
  });
  assert.deepEqual([spec.dataset, spec.window, spec.model, spec.training], [null, null, null, null]);
  assert.deepEqual(spec.objective, {
    type: 'function',
    name: 'branin',
    metric: 'value',
    direction: 'minimize',
    epoch: 'last',
  });
});

test('a function objective refuses a model, too few inputs and inputs that are not numbers', () => {
  const errors = errorsOf(() =>
    parseDocument({
      name: 'h',
      model: { type: 'linear' },
      space: { x: [1, 'two'] },
      objective: { type: 'function', name: 'hartmann6' },
    }),
  );
  assert.deepEqual(errors.map((error) => error.path).sort(), ['model', 'space', 'space.x[1]']);
});

test('a spec read back from an event log is the same; one that was changed there is refused', () => {
  const spec = parseDocument(gruGridDocument());
  const json = JSON.parse(JSON.stringify(spec));
  assert.deepEqual(reviveSweepSpec(json), spec);
  json.limits.maxAttempts = 'three';
  json.colour = 'red';
  const errors = errorsOf(() => reviveSweepSpec(json));
  assert.equal(errors[0]?.code, 'EVENT_LOG_CORRUPT');
});

test('a byte order mark before the JSON is passed over', () => {
  const text = `\ufeff${JSON.stringify(gruGridDocument())}`;
  assert.equal(parseSweepSpec(text, 'sweep.json').name, 'gru-grid');
});
