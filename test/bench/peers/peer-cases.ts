// The models that peers train beside ours. Gates are Keras 3's and PyTorch's (logistic sigmoid, reset after the product),
// so that all compute the same.
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import {
  attention,
  averagePool,
  bidirectional,
  conv1d,
  dense,
  embedding,
  flatten,
  globalAverage,
  globalMax,
  gru,
  lastStep,
  layerNormalization,
  lstm,
  maxPool,
  modelOf,
} from '../../support/fixtures/layer-specs.js';
import { jenaModel, jenaShapedSamples } from '../jena-shaped.js';
import { linearCases, reviewShapedSamples, tcnLevel, WORDS } from '../layer-cases.js';

export interface PeerCase {
  readonly name: string;
  readonly definition: ModelDefinition;
  readonly samples: SampleSet;
}

const VOCABULARY = 10_000;
const UNITS = [16, 32, 64, 128];
const relu = { activation: 'relu' } as const;
const gates = { recurrentActivation: 'sigmoid' } as const;
const sequences = { returnSequences: true } as const;
const ourGru = (units: number, fields = {}) => gru(units, { ...gates, resetAfter: true, ...fields });
const ourLstm = (units: number, fields = {}) => lstm(units, { ...gates, ...fields });
const poolOf = (type: 'max' | 'average', size: number) =>
  type === 'max' ? maxPool(size) : averagePool(size);

const FORECASTS: Record<string, readonly LayerSpec[]> = {
  ...Object.fromEntries(UNITS.map((units) => [`gru ${units}`, [ourGru(units), dense(1)]])),
  ...Object.fromEntries(UNITS.map((units) => [`lstm ${units}`, [ourLstm(units), dense(1)]])),
  'stacked gru 32, 64': [ourGru(32, sequences), ourGru(64), dense(1)],
  'bidirectional gru 32': [bidirectional(ourGru(32)), dense(1)],
  'gru 32, layerNormalization, gru 32': [ourGru(32, sequences), layerNormalization, ourGru(32), dense(1)],
  'flatten, dense 32': [flatten, dense(32, relu), dense(1)],
  'conv1d 32 × 5 thrice, max pools': [
    conv1d(32, 5, relu),
    poolOf('max', 3),
    conv1d(32, 5, relu),
    poolOf('max', 3),
    conv1d(32, 5, relu),
    globalMax,
    dense(1),
  ],
  'conv1d 64 × 5 twice, average pools': [
    conv1d(64, 5, relu),
    poolOf('average', 2),
    conv1d(64, 5, relu),
    globalAverage,
    dense(1),
  ],
  'tcn 32 × 3, 5 levels': [...[1, 2, 4, 8, 16].map(tcnLevel), lastStep, dense(1)],
  'gru 32, attention 32': [ourGru(32, sequences), attention(32), dense(1)],
  'conv1d 32 × 5 twice, gru 32': [
    conv1d(32, 5, relu),
    poolOf('max', 3),
    conv1d(32, 5, relu),
    ourGru(32),
    dense(1),
  ],
};

const classify = dense(1, { activation: 'sigmoid' });
const REVIEWS: Record<string, readonly LayerSpec[]> = {
  'embedding 32, global average': [embedding(VOCABULARY, 32), globalAverage, classify],
  'embedding 32, lstm 32': [embedding(VOCABULARY, 32), ourLstm(32), classify],
  'embedding 32, bidirectional lstm 32': [embedding(VOCABULARY, 32), bidirectional(ourLstm(32)), classify],
  'embedding 128, conv1d 32 × 7 twice': [
    embedding(VOCABULARY, 128),
    conv1d(32, 7, relu),
    poolOf('max', 5),
    conv1d(32, 7, relu),
    globalMax,
    classify,
  ],
};

export function peerCases(): PeerCase[] {
  const series = jenaShapedSamples();
  const reviews = reviewShapedSamples(VOCABULARY);
  return [
    ...Object.entries(FORECASTS).map(([name, layers]) => ({
      name,
      definition: jenaModel(layers),
      samples: series,
    })),
    ...linearCases(),
    ...Object.entries(REVIEWS).map(([name, layers]) => ({
      name,
      definition: modelOf(layers, WORDS, 1, { loss: 'binaryCrossentropy' }),
      samples: reviews,
    })),
  ];
}
