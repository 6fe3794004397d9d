// Digests of small trials, made by this file itself on the trials of test/support/fixtures/small-dataset.ts (series seed 2024, trial
// seed 42) and test/support/fixtures/small-reviews.ts (seeds 7 and 3) under numerics version 1, Node 20. They hold on every machine. If one changes, results computed before and
// after must not be compared: raise NUMERICS_VERSION in src/engine/wasm/wasm-engine.ts together with the digest here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MappedDataset } from '../../src/dataset/dataset.js';
import { trainTrial } from '../../src/engine/training/trial-training.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import {
  availableInstructionSets,
  type NativeLibrary,
  openNativeLibrary,
} from '../../src/kernels/native/native-library.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import type { OptimizerSpec } from '../../src/model/optimizer.js';
import type { Objective, TrainConfig, TrainingSpec } from '../../src/study/trial/trial.js';
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
  layerNormalization,
  lstm,
  maxPool,
  residual,
} from '../support/fixtures/layer-specs.js';
import { smallConfig, smallDataset } from '../support/fixtures/small-dataset.js';
import { smallReviewConfig, smallReviews } from '../support/fixtures/small-reviews.js';

const both = { dropout: 0.1, recurrentDropout: 0.2 };
const sigmoid = { recurrentActivation: 'sigmoid' } as const;
const sgd = { type: 'sgd', momentum: 0.9 } as const;
const rmsprop = smallConfig.training.optimizer;
const adam = { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
const relu = { activation: 'relu' } as const;
const causal = { ...relu, padding: 'causal' } as const;

interface GoldenTrial {
  readonly layers: readonly LayerSpec[];
  readonly optimizer: OptimizerSpec;
  /** Further fields of the training. */
  readonly training?: Partial<TrainingSpec>;
  readonly digest: string;
}

const FORECASTS: Record<string, GoldenTrial> = {
  'gru with both dropouts, rmsprop': {
    layers: smallConfig.layers,
    optimizer: rmsprop,
    digest: 'sha256:027a33600c76564ed2a9c915794193ee9965d6620c07f38c479b00e66685b3e5',
  },
  'stacked gru and lstm, adam': {
    layers: [
      gru(9, { ...both, ...sigmoid, returnSequences: true, resetAfter: true }),
      lstm(5, { ...sigmoid, goBackwards: true }),
      dense(1),
    ],
    optimizer: adam,
    digest: 'sha256:591c1c99a47459baa5e5db0498f0ba6e543538307d977a670493754703da7c55',
  },
  'flatten and dense, sgd with momentum': {
    layers: [
      flatten,
      dense(13, { activation: 'tanh', kernelL2: 0.001 }),
      dropout(0.3),
      dense(5, { activation: 'sigmoid' }),
      dense(1),
    ],
    optimizer: sgd,
    digest: 'sha256:8080430adc801a18d35dcec47122d64793719a1451a4b4b348922ef26cf1aa4d',
  },
  'bidirectional lstm, every merge': {
    layers: [
      bidirectional(lstm(5, { ...both, returnSequences: true }), 'concat'),
      bidirectional(gru(9, { returnSequences: true, activation: 'relu' }), 'sum'),
      bidirectional(lstm(3, { returnSequences: true }), 'mul'),
      bidirectional(gru(4), 'ave'),
      dense(1),
    ],
    optimizer: rmsprop,
    digest: 'sha256:7a03e793488d04162b98cf250e7143102f21d19c4d9dc6c21fab8f1fcae48145',
  },
  'conv1d with same and causal padding, max pools': {
    layers: [
      conv1d(9, 3, { ...relu, padding: 'same', kernelL2: 0.001 }),
      maxPool(2, { strides: 1, padding: 'same' }),
      conv1d(5, 2, { activation: 'tanh', padding: 'causal', dilationRate: 2 }),
      globalMax,
      dense(1),
    ],
    optimizer: adam,
    digest: 'sha256:0be00e5daeec8a1df8ac8180b20136341bac2bd7f1f0883853a67c427ba1ac26',
  },
  'conv1d with strides, average pools': {
    layers: [
      conv1d(6, 2, { activation: 'sigmoid' }),
      averagePool(2, { strides: 1 }),
      conv1d(10, 2, { strides: 2 }),
      globalAverage,
      dense(1),
    ],
    optimizer: sgd,
    digest: 'sha256:8e277964a8c2db18a27b39477c09adc923ff907c7484f67034ab1ad933c5ddff',
  },
  'conv1d, then a gru': {
    layers: [conv1d(7, 3, relu), maxPool(2), gru(5, both), dense(1)],
    optimizer: rmsprop,
    training: { loss: 'huber' },
    digest: 'sha256:9aaf73e8175fe535378ed12584c6f04619a5e3091a9a5e6c646d7319c81c6dea',
  },
  'layer normalisation of sequences and vectors': {
    layers: [lstm(7, { returnSequences: true }), layerNormalization, gru(5), layerNormalization, dense(1)],
    optimizer: adam,
    digest: 'sha256:f6aa315c61fe946a520b80a9f0aca1cde488446277ed2b8de2b042b896ef4eee',
  },
  'residual convolutions, dense connection and attention, adam': {
    layers: [
      residual([conv1d(9, 3, { ...causal, dilationRate: 2 }), dropout(0.2), conv1d(9, 3, causal)], relu),
      residual([gru(5, { ...both, returnSequences: true })], { merge: 'concat' }),
      attention(7),
      dense(1),
    ],
    optimizer: adam,
    digest: 'sha256:dc5a11dfc87c19611ad72228d13c3cc7dfa2ba7e0767cb3ca26c0d97aecb5b13',
  },
  'residual convolutions, last step, sgd': {
    layers: [residual([conv1d(9, 3, causal), dropout(0.3)], relu), lastStep, dense(1)],
    optimizer: sgd,
    digest: 'sha256:4ceaf0274862681dffb5b78363dc881c86b4e196593a82ad548bd907e6a2d24a',
  },
  'clipped gradients, cosine decay after a warm-up': {
    layers: smallConfig.layers,
    optimizer: rmsprop,
    training: {
      clipNorm: 0.1,
      learningRateSchedule: {
        type: 'cosine',
        decaySteps: null,
        alpha: 0.01,
        warmupSteps: 5,
        warmupTarget: 0.05,
      },
    },
    digest: 'sha256:0cf2f173638a25d115d14cc6fe99f65af1fb893a21cb8c48f18e64ce41f092fd',
  },
  'exponential decay': {
    layers: smallConfig.layers,
    optimizer: adam,
    training: {
      learningRateSchedule: { type: 'exponential', decayRate: 0.7, decaySteps: 9, staircase: false },
    },
    digest: 'sha256:4250a7c65f06fcfb29daf3a944cdd92c2f46ed772393f996d233d98301327108',
  },
};
const REVIEWS: Record<string, GoldenTrial> = {
  'embedding and lstm, rmsprop': {
    layers: smallReviewConfig.layers,
    optimizer: rmsprop,
    digest: 'sha256:fbad9ee400a71b4a0db989396b276e6063d4f849b74518fc49bf3dbfd4b8518f',
  },
  'embedding, conv1d and pools, adam': {
    layers: [
      embedding(30, 9),
      conv1d(8, 3, relu),
      maxPool(3),
      conv1d(5, 2, relu),
      globalMax,
      dense(1, { activation: 'sigmoid' }),
    ],
    optimizer: adam,
    digest: 'sha256:7569d615e7bcfa56ca68ddfd310ecf1c2abf8c87b686daeb353f6da9690342f9',
  },
  'embedding and global average, sgd with momentum': {
    layers: [embedding(30, 3), globalAverage, dense(1, { activation: 'sigmoid' })],
    optimizer: sgd,
    training: { clipNorm: 0.05 },
    digest: 'sha256:28cd5cdb626e0acb0b9d962f8b8c8d939e660760fbd0ce96082c72ee8e368f13',
  },
};
const NUMERICS_VERSION = '2';

async function assertDigest(
  config: TrainConfig,
  dataset: MappedDataset,
  objective: Objective,
  { layers, optimizer, training, digest }: GoldenTrial,
  native: NativeLibrary | null,
): Promise<void> {
  const engine = await createWasmEngine(native);
  assert.equal(engine.numericsVersion, NUMERICS_VERSION);
  const outcome = trainTrial({
    engine,
    config: { ...config, layers, training: { ...config.training, optimizer, ...training } },
    objective,
    dataset,
    checkpoint: null,
    now: () => 0,
    hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
  });
  assert.equal(outcome.type, 'finished');
  assert.equal(outcome.type === 'finished' && outcome.result.weightsDigest, digest);
}

for (const native of [null, ...availableInstructionSets().map(openNativeLibrary)])
  describe(`on ${native?.instructionSet.name ?? 'WebAssembly'} kernels`, () => {
    for (const [name, trial] of Object.entries(FORECASTS))
      it(`${name}: the weights of numerics version ${NUMERICS_VERSION}`, () =>
        assertDigest(
          smallConfig,
          smallDataset(),
          { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
          trial,
          native,
        ));

    for (const [name, trial] of Object.entries(REVIEWS))
      it(`${name}: the weights of numerics version ${NUMERICS_VERSION}`, () =>
        assertDigest(
          smallReviewConfig,
          smallReviews(),
          { metric: 'validationAccuracy', direction: 'maximize', epoch: 'best' },
          trial,
          native,
        ));
  });
