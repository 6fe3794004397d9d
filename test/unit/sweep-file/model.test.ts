import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { summarizeModel, trainingBytes } from '../../../src/sweep-file/model/model-shape.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { conv1d, dense, embedding, globalMax, lstm } from '../../support/fixtures/layer-specs.js';
import {
  errorAt,
  errorsOf,
  gruGridDocument,
  JENA_SHAPE,
  layerDocument,
  parseDocument,
} from '../../support/fixtures/sweep-documents.js';

function resolveLayers(layers: readonly unknown[]) {
  return (resolveTrial(parseDocument(layerDocument(layers)), {}, 1, JENA_SHAPE) as TrainConfig).layers;
}

function resolveModel(model: Record<string, unknown>) {
  const document = { ...gruGridDocument(), model, space: {} };
  document.window.step = 6;
  document.training = {};
  return (resolveTrial(parseDocument(document), {}, 1, JENA_SHAPE) as TrainConfig).layers;
}

test('the summary has the shapes and parameter counts of Keras', () => {
  // Keras 2.x model.summary() of the same layers on (240, 14): GRU with reset_after=False.
  const layers = resolveLayers([
    { type: 'gru', units: 32, returnSequences: true },
    { type: 'dropout', rate: 0.1 },
    { type: 'gru', units: 64, resetAfter: true },
    { type: 'dense', units: 1 },
  ]);
  assert.deepEqual(
    summarizeModel(layers, { timesteps: 240, features: 14 }).map(({ name, outputShape, parameters }) => [
      name,
      outputShape,
      parameters,
    ]),
    [
      ['gru_1', [240, 32], 4512],
      ['dropout_1', [240, 32], 0],
      ['gru_2', [64], 18_816],
      ['dense_1', [1], 65],
    ],
  );
  const lstm = summarizeModel(
    resolveLayers([
      { type: 'lstm', units: 32 },
      { type: 'dense', units: 1 },
    ]),
    {
      timesteps: 240,
      features: 14,
    },
  );
  assert.deepEqual(
    lstm.map((row) => row.parameters),
    [6016, 33],
  );
});

test('bidirectional counts as in Keras', () => {
  // Bidirectional(LSTM(32)) on (240, 14): twice 6016; sequences concatenated to 64 columns.
  const sequences = { type: 'lstm', units: 32, returnSequences: true };
  const summary = summarizeModel(
    resolveLayers([
      { type: 'bidirectional', layer: sequences },
      { type: 'bidirectional', layer: { type: 'gru', units: 8 }, merge: 'sum' },
      { type: 'dense', units: 1 },
    ]),
    { timesteps: 240, features: 14 },
  );
  assert.deepEqual(
    summary.map(({ outputShape, parameters }) => [outputShape, parameters]),
    [
      [[240, 64], 12_032],
      [[8], 2 * 3 * 8 * (64 + 8 + 1)],
      [[1], 9],
    ],
  );
});

test('conv1d has the shapes and counts of Keras, and says what cannot fit', () => {
  const summaryOf = (layer: Record<string, unknown>) =>
    summarizeModel(
      resolveLayers([
        { type: 'conv1d', filters: 32, kernelSize: 5, ...layer },
        { type: 'flatten' },
        { type: 'dense', units: 1 },
      ]),
      { timesteps: 240, features: 14 },
    )[0];
  const shapes = [{}, { padding: 'same' }, { strides: 3 }, { padding: 'causal', dilationRate: 2 }].map(
    (fields) => summaryOf(fields)?.outputShape,
  );
  assert.deepEqual(shapes, [
    [236, 32],
    [240, 32],
    [79, 32],
    [240, 32],
  ]);
  assert.equal(summaryOf({})?.parameters, 2272);
  for (const [layer, pattern] of [
    [{ kernelSize: 241 }, /241 time steps at once, but gets only 240/],
    [{ strides: 2, dilationRate: 2 }, /strides 2 and dilationRate 2/],
  ] as const) {
    const [error] = errorsOf(() => summaryOf(layer));
    assert.equal(error?.path, 'model.layers[0]');
    assert.match(error?.message ?? '', pattern);
  }
});

