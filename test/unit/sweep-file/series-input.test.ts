// Which of several series a window is of, as an input: asked for in the dataset section, searched, there and back, refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepError } from '../../../src/errors.js';
import type { SeriesSpec } from '../../../src/study/dataset-source.js';
import type { ForecastTask, Params, TrainConfig } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { documentOf } from '../../../src/sweep-file/sweep-document.js';
import type { SweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { errorsOf } from '../../support/fixtures/sweep-documents.js';

const shape = (rows: number): [number, number] => [0, rows];
const ONE = { train: shape(100), validation: shape(50), test: shape(50) };
const DATA = {
  digest: 'a'.repeat(64),
  columns: [{ name: 'promo' }, { name: 'sales' }],
  split: {
    train: { start: 0, end: 300 },
    validation: { start: 300, end: 450 },
    test: { start: 450, end: 600 },
  },
  series: { list: ['north', 'south', 'east'].map((name) => ({ name, stretches: ONE })) },
};

const fileOf = (series: unknown, more: object = {}) => ({
  name: 'stores',
  dataset: { source: './stores.csv', target: 'sales', series },
  window: { lookback: 14, delay: 0 },
  model: { type: 'linear' },
  ...more,
});
const parse = (document: unknown): SweepSpec => parseSweepSpec(JSON.stringify(document), 'stores.json');
const trialAt = (document: unknown, params: Params = {}): TrainConfig =>
  resolveTrial(parse(document), params, 1, DATA) as TrainConfig;
const inputOf = ({ task, layers }: TrainConfig) => ({
  told: (task as ForecastTask).seriesInput,
  first: layers[0],
  count: layers.length,
});

test('a model is told the series where the dataset section says in how many values, before its own layers', () => {
  const plain = trialAt(fileOf('store'));
  assert.equal((plain.task as ForecastTask).seriesInput, undefined);
  for (const series of [{ column: 'store' }, { column: 'store', embedding: 0 }])
    assert.deepEqual(trialAt(fileOf(series)), plain);
  const told = trialAt(fileOf({ column: 'store', embedding: 4 }));
  assert.deepEqual(inputOf(told), {
    told: 4,
    first: { type: 'seriesEmbedding', inputDim: 3, outputDim: 4 },
    count: plain.layers.length + 1,
  });
  assert.deepEqual(told.layers.slice(1), plain.layers);
});

test('whether it is told, and in how many values, is a choice of the space and of a variant', () => {
  const searched = fileOf({ file: true, embedding: '$width' }, { space: { width: [0, 2, 8] } });
  assert.deepEqual(
    [0, 2, 8].map((width) => inputOf(trialAt(searched, { width })).told),
    [undefined, 2, 8],
  );
  const { model, ...rest } = fileOf(['store', 'product']);
  const variants = { told: { model, dataset: { series: { embedding: 3 } } }, untold: { model } };
  const file = { ...rest, variants };
  assert.equal(inputOf(trialAt(file, { variant: 'told' })).told, 3);
  assert.equal(inputOf(trialAt(file, { variant: 'untold' })).told, undefined);
});

test('a model of labels is told the series as one of forecasts is, and a variant may say no more than that', () => {
  const labelled = (series: unknown, more: object = {}) => {
    const { dataset, window, ...rest } = fileOf(series, more) as ReturnType<typeof fileOf>;
    return { ...rest, dataset: { ...dataset, task: 'classify', target: 'state' }, window: { lookback: 14 } };
  };
  const classes = ['idle', 'run'].map((name) => ({ name, train: 150 }));
  const trial = (document: unknown, params: Params = {}) =>
    resolveTrial(parse(document), params, 1, { ...DATA, labels: { classes } }) as TrainConfig;
  const told = trial(labelled({ column: 'store', embedding: '$width' }, { space: { width: [0, 4] } }), {
    width: 4,
  });
  assert.deepEqual(inputOf(told), {
    told: 4,
    first: { type: 'seriesEmbedding', inputDim: 3, outputDim: 4 },
    count: 3,
  });
  const plain = trial(labelled({ column: 'store', embedding: 0 }));
  assert.deepEqual(plain, trial(labelled('store')));
  assert.equal(inputOf(plain).told, undefined);
  const spec = parse(labelled({ column: 'store', embedding: 4 }));
  assert.deepEqual(parse(documentOf(spec)).dataset, spec.dataset);
  assert.deepEqual(trial(documentOf(spec)), trial(labelled({ column: 'store', embedding: 4 })));
  const { model, ...rest } = labelled('store');
  const variants = (dataset: object) => ({
    ...rest,
    variants: { one: { model, dataset }, other: { model } },
  });
  assert.equal(inputOf(trial(variants({ series: { embedding: 3 } }), { variant: 'one' })).told, 3);
  assert.throws(() => parse(variants({ target: { as: 'difference' } })), /does not go with a series/);
  // Of the file's own target the schema has said it.
  const { dataset, ...labels } = labelled('store');
  const target = { column: 'state', as: 'difference' };
  assert.deepEqual(
    errorsOf(() => parse({ ...labels, dataset: { ...dataset, target } })).map(({ path }) => path),
    ['dataset.target.as'],
  );
  assert.throws(() => parse(labelled('store', { model: { type: 'baseline' } })), {
    message: /a label is no value of its window to persist/,
    hint: /it goes with forecasts/,
  });
});

test('a model that learns nothing is told nothing', () => {
  const told = trialAt(fileOf({ column: 'store', embedding: 4 }, { model: { type: 'baseline' } }));
  assert.deepEqual(inputOf(told), { told: undefined, first: { type: 'persistence', column: 1 }, count: 1 });
});

test('a file comes back from its log and from its spec as it was', () => {
  const named: readonly [unknown, unknown][] = [
    [{ column: 'store', embedding: 4 }, 'store'],
    [{ column: ['store', 'product'], embedding: '$width' }, ['store', 'product']],
    [{ file: true, embedding: 4 }, null],
    [
      ['store', 'product'],
      ['store', 'product'],
    ],
  ];
  for (const [series, column] of named) {
    const isSearched = JSON.stringify(series).includes('$width');
    const spec = parse(fileOf(series, isSearched ? { space: { width: [1, 2] } } : {}));
    assert.deepEqual((spec.dataset as SeriesSpec).series?.column, column);
    assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
    assert.deepEqual(parse(documentOf(spec)), spec);
  }
});

const written = [{ type: 'seriesEmbedding', inputDim: 3, outputDim: 4 }, { type: 'flatten' }];
const REFUSED: readonly [string, unknown, string][] = [
  ['a width below 0', fileOf({ column: 'store', embedding: -1 }), 'dataset.series.embedding'],
  ['a column twice', fileOf(['store', 'store']), 'dataset.series'],
  ['a list of one', fileOf(['store']), 'dataset.series'],
  [
    'the layer written by hand',
    fileOf('store', { model: { type: 'layers', layers: [...written, { type: 'dense', units: 1 }] } }),
    'model.layers[0].type',
  ],
  [
    'a layer of the list that does not fit, by its own place',
    fileOf(
      { column: 'store', embedding: 2 },
      { model: { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 2 }] } },
    ),
    'model.layers[1]',
  ],
];
for (const [what, document, path] of REFUSED)
  test(`${what} is refused where it stands`, () => {
    assert.throws(
      () => trialAt(document),
      (thrown: SweepError) => {
        assert.ok(thrown.path?.startsWith(path), `${thrown.path}: ${thrown.message}`);
        return true;
      },
    );
  });
