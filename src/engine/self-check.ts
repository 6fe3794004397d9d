// A small model, run by an engine and by the scalar references: does this machine compute what it should? For `doctor`
// and for workers at their start. Data are made up here: nothing is read.
import type { SampleSet } from '../dataset/sample-set.js';
import { denseForward } from '../kernels/reference/dense.js';
import { gruSequence } from '../kernels/reference/recurrent.js';
import type { LayerSpec } from '../model/layer-spec.js';
import type { Engine, Model, NamedTensor } from './engine.js';
import { madeUpSamples } from './made-up-samples.js';
import { digestWeights } from './training/checkpoint.js';

const SHAPE = { samples: 37, timesteps: 9, features: 5, units: 7 } as const;
const STEPS = 30;
/** Float32 against float64 over nine recurrent steps: errors of a few 1e-7 add up to less than this. */
const TOLERANCE = 2e-5;

const LAYERS: readonly LayerSpec[] = [
  {
    type: 'gru',
    units: SHAPE.units,
    activation: 'tanh',
    recurrentActivation: 'hardSigmoid',
    dropout: 0,
    recurrentDropout: 0,
    returnSequences: false,
    goBackwards: false,
    kernelL2: 0,
    recurrentL2: 0,
    resetAfter: false,
  },
  { type: 'dense', units: 1, activation: 'linear', kernelL2: 0 },
];

export interface SelfCheck {
  /** Largest difference between the engine's predictions and the scalar reference's. */
  readonly largestError: number;
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** True when training twice gave the same bits. */
  readonly isRepeatable: boolean;
  readonly passed: boolean;
}

/** Trains and predicts a tiny GRU; a few milliseconds. */
export function checkEngine(engine: Engine): SelfCheck {
  const samples = madeUpSamples(SHAPE, valueAt, targetAt);
  const model = buildModel(engine);
  try {
    const largestError = compareWithReference(model, samples);
    const losses = train(model, samples);
    const lossBefore = losses[0] ?? Number.NaN;
    const lossAfter = losses.at(-1) ?? Number.NaN;
    const isRepeatable = digestWeights(model.weights()) === trainAnew(engine, samples);
    const passed = largestError <= TOLERANCE && lossAfter < lossBefore && (isRepeatable || !engine.bitExact);
    return { largestError, lossBefore, lossAfter, isRepeatable, passed };
  } finally {
    model.dispose();
  }
}

function buildModel(engine: Engine): Model {
  return engine.build({
    layers: LAYERS,
    timesteps: SHAPE.timesteps,
    features: SHAPE.features,
    loss: 'mse',
    optimizer: { type: 'sgd', momentum: 0.9 },
    batchSize: SHAPE.samples,
    seed: 7,
  });
}

function allIndices(): Uint32Array {
  return Uint32Array.from({ length: SHAPE.samples }, (_, index) => index);
}

function train(model: Model, samples: SampleSet): number[] {
  const indices = allIndices();
  return Array.from({ length: STEPS }, (_, step) =>
    model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.05 }),
  );
}

function trainAnew(engine: Engine, samples: SampleSet): string {
  const model = buildModel(engine);
  try {
    train(model, samples);
    return digestWeights(model.weights());
  } finally {
    model.dispose();
  }
}

function compareWithReference(model: Model, samples: SampleSet): number {
  const predicted = new Float32Array(SHAPE.samples);
  model.predict(samples, allIndices(), predicted);
  const weights = model.weights();
  let largest = 0;
  for (let sample = 0; sample < SHAPE.samples; sample++) {
    const expected = predictByReference(weights, sample);
    largest = Math.max(largest, Math.abs((predicted[sample] ?? Number.NaN) - expected));
  }
  return largest;
}

function predictByReference(weights: readonly NamedTensor[], sample: number): number {
  const { timesteps, features, units } = SHAPE;
  const read = (ending: string): Float64Array =>
    Float64Array.from(weights.find(({ name }) => name.endsWith(ending))?.values ?? []);
  const x = new Float64Array(timesteps * features);
  for (let t = 0; t < timesteps; t++)
    for (let f = 0; f < features; f++) x[t * features + f] = Math.fround(valueAt(sample, t, f));
  const hidden = gruSequence(
    x,
    {
      kernel: read('gru/kernel'),
      recurrentKernel: read('gru/recurrentKernel'),
      bias: read('gru/bias'),
    },
    {
      timesteps,
      features,
      units,
      activation: 'tanh',
      recurrentActivation: 'hardSigmoid',
      inputMask: null,
      hiddenMask: null,
    },
    false,
  );
  const last = hidden.subarray((timesteps - 1) * units);
  return denseForward(last, read('dense/kernel'), read('dense/bias'), 1, units, 1)[0] ?? Number.NaN;
}

/** Smooth made-up values in [−1, 1] that differ in all three axes. */
function valueAt(sample: number, timestep: number, feature: number): number {
  return Math.sin(0.7 * sample + 0.31 * timestep * (feature + 1) + feature);
}

function targetAt(sample: number): number {
  return valueAt(sample, SHAPE.timesteps - 1, 0) + 0.5 * valueAt(sample, 0, 1);
}
