// Named architectures: the layers that each short form stands for, those of the chapter's listings among them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { expandModel, type ModelSection, modelSchema } from '../../../src/sweep-file/model/architecture.js';
import { summarizeModel } from '../../../src/sweep-file/model/model-shape.js';
import type { ModelTask } from '../../../src/sweep-file/model/model-task.js';
import type { Resolved } from '../../../src/sweep-file/reference.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import {
  attention,
  averagePool,
  bidirectional,
  conv1d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAverage,
  globalMax,
  gru,
  lastStep,
  lstm,
  maxPool,
  persistence,
  residual,
} from '../../support/fixtures/layer-specs.js';
import {
  errorAt,
  errorsOf,
  gruGridDocument,
  JENA_SHAPE,
  parseDocument,
} from '../../support/fixtures/sweep-documents.js';

const forecast: ModelTask = { kind: 'forecast', targetColumn: 1 };
const classify: ModelTask = { kind: 'classify', maxFeatures: 10_000 };

function expand(model: Record<string, unknown>, task = forecast): readonly LayerSpec[] {
  return expandModel(modelSchema.parse(model) as Resolved<ModelSection>, task);
}

function documentOf(model: Record<string, unknown>, space: Record<string, unknown> = {}) {
  const document = { ...gruGridDocument(), model, space };
  document.window.step = 6;
  document.training = {};
  return document;
}

const relu = { activation: 'relu' } as const;
const sequences = { returnSequences: true } as const;
const sigmoid = dense(1, { activation: 'sigmoid' });

test('dlinear is a linear map of the window beside its moving average', () => {
  const trend = (size: number) =>
    residual([averagePool(size, { strides: 1, padding: 'same' })], { merge: 'concat' });
  assert.deepEqual(expand({ type: 'dlinear' }), [trend(25), flatten, dense(1)]);
  assert.deepEqual(expand({ type: 'dlinear', kernelSize: 7 }), [trend(7), flatten, dense(1)]);
  assert.throws(() => expand({ type: 'dlinear' }, classify), /dlinear forecasts a series/);
});

test('each model of the chapter is one line', () => {
  const conv = (size: number) => conv1d(32, size, relu);
  const both = { dropout: 0.1, recurrentDropout: 0.5 };
  const series: readonly [model: Record<string, unknown>, layers: readonly LayerSpec[]][] = [
    [{ type: 'baseline' }, [persistence(1)]],
    [{ type: 'linear' }, [flatten, dense(1)]],
    [{ type: 'dense', units: 32 }, [flatten, dense(32, relu), dense(1)]],
    [{ type: 'recurrent' }, [gru(32), dense(1)]],
    [
      { type: 'recurrent', dropout: 0.2, recurrentDropout: 0.2 },
      [gru(32, { dropout: 0.2, recurrentDropout: 0.2 }), dense(1)],
    ],
    [
      { type: 'recurrent', units: [32, 64], activation: ['tanh', 'relu'], ...both },
      [gru(32, { ...both, ...sequences }), gru(64, { ...both, ...relu }), dense(1)],
    ],
    [{ type: 'recurrent', reversed: true }, [gru(32, { goBackwards: true }), dense(1)]],
    [{ type: 'recurrent', bidirectional: true }, [bidirectional(gru(32)), dense(1)]],
    [{ type: 'recurrent', cell: 'lstm' }, [lstm(32), dense(1)]],
    [{ type: 'conv1d', blocks: 3 }, [conv(5), maxPool(3), conv(5), maxPool(3), conv(5), globalMax, dense(1)]],
    [
      { type: 'conv-recurrent', ...both, head: 16 },
      [conv(5), maxPool(3), conv(5), gru(32, both), dense(16, relu), dense(1)],
    ],
  ];
  for (const [model, layers] of series) assert.deepEqual(expand(model), layers, JSON.stringify(model));

  const texts: readonly [model: Record<string, unknown>, layers: readonly LayerSpec[]][] = [
    [
      { type: 'recurrent', cell: 'lstm', embedding: 128, reversed: true },
      [embedding(10_000, 128), lstm(32, { goBackwards: true }), sigmoid],
    ],
    [
      { type: 'recurrent', cell: 'lstm', embedding: 32, bidirectional: true },
      [embedding(10_000, 32), bidirectional(lstm(32)), sigmoid],
    ],
    [
      { type: 'conv1d', embedding: 128, kernelSize: 7, poolSize: 5 },
      [embedding(10_000, 128), conv(7), maxPool(5), conv(7), globalMax, sigmoid],
    ],
    [{ type: 'dense', embedding: 8 }, [embedding(10_000, 8), flatten, dense(32, relu), sigmoid]],
  ];
  for (const [model, layers] of texts)
    assert.deepEqual(expand(model, classify), layers, JSON.stringify(model));
});

