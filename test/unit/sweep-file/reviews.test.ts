// Sweep files on labelled reviews: what may be left out, what a trial's config becomes, and what is refused where.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import {
  errorAt,
  errorsOf,
  gruGridDocument,
  IMDB_SHAPE,
  parseDocument,
} from '../../support/fixtures/sweep-documents.js';

function reviewsDocument() {
  return {
    name: 'reviews',
    dataset: { kind: 'reviews', source: ['imdb', 'reviews-synthetic'] } as Record<string, unknown>,
    model: { type: 'recurrent', cell: 'lstm', units: 32, embedding: 32 } as Record<string, unknown>,
  };
}

function configOf(document: unknown, params = {}): TrainConfig {
  const config = resolveTrial(parseDocument(document), params, 1, IMDB_SHAPE);
  assert.equal(config.kind, 'train');
  return config as TrainConfig;
}

test('a file on reviews says little: the rest is that of the chapter', () => {
  const spec = parseDocument(reviewsDocument());
  assert.deepEqual(spec.dataset, {
    kind: 'reviews',
    sources: [
      { type: 'named', name: 'imdb' },
      { type: 'named', name: 'reviews-synthetic' },
    ],
    validationSplit: 0.2,
    testSplit: 0.2,
  });
  assert.equal(spec.window, null);
  const { metric, direction } = spec.objective;
  assert.deepEqual([metric, direction], ['validationAccuracy', 'maximize']);
  const { task, layers, training } = configOf(reviewsDocument());
  assert.deepEqual(task, {
    kind: 'classify',
    split: IMDB_SHAPE.split,
    maxLength: 500,
    maxFeatures: 10_000,
    reversed: false,
  });
  assert.equal(training.loss, 'binaryCrossentropy');
  assert.deepEqual(layers[0], { type: 'embedding', inputDim: 10_000, outputDim: 32 });
  const last = layers.at(-1);
  assert.ok(last?.type === 'dense' && last.units === 1 && last.activation === 'sigmoid');
});

test('what a sample is may be searched, and the embedding follows the vocabulary', () => {
  const document = {
    ...reviewsDocument(),
    dataset: {
      kind: 'reviews',
      source: 'imdb',
      maxFeatures: '$words',
      maxLength: '$length',
      reversed: '$reversed',
    },
    space: { words: [5_000, 20_000], length: [100], reversed: [false, true] },
  };
  const { task, layers } = configOf(document, { words: 20_000, length: 100, reversed: true });
  assert.ok(task.kind === 'classify');
  assert.deepEqual([task.maxFeatures, task.maxLength, task.reversed], [20_000, 100, true]);
  assert.ok(layers[0]?.type === 'embedding' && layers[0].inputDim === 20_000);
});

test('Keras’ name of the metric is understood', () => {
  const { objective } = parseDocument({ ...reviewsDocument(), objective: { metric: 'valAccuracy' } });
  assert.equal(objective.metric, 'validationAccuracy');
  assert.equal(objective.direction, 'maximize');
});

test('a spec on reviews comes back from the event log as it went in', () => {
  const spec = parseDocument(reviewsDocument());
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
  const series = parseDocument(gruGridDocument());
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(series))), series);
  assert.ok(!JSON.stringify(series).includes('kind'), 'the spec of a series is what it was');
});

test('sources of reviews are named, or files told apart by their form', () => {
  const source = [
    'imdb',
    './a.tsv',
    'b.csv.gz',
    'c.npz',
    { tsv: 'd.txt', test: 'e.txt', text: 3, label: 0, header: false },
    { npz: 'f.bin' },
  ];
  const { dataset } = parseDocument({ ...reviewsDocument(), dataset: { kind: 'reviews', source } });
  const table = { type: 'table', test: null, text: 'text', label: 'label', header: true };
  assert.deepEqual(dataset?.sources, [
    { type: 'named', name: 'imdb' },
    { ...table, format: 'tsv', path: '/study/a.tsv' },
    { ...table, format: 'csv', path: '/study/b.csv.gz' },
    { type: 'npz', path: '/study/c.npz' },
    { ...table, format: 'tsv', path: '/study/d.txt', test: '/study/e.txt', text: 3, label: 0, header: false },
    { type: 'npz', path: '/study/f.bin' },
  ]);
});