test('an embedding stands first, even over a layer that gives one column', () => {
  const layers = [conv1d(1, 2), embedding(10, 4), globalMax, dense(1)];
  const [error] = errorsOf(() => summarizeModel(layers, { timesteps: 8, features: 1 }));
  assert.equal(error?.path, 'model.layers[1]');
  assert.match(error?.message ?? '', /token ids, one a time step, straight from the data/);
});

test('pools have the shapes of Keras', () => {
  const summary = summarizeModel(
    resolveLayers([
      { type: 'maxPooling1d', poolSize: 3 },
      { type: 'averagePooling1d', poolSize: 3, strides: 2 },
      { type: 'maxPooling1d', padding: 'same' },
      { type: 'globalMaxPooling1d' },
      { type: 'dense', units: 1 },
    ]),
    { timesteps: 241, features: 14 },
  );
  assert.deepEqual(
    summary.map(({ outputShape }) => outputShape),
    [[80, 14], [39, 14], [20, 14], [14], [1]],
  );
  const [error] = errorsOf(() =>
    summarizeModel(
      resolveLayers([
        { type: 'globalMaxPooling1d' },
        { type: 'dense', units: 1 },
        { type: 'globalAveragePooling1d' },
      ]),
      { timesteps: 3, features: 2 },
    ),
  );
  assert.equal(error?.path, 'model.layers[2]');
  assert.match(error?.message ?? '', /needs a sequence/);
});

test('an embedding counts as in Keras, and takes one id a time step', () => {
  const layers = [embedding(10_000, 32), lstm(32), dense(1)];
  const summary = summarizeModel(layers, { timesteps: 500, features: 1 });
  assert.deepEqual([summary[0]?.outputShape, summary[0]?.parameters], [[500, 32], 320_000]);
  const [error] = errorsOf(() => summarizeModel(layers, { timesteps: 500, features: 14 }));
  assert.equal(error?.path, 'model.layers[0]');
  assert.match(error?.message ?? '', /one token id a time step, but gets shape \[500, 14\]/);
});

test('layer normalisation keeps the shape, with a scale and an offset a feature', () => {
  const layers = resolveLayers([
    { type: 'layerNormalization' },
    { type: 'flatten' },
    { type: 'dense', units: 1 },
  ]);
  assert.deepEqual(layers[0], { type: 'layerNormalization', epsilon: 1e-3 });
  const [row] = summarizeModel(layers, { timesteps: 240, features: 14 });
  assert.deepEqual([row?.outputShape, row?.parameters], [[240, 14], 28]);
});

test('flatten and dense count as in Keras', () => {
  const summary = summarizeModel(resolveModel({ type: 'dense' }), { timesteps: 240, features: 14 });
  assert.deepEqual(
    summary.map((row) => row.parameters),
    [0, 107_552, 33],
  );
  assert.deepEqual(summary[0]?.outputShape, [3360]);
  assert.ok(trainingBytes(summary, { timesteps: 240, features: 14 }, 128) > 4 * 4 * 107_585);
});

test('layers get the defaults of Keras 2', () => {
  const [gru, lstm] = resolveLayers([
    { type: 'gru', units: 8, returnSequences: true },
    { type: 'lstm', units: 8 },
    { type: 'dense', units: 1 },
  ]);
  const shared = {
    units: 8,
    activation: 'tanh',
    recurrentActivation: 'hardSigmoid',
    dropout: 0,
    recurrentDropout: 0,
    goBackwards: false,
    kernelL2: 0,
    recurrentL2: 0,
  };
  assert.deepEqual(gru, { type: 'gru', ...shared, returnSequences: true, resetAfter: false });
  assert.deepEqual(lstm, { type: 'lstm', ...shared, returnSequences: false, unitForgetBias: true });
});

test('a shape that cannot be is refused at its layer, with the remedy', () => {
  const dense = { type: 'dense', units: 1 };
  const gru = { type: 'gru', units: 8 };
  const cases: readonly [layers: unknown[], path: string, hint: RegExp][] = [
    [[dense], 'model.layers[0]', /flatten/],
    [[{ ...gru, returnSequences: true }, dense], 'model.layers[1]', /flatten/],
    [[gru, gru, dense], 'model.layers[1]', /returnSequences/],
    [[gru], 'model.layers[0]', /"units": 1/],
    [[{ type: 'flatten' }, { ...dense, units: 2 }], 'model.layers[1]', /"units": 1/],
  ];
  for (const [layers, path, hint] of cases) {
    const error = errorAt(
      errorsOf(() => parseDocument(layerDocument(layers))),
      path,
    );
    assert.equal(error.code, 'MODEL_SHAPE');
    assert.match(error.hint ?? '', hint);
  }
});

