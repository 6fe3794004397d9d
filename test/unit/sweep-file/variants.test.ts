// Several models in one sweep file: what each variant trains, how trials are counted, and where errors point.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import type { Params, TrainConfig } from '../../../src/study/trial/trial.js';
import type { ParseOptions } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { reviveSweepSpec, type SweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { onlyVariant } from '../../../src/sweep-file/variants.js';
import { dense, flatten, gru, lstm, persistence } from '../../support/fixtures/layer-specs.js';
import {
  errorAt,
  errorsOf,
  gruGridDocument,
  JENA_SHAPE,
  parseDocument,
} from '../../support/fixtures/sweep-documents.js';

/** Three variants over a file whose own model is a GRU. */
function variantDocument() {
  return {
    ...gruGridDocument(),
    window: { lookback: 1440, step: 6, delay: 144 } as Record<string, unknown>,
    model: { type: 'recurrent', units: '$units' } as Record<string, unknown>,
    training: { learningRate: '$learningRate', epochs: 20 } as Record<string, unknown>,
    space: { units: [16, 32], learningRate: [0.001, 0.01, 0.1] } as Record<string, unknown>,
    variants: {
      gru: {},
      lstm: { model: { cell: 'lstm' }, training: { epochs: 40 }, window: { step: 3 } },
      naive: { model: { type: 'baseline' } },
    } as Record<string, Record<string, unknown>>,
  };
}

const parse = (change: (document: ReturnType<typeof variantDocument>) => void, options?: ParseOptions) => {
  const document = variantDocument();
  change(document);
  return parseDocument(document, options);
};
const unchanged = (options?: ParseOptions) => parse(() => {}, options);

function configOf(spec: SweepSpec, variant: string, rest: Params = { units: 16, learningRate: 0.01 }) {
  return resolveTrial(spec, { variant, ...rest }, 1, JENA_SHAPE) as TrainConfig;
}

test('each variant is the file with its own fields laid over', () => {
  const spec = unchanged();
  const [one, two, three] = ['gru', 'lstm', 'naive'].map((name) => configOf(spec, name));
  assert.deepEqual(one?.layers, [gru(16), dense(1)]);
  assert.deepEqual(two?.layers, [lstm(16), dense(1)]);
  assert.deepEqual(three?.layers, [persistence(1)]);
  assert.deepEqual([one?.training.epochs, two?.training.epochs], [20, 40]);
  assert.deepEqual([one?.training.learningRate, two?.training.learningRate], [0.01, 0.01]);
  const steps = [one, two].map((config) => config?.task.kind === 'forecast' && config.task.window.step);
  assert.deepEqual(steps, [6, 3]);
});

test('a variant alone trains what a file of its sections would: the same trial', () => {
  const { variants: _, ...plain } = variantDocument();
  const params = { units: 32, learningRate: 0.1 };
  assert.deepEqual(
    configOf(unchanged(), 'gru', params),
    resolveTrial(parseDocument(plain), params, 1, JENA_SHAPE),
  );
});

test('the grid runs for each variant in turn, counted exactly, with variant as the first parameter', () => {
  const spec = unchanged();
  const sampler = createSampler({ ...spec, seed: 0 });
  assert.equal(sampler.count, 18);
  const points = Array.from({ length: 18 }, (_, index) => sampler.suggest(index, NO_HISTORY));
  assert.deepEqual(
    points.map((point) => point?.variant),
    ['gru', 'lstm', 'naive'].flatMap((name) => Array.from({ length: 6 }, () => name)),
  );
  assert.ok(points.every((point) => Object.keys(point ?? {})[0] === 'variant'));
  const huge = parse((document) => {
    document.space.learningRate = { type: 'float', low: 0.001, high: 0.1, levels: 1_000_000 };
    document.space.units = { type: 'int', low: 1, high: 1000 };
  });
  assert.equal(createSampler({ ...huge, seed: 0 }).count, 3e9);
});

test('a model may stand in the variants alone, and a space is not needed', () => {
  const { model: _, ...rest } = variantDocument();
  const spec = parseDocument({
    ...rest,
    training: {},
    space: {},
    variants: { a: { model: { type: 'linear' } }, b: { model: { type: 'dense' } } },
  });
  assert.equal(createSampler({ ...spec, seed: 0 }).count, 2);
  assert.deepEqual(configOf(spec, 'a', {}).layers, [flatten, dense(1)]);
});

test('a spec with variants survives the event log', () => {
  const spec = unchanged();
  const revived = reviveSweepSpec(JSON.parse(JSON.stringify(spec)));
  assert.deepEqual(revived, spec);
  assert.deepEqual(Object.keys(revived.space), ['variant', 'units', 'learningRate']);
});

test('the spec of one variant plans its part of the grid', () => {
  const spec = onlyVariant(unchanged(), 'lstm');
  const sampler = createSampler({ ...spec, seed: 0 });
  assert.equal(sampler.count, 6);
  assert.deepEqual(sampler.suggest(0, NO_HISTORY), { variant: 'lstm', units: 16, learningRate: 0.001 });
});

test('an override reaches the variants that state the field themselves', () => {
  const spec = unchanged({ overrides: ['training.epochs=3', 'model.units=8', 'space={"learningRate":[1]}'] });
  const params = { learningRate: 1 };
  assert.equal(configOf(spec, 'gru', params).training.epochs, 3);
  assert.equal(configOf(spec, 'lstm', params).training.epochs, 3);
  assert.deepEqual(configOf(spec, 'lstm', params).layers, [lstm(8), dense(1)]);
  const one = unchanged({ overrides: ['variants.lstm.training.epochs=7'] });
  assert.deepEqual(
    ['gru', 'lstm'].map((name) => configOf(one, name).training.epochs),
    [20, 7],
  );
});

test('errors point to where the variant, the file or the space states the value', () => {
  const cases: readonly [
    change: (document: ReturnType<typeof variantDocument>) => void,
    path: string,
    message: RegExp,
  ][] = [
    [(d) => (d.variants.lstm!.model = { unitz: 3 }), 'variants.lstm.model.unitz', /unknown field/],
    [
      (d) => (d.variants.lstm!.training = { epochs: 0 }),
      'variants.lstm.training.epochs',
      /at least 1, not 0/,
    ],
    [(d) => (d.variants.lstm!.window = { step: 7 }), 'variants.lstm.window.step', /must divide/],
    [(d) => (d.variants.naive!.model = { type: 'naive' }), 'variants.naive.model.type', /must be/],
    [(d) => (d.variants.lstm!.model = { units: '$unit' }), 'variants.lstm.model.units', /no such dimension/],
    [(d) => (d.variants.lstm!.model = { type: '$units' }), 'variants.lstm.model.type', /must be/],
    [(d) => (d.variants.lstm!.colour = {}), 'variants.lstm.colour', /unknown field/],
    [
      (d) => (d.variants.lstm!.model = { units: [8, 8], layers: 3 }),
      'variants.lstm.model.units',
      /layers is 3/,
    ],
    [(d) => (d.training.epochs = -1), 'training.epochs', /at least 1/],
    [(d) => (d.space.units = [16, 0]), 'space.units[1]', /at least 1, not 0/],
    [(d) => (d.space.depth = [1, 2]), 'space.depth', /used by no reference/],
    [(d) => (d.space.variant = ['a']), 'space.variant', /dimension that "variants" makes/],
    [(d) => (d.variants = {}), 'variants', /at least one/],
    [(d) => (d.variants['a b'] = {}), 'variants["a b"]', /name/],
    [(d) => (d.variants.lstm = 3 as never), 'variants.lstm', /an object/],
    [(d) => (d.variants = 3 as never), 'variants', /an object/],
  ];
  for (const [change, path, message] of cases)
    assert.match(
      errorAt(
        errorsOf(() => parse(change)),
        path,
      ).message,
      message,
    );
});

test('an error of the file that all variants inherit is reported once, at the file', () => {
  const errors = errorsOf(() => parse((document) => (document.window.step = 7)));
  assert.deepEqual(
    errors.map((error) => error.path),
    ['window.step'],
  );
});

test('a section that neither file nor variant has is missing in the variant', () => {
  const { model: _, ...document } = variantDocument();
  const errors = errorsOf(() => parseDocument(document));
  assert.match(errorAt(errors, 'variants.gru.model').message, /is required/);
});

test('an overridden value in a variant is blamed on the option', () => {
  const [error] = errorsOf(() => unchanged({ overrides: ['training.epochs=0'] }));
  assert.match(error?.message ?? '', /^--set training.epochs=0/);
});

test('variants do not go with a function objective', () => {
  const errors = errorsOf(() =>
    parseDocument({
      name: 'n',
      objective: { type: 'function', name: 'noop' },
      variants: { a: {} },
    }),
  );
  assert.match(errorAt(errors, 'variants').message, /function objective/);
});

test('a point of a variant that the file does not have is refused', () => {
  const [error] = errorsOf(() => configOf(unchanged(), 'constructor'));
  assert.equal(error?.code, 'SPEC_REFERENCE');
  assert.match(error?.hint ?? '', /gru, lstm, naive/);
});

test('a value that the data make impossible is named inside its variant', () => {
  const short = { ...JENA_SHAPE, split: { ...JENA_SHAPE.split, test: { start: 300_001, end: 301_000 } } };
  const params = { variant: 'lstm', units: 16, learningRate: 0.1 };
  const [error] = errorsOf(() => resolveTrial(unchanged(), params, 1, short));
  assert.equal(error?.path, 'variants.lstm.window.lookback');
});

test('variants of reviews may read them otherwise, and cannot have other reviews or windows', () => {
  const document = {
    name: 'reviews',
    dataset: { kind: 'reviews', source: 'imdb', maxLength: 100 },
    model: { type: 'recurrent', embedding: 32 },
    variants: { forwards: {}, backwards: { dataset: { reversed: true } } } as Record<string, unknown>,
  };
  const spec = parseDocument(document);
  const shape = { ...JENA_SHAPE, columns: [] };
  const tasks = ['forwards', 'backwards'].map(
    (variant) => (resolveTrial(spec, { variant }, 1, shape) as TrainConfig).task,
  );
  assert.deepEqual(
    tasks.map((task) => task.kind === 'classify' && [task.maxLength, task.reversed]),
    [
      [100, false],
      [100, true],
    ],
  );
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
  document.variants = {
    a: { dataset: { source: 'other' } },
    b: { window: { lookback: 3 } },
    c: { dataset: { maxLength: 0 } },
  };
  const errors = errorsOf(() => parseDocument(document));
  assert.match(errorAt(errors, 'variants.a.dataset.source').message, /unknown field/);
  assert.match(errorAt(errors, 'variants.b.window').message, /does not go with reviews/);
  assert.match(errorAt(errors, 'variants.c.dataset.maxLength').message, /at least 1/);
  const series = errorsOf(() => parse((d) => (d.variants.gru = { dataset: { reversed: true } })));
  assert.match(errorAt(series, 'variants.gru.dataset').message, /same data/);
});