test('the chapter’s stacks have the parameters of Keras', () => {
  const sample = { timesteps: 240, features: 14 };
  const parametersOf = (model: Record<string, unknown>) =>
    summarizeModel(expand(model), sample).reduce((sum, row) => sum + row.parameters, 0);
  // Keras 2.x model.summary() of the chapter's listings; GRU with reset_after=False.
  assert.equal(parametersOf({ type: 'recurrent', units: [32, 64] }), 4512 + 18_624 + 65);
  assert.equal(parametersOf({ type: 'conv1d', blocks: 3 }), 2272 + 2 * 5152 + 33);
  assert.equal(parametersOf({ type: 'conv-recurrent' }), 2272 + 5152 + 6240 + 33);
});

test('a stack is counted by a list or by layers, and only its last layer ends the sequence', () => {
  const counted = expand({ type: 'recurrent', cell: 'lstm', units: 8, layers: 3, reversed: true, head: 4 });
  assert.deepEqual(counted, [
    lstm(8, { ...sequences, goBackwards: true }),
    lstm(8, sequences),
    lstm(8),
    dense(4, relu),
    dense(1),
  ]);
  assert.deepEqual(expand({ type: 'recurrent', dropout: [0.1, 0.2], bidirectional: true, merge: 'sum' }), [
    bidirectional(gru(32, { ...sequences, dropout: 0.1 }), 'sum'),
    bidirectional(gru(32, { dropout: 0.2 }), 'sum'),
    dense(1),
  ]);
});

test('blocks of convolutions have pools between them, of the kind and size asked for', () => {
  assert.deepEqual(
    expand({
      type: 'conv1d',
      filters: [8, 16],
      kernelSize: [7, 3],
      pooling: 'average',
      poolSize: 2,
      head: 4,
    }),
    [
      conv1d(8, 7, relu),
      { ...maxPool(2), type: 'averagePooling1d' },
      conv1d(16, 3, relu),
      globalAverage,
      dense(4, relu),
      dense(1),
    ],
  );
  assert.deepEqual(expand({ type: 'conv1d', filters: 8, poolSize: 1, convActivation: 'tanh' }), [
    conv1d(8, 5, { activation: 'tanh' }),
    conv1d(8, 5, { activation: 'tanh' }),
    globalMax,
    dense(1),
  ]);
});

test('fields of short forms take references, in lists too', () => {
  const model = { type: 'conv-recurrent', units: ['$first', 8], bidirectional: '$both', blocks: '$blocks' };
  const spec = parseDocument(documentOf(model, { first: [4, 6], both: [true, false], blocks: [1, 2] }));
  const { layers } = resolveTrial(spec, { first: 6, both: false, blocks: 1 }, 1, JENA_SHAPE) as TrainConfig;
  assert.deepEqual(layers, [conv1d(32, 5, relu), gru(6, sequences), gru(8), dense(1)]);
});

test('the baseline persists the target, wherever it stands in the data', () => {
  const spec = parseDocument(documentOf({ type: 'baseline' }));
  const { layers } = resolveTrial(spec, {}, 1, JENA_SHAPE) as TrainConfig;
  assert.deepEqual(layers, [persistence(1)]);
});

test('lists that do not fit each other, and architectures that do not fit the task, are refused', () => {
  const cases: readonly [model: Record<string, unknown>, path: string, message: RegExp][] = [
    [{ type: 'recurrent', units: [8, 8], layers: 3 }, 'model.units', /has 2 values, but layers is 3/],
    [
      { type: 'recurrent', units: [8, 8], dropout: [0, 0, 0] },
      'model.dropout',
      /has 3 values, but units has 2/,
    ],
    [{ type: 'conv1d', filters: [8], kernelSize: [3, 3] }, 'model.kernelSize', /but filters has 1/],
    [{ type: 'recurrent', units: [] }, 'model.units', /at least 1/],
    [{ type: 'recurrent', units: [8, 0] }, 'model.units[1]', /at least 1, not 0/],
    [{ type: 'conv1d', blocks: 8 }, 'model', /3 time steps at once, but gets only 2/],
    [{ type: 'recurrent', embedding: 8 }, 'model.embedding', /is for texts/],
    [{ type: 'layers', layers: [persistence(14)] }, 'model.layers[0]', /column 14 of a sequence/],
  ];
  for (const [model, path, message] of cases)
    assert.match(
      errorAt(
        errorsOf(() => parseDocument(documentOf(model))),
        path,
      ).message,
      message,
    );
  const [layers] = errorsOf(() =>
    parseDocument(documentOf({ type: 'recurrent', units: [8, 8], layers: '$layers' }, { layers: [2, 3] })),
  );
  assert.match(layers?.message ?? '', /has 2 values, but layers is 3/);
  const [text] = errorsOf(() => expand({ type: 'baseline' }, classify));
  assert.equal(text?.code, 'MODEL_SHAPE');
});

