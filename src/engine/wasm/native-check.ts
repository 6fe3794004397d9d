// Do native kernels give the bits of the WebAssembly kernels on this machine? A few training steps of models that between
// them have every layer, optimiser, mask and loss of the kernels, on made-up data: weights, optimiser state and predictions
// must be the same.
import type { SampleSet } from '../../dataset/sample-set.js';
import { instantiateKernels } from '../../kernels/load-kernels.js';
import type { NativeLibrary } from '../../kernels/native/native-library.js';
import type { LayerSpec } from '../../model/layer-spec.js';
import type { OptimizerSpec } from '../../model/optimizer.js';
import type { ModelDefinition } from '../engine.js';
import { madeUpSamples } from '../made-up-samples.js';
import { digestWeights } from '../training/checkpoint.js';
import { WasmModel } from './wasm-model.js';

const SAMPLES = 21;
const TIMESTEPS = 11;
const STEPS = 3;
const WORDS = 13;

const plain = { returnSequences: false, goBackwards: false, kernelL2: 0, recurrentL2: 0 } as const;
const masks = { dropout: 0.2, recurrentDropout: 0.3 } as const;
const gru = {
  type: 'gru',
  units: 21,
  activation: 'tanh',
  recurrentActivation: 'hardSigmoid',
  resetAfter: false,
  ...masks,
  ...plain,
} as const;
const { resetAfter: _, ...ofLstm } = gru;
const lstm = { ...ofLstm, type: 'lstm', recurrentActivation: 'sigmoid', unitForgetBias: true } as const;
const window = { padding: 'same', strides: 1 } as const;
const conv = {
  type: 'conv1d',
  filters: 19,
  kernelSize: 3,
  dilationRate: 1,
  activation: 'relu',
  kernelL2: 0,
  ...window,
} as const;
const dense = { type: 'dense', units: 1, activation: 'linear', kernelL2: 0 } as const;
const sequences = { returnSequences: true } as const;

const rmsprop: OptimizerSpec = { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 };
const adam: OptimizerSpec = { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
const sgd: OptimizerSpec = { type: 'sgd', momentum: 0.9 };

interface CheckedModel {
  readonly layers: readonly LayerSpec[];
  readonly optimizer: OptimizerSpec;
  readonly features: number;
  /** mse where it is left out. */
  readonly loss?: 'mae' | 'huber';
}

export const NATIVE_CHECK_MODELS: Readonly<Record<string, CheckedModel>> = {
  'gru and layerNormalization': {
    layers: [
      { ...gru, ...sequences },
      { type: 'layerNormalization', epsilon: 1e-3 },
      { ...gru, resetAfter: true, goBackwards: true },
      dense,
    ],
    optimizer: rmsprop,
    features: 14,
  },
  'lstm and bidirectional': {
    layers: [
      { type: 'bidirectional', merge: 'ave', layer: { ...gru, ...sequences } },
      { ...lstm, activation: 'relu', recurrentActivation: 'hardSigmoid' },
      dense,
    ],
    optimizer: adam,
    features: 5,
  },
  'conv1d and pools': {
    layers: [
      conv,
      { type: 'maxPooling1d', poolSize: 2, ...window },
      { type: 'dropout', rate: 0.3 },
      { ...conv, activation: 'tanh' },
      { type: 'averagePooling1d', poolSize: 3, ...window },
      { type: 'globalMaxPooling1d' },
      { ...dense, units: 33, activation: 'sigmoid' },
      dense,
    ],
    optimizer: sgd,
    features: 9,
  },
  'embedding, lstm and global average': {
    layers: [
      { type: 'embedding', inputDim: WORDS, outputDim: 12 },
      { ...lstm, ...sequences },
      { type: 'globalAveragePooling1d' },
      dense,
    ],
    optimizer: adam,
    features: 1,
  },
  'residual convolutions and attention': {
    layers: [
      {
        type: 'residual',
        layers: [
          { ...conv, padding: 'causal', dilationRate: 2 },
          { type: 'dropout', rate: 0.2 },
        ],
        merge: 'sum',
        activation: 'relu',
      },
      { type: 'residual', layers: [{ ...gru, ...sequences }], merge: 'concat', activation: 'linear' },
      { type: 'attention', units: 13, kernelL2: 0 },
      dense,
    ],
    optimizer: adam,
    features: 6,
    loss: 'mae',
  },
  'flatten and dense': {
    layers: [
      { type: 'flatten' },
      { ...dense, units: 40, activation: 'relu' },
      { ...dense, units: 9, activation: 'softmax' },
      dense,
    ],
    optimizer: rmsprop,
    features: 7,
    loss: 'huber',
  },
};

/** What differed; null: nothing. Some tens of milliseconds. */
export function findDifference(module: WebAssembly.Module, native: NativeLibrary): string | null {
  for (const [name, { layers, optimizer, features, loss = 'mse' }] of Object.entries(NATIVE_CHECK_MODELS)) {
    const definition: ModelDefinition = {
      layers,
      timesteps: TIMESTEPS,
      features,
      loss,
      optimizer,
      batchSize: SAMPLES,
      seed: 11,
    };
    const [expected, actual] = [null, native].map((library) =>
      trainAndDigest(new WasmModel(definition, instantiateKernels(module, library), () => {})),
    );
    if (expected !== actual) return name;
  }
  return null;
}

function trainAndDigest(model: WasmModel): string {
  const samples = createSamples(model.definition);
  const indices = Uint32Array.from({ length: SAMPLES }, (_, index) => index);
  for (let step = 0; step < STEPS; step++)
    model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.01 });
  const predicted = new Float32Array(SAMPLES);
  model.predict(samples, indices, predicted);
  const predictions = { name: 'predictions', shape: [SAMPLES], values: predicted };
  return digestWeights([...model.weights(), ...model.optimizerState(), predictions]);
}

function createSamples({ layers, timesteps, features }: ModelDefinition): SampleSet {
  const isText = layers[0]?.type === 'embedding';
  const valueAt = (sample: number, t: number, f: number): number =>
    isText ? (sample * 5 + t * 3) % WORDS : Math.sin(0.7 * sample + 0.31 * t * (f + 1) + f);
  return madeUpSamples({ samples: SAMPLES, timesteps, features }, valueAt, Math.cos);
}