test('a trial has every reference replaced and every field of its optimiser', () => {
  const spec = parseDocument(gruGridDocument());
  const sampler = createSampler({ ...spec, seed: 0 });
  const last = sampler.suggest(95, NO_HISTORY);
  assert.ok(last);
  const config = resolveTrial(spec, last, 7, JENA_SHAPE) as TrainConfig;
  assert.equal(config.datasetDigest, JENA_SHAPE.digest);
  assert.equal(config.seed, 7);
  assert.deepEqual(config.task, {
    kind: 'forecast',
    targetColumn: 1,
    split: JENA_SHAPE.split,
    window: { lookback: 1440, step: 12, delay: 144 },
  });
  assert.equal(config.training.learningRate, 0.01);
  assert.deepEqual(config.training.optimizer, { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 });
  assert.equal(config.layers[0]?.type, 'lstm');
  assert.doesNotMatch(JSON.stringify(config), /\$/);
});

test('optimisers have the defaults of Keras and may be searched by name', () => {
  const document = { ...gruGridDocument(), model: { type: 'linear' } };
  document.window.step = 6;
  document.training = { optimizer: '$optimizer' };
  document.space = { optimizer: ['rmsprop', 'adam', 'sgd'] };
  const spec = parseDocument(document);
  const optimizers = ['rmsprop', 'adam', 'sgd'].map(
    (optimizer) => (resolveTrial(spec, { optimizer }, 1, JENA_SHAPE) as TrainConfig).training.optimizer,
  );
  assert.deepEqual(optimizers, [
    { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    { type: 'sgd', momentum: 0 },
  ]);
  document.training = { optimizer: { type: 'sgd', momentum: '$momentum' } };
  document.space = { momentum: [0.5] };
  const config = resolveTrial(parseDocument(document), { momentum: 0.5 }, 1, JENA_SHAPE) as TrainConfig;
  assert.deepEqual(config.training.optimizer, { type: 'sgd', momentum: 0.5 });
});

test('a target that is no column, and a window longer than a split, are refused once the data are known', () => {
  const document = gruGridDocument();
  document.dataset.target = 'T (degc)';
  const spec = parseDocument(document);
  const params = { cell: 'gru', units: 16, dropout: 0, recurrentDropout: 0, step: 6, learningRate: 0.001 };
  const [target] = errorsOf(() => resolveTrial(spec, params, 1, JENA_SHAPE));
  assert.equal(target?.path, 'dataset.target');
  assert.equal(target?.hint, 'did you mean "T (degC)"?');

  const short = { ...JENA_SHAPE, split: { ...JENA_SHAPE.split, test: { start: 300_001, end: 301_585 } } };
  const [window] = errorsOf(() => resolveTrial(parseDocument(gruGridDocument()), params, 1, short));
  assert.equal(window?.path, 'window.lookback');
});

test('a point that lacks a value, or has an impossible one, is refused with its path', () => {
  const spec = parseDocument(gruGridDocument());
  const params = { cell: 'gru', units: 99_999, dropout: 0, recurrentDropout: 0, learningRate: 0.001 };
  const errors = errorsOf(() => resolveTrial(spec, params, 1, JENA_SHAPE));
  assert.equal(errorAt(errors, 'window.step').code, 'SPEC_REFERENCE');
  assert.equal(errorAt(errors, 'model.units').code, 'SPEC_INVALID');
});

test('a function trial carries its point', () => {
  const spec = parseDocument({ name: 'n', space: { x: [1] }, objective: { type: 'function', name: 'noop' } });
  assert.deepEqual(resolveTrial(spec, { x: 1 }, 3, null), {
    kind: 'function',
    name: 'noop',
    params: { x: 1 },
    seed: 3,
  });
});