test('a tcn is residual levels of causal convolutions whose dilation doubles, and their newest step', () => {
  const level = (filters: number, dilationRate: number) => {
    const convolution = conv1d(filters, 3, { ...relu, padding: 'causal', dilationRate });
    return residual([convolution, dropout(0.1), convolution, dropout(0.1)], relu);
  };
  assert.deepEqual(expand({ type: 'tcn', filters: 32, kernelSize: 3, levels: 5, dropout: 0.1 }), [
    ...[1, 2, 4, 8, 16].map((dilation) => level(32, dilation)),
    lastStep,
    dense(1),
  ]);
  assert.deepEqual(expand({ type: 'tcn', filters: [8, 16], dropout: 0.1, head: 4 }), [
    level(8, 1),
    level(16, 2),
    lastStep,
    dense(4, relu),
    dense(1),
  ]);
  const [first] = expand({ type: 'tcn', levels: 1 });
  assert.deepEqual(
    first?.type === 'residual' && first.layers.map(({ type }) => type),
    ['conv1d', 'conv1d'],
    'nothing is dropped unless asked for',
  );
});

test('attention reads the states of the last recurrent layer of a stack', () => {
  assert.deepEqual(expand({ type: 'recurrent', units: [8, 4], attention: 6, bidirectional: true }), [
    bidirectional(gru(8, sequences)),
    bidirectional(gru(4, sequences)),
    attention(6),
    dense(1),
  ]);
  assert.deepEqual(expand({ type: 'conv-recurrent', blocks: 1, filters: 8, attention: 6 }), [
    conv1d(8, 5, relu),
    gru(32, sequences),
    attention(6),
    dense(1),
  ]);
});

test('blocks are dilated and padded as their section says', () => {
  const fields = { type: 'conv1d', filters: 8, kernelSize: 3, poolSize: 1 };
  assert.deepEqual(expand({ ...fields, padding: 'causal', dilationRate: [1, 4] }), [
    conv1d(8, 3, { ...relu, padding: 'causal' }),
    conv1d(8, 3, { ...relu, padding: 'causal', dilationRate: 4 }),
    globalMax,
    dense(1),
  ]);
});

test('what a tcn or a residual layer cannot be is refused, by its place', () => {
  const refused = (model: Record<string, unknown>, path: string, message: RegExp): void => {
    const found = errorAt(
      errorsOf(() => resolveTrial(parseDocument(documentOf(model)), {}, 1, JENA_SHAPE)),
      path,
    );
    assert.match(found.message, message);
  };
  refused({ type: 'tcn', levels: 13 }, 'model.levels', /12/);
  refused({ type: 'tcn', levels: 3, filters: [8, 8] }, 'model.filters', /has 2 values, but levels is 3/);
  const block = (layers: readonly object[], fields: object = {}) => ({
    type: 'layers',
    layers: [{ type: 'residual', layers, ...fields }, { type: 'flatten' }, { type: 'dense', units: 1 }],
  });
  refused(block([{ type: 'conv1d', filters: 4, kernelSize: 3 }]), 'model.layers[0]', /time steps must stay/);
  refused(block([{ type: 'gru', units: 4 }]), 'model.layers[0]', /time steps must stay/);
  refused(
    block([
      { type: 'gru', units: 4 },
      { type: 'conv1d', filters: 4, kernelSize: 3 },
    ]),
    'model.layers[0]',
    /in its layers\[1\]: conv1d needs a sequence/,
  );
  refused(block([]), 'model.layers[0].layers', /./);
  refused(
    block([{ type: 'residual', layers: [{ type: 'dropout', rate: 0.1 }] }]),
    'model.layers[0].layers[0].type',
    /./,
  );
  refused(block([{ type: 'dropout', rate: 0.1 }], { merge: 'mul' }), 'model.layers[0].merge', /./);
  refused(
    {
      type: 'layers',
      layers: [{ type: 'flatten' }, { type: 'attention', units: 4 }, { type: 'dense', units: 1 }],
    },
    'model.layers[1]',
    /attention needs a sequence/,
  );
});

test('a field of a layer inside a residual layer is searched as any other', () => {
  const inner = { type: 'conv1d', filters: '$filters', kernelSize: 3, padding: 'same' };
  const layers = [{ type: 'residual', layers: [inner] }, { type: 'lastStep' }, { type: 'dense', units: 1 }];
  const spec = parseDocument(documentOf({ type: 'layers', layers }, { filters: [4, 8] }));
  const { layers: resolved } = resolveTrial(spec, { filters: 8 }, 1, JENA_SHAPE) as TrainConfig;
  assert.deepEqual(resolved[0], residual([conv1d(8, 3, { padding: 'same' })]));
});