test('reviews given on the command line are read in the form of the file’s own table', () => {
  const document = {
    ...reviewsDocument(),
    dataset: {
      kind: 'reviews',
      source: ['imdb', { csv: 'own.csv', test: 'test.csv', text: 3, label: 0, header: false }],
    },
  };
  const replaced = (dataSource: string) => parseDocument(document, { dataSource }).dataset?.sources;
  const form = { type: 'table', text: 3, label: 0, header: false, test: null };
  assert.deepEqual(replaced('/new.tsv'), [{ ...form, format: 'tsv', path: '/new.tsv' }]);
  assert.deepEqual(replaced('/new.npz'), [{ type: 'npz', path: '/new.npz' }]);
  assert.deepEqual(replaced('reviews-synthetic'), [{ type: 'named', name: 'reviews-synthetic' }]);
});

test('each mistake is refused at its own path', () => {
  const base = reviewsDocument();
  const layers = (list: readonly unknown[]) => ({ type: 'layers', layers: list });
  const embedding = { type: 'embedding', inputDim: 10_000, outputDim: 8 };
  const pool = { type: 'globalMaxPooling1d' };
  const sigmoid = { type: 'dense', units: 1, activation: 'sigmoid' };
  const cases: readonly [document: unknown, path: string, code?: string][] = [
    [{ ...base, dataset: { ...base.dataset, maxLenght: 100 } }, 'dataset.maxLenght', 'SPEC_UNKNOWN_FIELD'],
    [{ ...base, dataset: { ...base.dataset, maxFeatures: 4 } }, 'dataset.maxFeatures'],
    [{ ...base, dataset: { ...base.dataset, validationSplit: 1 } }, 'dataset.validationSplit'],
    [{ ...base, dataset: { ...base.dataset, maxLength: '$long' } }, 'dataset.maxLength', 'SPEC_REFERENCE'],
    [{ ...base, dataset: { ...base.dataset, kind: 'review' } }, 'dataset.kind'],
    [{ ...base, dataset: { kind: 'reviews', source: 'imbd' } }, 'dataset.source'],
    [{ ...base, window: { lookback: 10, delay: 1 } }, 'window'],
    [{ ...base, objective: { metric: 'validationMae' } }, 'objective.metric'],
    [{ ...base, objective: { direction: 'minimize' } }, 'objective.direction'],
    [{ ...gruGridDocument(), objective: { metric: 'valAccuracy' } }, 'objective.metric'],
    [{ ...base, model: layers([pool, sigmoid]) }, 'model.layers[0]', 'MODEL_SHAPE'],
    [
      { ...base, model: layers([{ ...embedding, inputDim: 500 }, pool, sigmoid]) },
      'model.layers[0]',
      'MODEL_SHAPE',
    ],
    [
      { ...base, model: layers([embedding, pool, { type: 'dense', units: 1 }]) },
      'model.layers[2]',
      'MODEL_SHAPE',
    ],
    [{ ...base, model: layers([embedding, sigmoid]) }, 'model.layers[1]', 'MODEL_SHAPE'],
  ];
  for (const [document, path, code = 'SPEC_INVALID'] of cases)
    assert.equal(
      errorAt(
        errorsOf(() => parseDocument(document)),
        path,
      ).code,
      code,
      path,
    );
});

test('a value of the space that gives no model is refused where it is written', () => {
  const document = {
    ...reviewsDocument(),
    dataset: { kind: 'reviews', source: 'imdb', maxFeatures: '$words' },
    space: { words: [5_000, 3] },
  };
  assert.equal(
    errorAt(
      errorsOf(() => parseDocument(document)),
      'space.words[1]',
    ).code,
    'SPEC_INVALID',
  );
});

test('a function objective needs no defaults of reviews', () => {
  const text = JSON.stringify({
    name: 'f',
    objective: { type: 'function', name: 'noop' },
    space: { a: [1] },
  });
  assert.equal(parseSweepSpec(text, '/f.json').training, null);
});
