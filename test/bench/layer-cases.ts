// Each layer in a model a person would train, with data of its shape: what `npm run bench -- layers` runs.
import type { SampleSet } from '../../src/dataset/sample-set.js';
import type { ModelDefinition } from '../../src/engine/engine.js';
import type { LayerSpec } from '../../src/study/layer-spec.js';
import { arraySamples } from '../support/array-samples.js';
import {
  averagePool,
  bidirectional,
  conv1d,
  dense,
  embedding,
  flatten,
  globalAverage,
  globalMax,
  gru,
  layerNormalization,
  lstm,
  maxPool,
  modelOf,
} from '../support/layer-specs.js';
import { jenaModel, jenaShapedSamples } from './jena-shaped.js';

const VOCABULARY = 10_000;
const WORDS = 500;
const REVIEWS = 2_048;

const sequences = { returnSequences: true } as const;
const relu = { activation: 'relu' } as const;

/** On windows of 240 steps of 14 features. */
const FORECASTS: Record<string, readonly LayerSpec[]> = {
  'gru 32': [gru(32), dense(1)],
  'lstm 32': [lstm(32), dense(1)],
  'stacked gru 32, 64': [gru(32, sequences), gru(64, { activation: 'relu' }), dense(1)],
  'bidirectional gru 32': [bidirectional(gru(32)), dense(1)],
  'gru 32, layerNormalization, gru 32': [gru(32, sequences), layerNormalization, gru(32), dense(1)],
  'flatten, dense 32': [flatten, dense(32, relu), dense(1)],
  'conv1d 32 × 5 thrice, max pools': [
    conv1d(32, 5, relu),
    maxPool(3),
    conv1d(32, 5, relu),
    maxPool(3),
    conv1d(32, 5, relu),
    globalMax,
    dense(1),
  ],
  'conv1d 64 × 5 twice, average pools': [
    conv1d(64, 5, relu),
    averagePool(2),
    conv1d(64, 5, relu),
    globalAverage,
    dense(1),
  ],
  'conv1d 32 × 5 twice, gru 32': [conv1d(32, 5, relu), maxPool(3), conv1d(32, 5, relu), gru(32), dense(1)],
};

/** On reviews of 500 words. */
const classify = dense(1, { activation: 'sigmoid' });
const TEXTS: Record<string, readonly LayerSpec[]> = {
  'embedding 32, global average': [embedding(VOCABULARY, 32), globalAverage, classify],
  'embedding 32, lstm 32': [embedding(VOCABULARY, 32), lstm(32), classify],
  'embedding 32, bidirectional lstm 32': [embedding(VOCABULARY, 32), bidirectional(lstm(32)), classify],
  'embedding 128, conv1d 32 × 7 twice': [
    embedding(VOCABULARY, 128),
    conv1d(32, 7, relu),
    maxPool(5),
    conv1d(32, 7, relu),
    globalMax,
    classify,
  ],
};

/** Words as frequent as in a language: the chance of a rank falls with the rank (Zipf). */
function reviewShapedSamples(): SampleSet {
  let state = 1;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const ids = Float32Array.from({ length: REVIEWS * WORDS }, () => Math.floor(VOCABULARY ** draw()));
  const labels = Float32Array.from({ length: REVIEWS }, (_, index) => index % 2);
  return arraySamples(ids, labels, WORDS, 1);
}

export interface LayerCase {
  readonly name: string;
  readonly definition: ModelDefinition;
  readonly samples: SampleSet;
  /** How many to compare with TensorFlow.js' cpu backend on: of reviews, whose words' gradients it adds up in minutes, one. */
  readonly cpuSamples: number;
}

export function layerCases(): LayerCase[] {
  const windows = jenaShapedSamples();
  const reviews = reviewShapedSamples();
  return [
    ...Object.entries(FORECASTS).map(([name, layers]) => ({
      name,
      definition: jenaModel(layers),
      samples: windows,
      cpuSamples: 16,
    })),
    ...Object.entries(TEXTS).map(([name, layers]) => ({
      name,
      definition: modelOf(layers, WORDS, 1, { loss: 'binaryCrossentropy' }),
      samples: reviews,
      cpuSamples: 1,
    })),
  ];
}
