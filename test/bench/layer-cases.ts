// Each layer in a model a person would train, with data of its shape: what `npm run bench -- layers` runs.
import type { SampleSet } from '../../src/dataset/sample-set.js';
import type { ModelDefinition } from '../../src/engine/engine.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import { arraySamples } from '../support/fakes/array-samples.js';
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
  residual,
} from '../support/fixtures/layer-specs.js';
import { BATCH, jenaModel, jenaShapedSamples } from './jena-shaped.js';
import type { TensorflowBackend } from './tensorflow-step.js';

const VOCABULARY = 10_000;
/** TensorFlow.js goes through the whole table for every word's gradient: beside it both sides have a tenth of the words. */
const SMALL_VOCABULARY = 1_000;
export const WORDS = 500;
const STEPS_AHEAD = 96;
const REVIEWS = 2_048;

const sequences = { returnSequences: true } as const;
const relu = { activation: 'relu' } as const;

/** A level of a temporal convolutional network, without dropout. */
export function tcnLevel(dilationRate: number): LayerSpec {
  const convolution = conv1d(32, 3, { ...relu, padding: 'causal', dilationRate });
  return residual([convolution, convolution], relu);
}

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
  'gru 32, attention 32': [gru(32, sequences), attention(32), dense(1)],
  'conv1d 32 × 5 twice, gru 32': [conv1d(32, 5, relu), maxPool(3), conv1d(32, 5, relu), gru(32), dense(1)],
};

/** TensorFlow.js has no gradient of a convolution with gaps. */
const DILATED: Record<string, readonly LayerSpec[]> = {
  'tcn 32 × 3, 5 levels': [...[1, 2, 4, 8, 16].map(tcnLevel), lastStep, dense(1)],
};

/** The linear models of many steps ahead (Zeng et al. 2023): what each short form stands for, and the windows it reads. */
export function linearCases(): {
  readonly name: string;
  readonly definition: ModelDefinition;
  readonly samples: SampleSet;
}[] {
  const delays = Array.from({ length: STEPS_AHEAD }, (_, at) => 6 * at);
  const horizon = { delay: 6 * (STEPS_AHEAD - 1), delays };
  const trend = averagePool(25, { strides: 1, padding: 'same' });
  const head = [flatten, dense(STEPS_AHEAD)];
  return [
    {
      name: `nlinear, ${STEPS_AHEAD} steps ahead`,
      definition: jenaModel(head),
      samples: jenaShapedSamples({ ...horizon, normalise: 'last' }),
    },
    {
      name: `dlinear, ${STEPS_AHEAD} steps ahead`,
      definition: jenaModel([residual([trend], { merge: 'concat' }), ...head]),
      samples: jenaShapedSamples(horizon),
    },
  ];
}

/** On reviews of 500 words. */
const classify = dense(1, { activation: 'sigmoid' });
const texts = (vocabulary: number): Record<string, readonly LayerSpec[]> => ({
  'embedding 32, global average': [embedding(vocabulary, 32), globalAverage, classify],
  'embedding 32, lstm 32': [embedding(vocabulary, 32), lstm(32), classify],
  'embedding 32, bidirectional lstm 32': [embedding(vocabulary, 32), bidirectional(lstm(32)), classify],
  'embedding 128, conv1d 32 × 7 twice': [
    embedding(vocabulary, 128),
    conv1d(32, 7, relu),
    maxPool(5),
    conv1d(32, 7, relu),
    globalMax,
    classify,
  ],
});

/** Words as frequent as in a language: the chance of a rank falls with the rank (Zipf). */
export function reviewShapedSamples(vocabulary: number): SampleSet {
  let state = 1;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const ids = Float32Array.from({ length: REVIEWS * WORDS }, () => Math.floor(vocabulary ** draw()));
  const labels = Float32Array.from({ length: REVIEWS }, (_, index) => index % 2);
  return arraySamples(ids, labels, WORDS, 1);
}

/** Samples a step that TensorFlow.js ends in seconds, by its backend; ours is timed on as many beside it. */
type Affordable = Readonly<Record<TensorflowBackend, number>>;
const OF_FORECASTS: Affordable = { wasm: BATCH, cpu: 16 };
const OF_TEXTS: Affordable = { wasm: BATCH, cpu: 1 };
/** Time of its layer normalisation grows faster than the batch: 128 samples take minutes. */
const OF_NORMALIZATION: Affordable = { wasm: 8, cpu: 8 };

interface Problem {
  readonly definition: ModelDefinition;
  readonly samples: SampleSet;
}

export interface LayerCase extends Problem {
  readonly name: string;
  /** What both sides train beside TensorFlow.js: the same, or as much of it as that can do; null: it can do none. */
  readonly comparison: (Problem & { readonly name: string; readonly affordable: Affordable }) | null;
}

export function layerCases(): LayerCase[] {
  const samples = jenaShapedSamples();
  const ofOneStep = Object.entries({ ...FORECASTS, ...DILATED }).map(([name, layers]) => ({
    name,
    definition: jenaModel(layers),
    samples,
  }));
  const forecasts = [...ofOneStep, ...linearCases()].map((problem): LayerCase => {
    const isNormalised = problem.definition.layers.includes(layerNormalization);
    const affordable = isNormalised ? OF_NORMALIZATION : OF_FORECASTS;
    if (problem.name in DILATED) return { ...problem, comparison: null };
    return { ...problem, comparison: { ...problem, affordable } };
  });
  const problemsOf = (vocabulary: number) => {
    const reviews = reviewShapedSamples(vocabulary);
    return Object.entries(texts(vocabulary)).map(([name, layers]) => ({
      name,
      definition: modelOf(layers, WORDS, 1, { loss: 'binaryCrossentropy' }),
      samples: reviews,
    }));
  };
  const small = problemsOf(SMALL_VOCABULARY);
  const classifiers = problemsOf(VOCABULARY).map((problem, at): LayerCase => {
    const comparison = { ...problem, ...small[at], affordable: OF_TEXTS };
    return { ...problem, comparison: { ...comparison, name: `${problem.name}, ${SMALL_VOCABULARY} words` } };
  });
  return [...forecasts, ...classifiers];
}
