// A seeded series of three columns in memory, and a small trial on it: what tests of the training loop run. Only sums and
// products make it, so its bits are the same on every machine.
import type { MappedDataset } from '../../src/dataset/dataset.js';
import type { ForecastTask, TrainConfig } from '../../src/study/trial.js';
import { testStream } from './array-samples.js';
import { dense, gru } from './layer-specs.js';

const ROWS = 600;
const FEATURES = 3;
const SERIES_SEED = 2024;

/** Column 0 follows its past and column 1, which wanders; column 2 is noise. */
export function smallDataset(): MappedDataset {
  const random = testStream(SERIES_SEED);
  const values = new Float32Array(ROWS * FEATURES);
  let level = 0;
  let drift = 0;
  for (let row = 0; row < ROWS; row++) {
    drift = 0.95 * drift + 0.3 * random.nextNormal();
    level = 0.8 * level + 0.4 * drift + 0.1 * random.nextNormal();
    values.set([level, drift, random.nextNormal()], row * FEATURES);
  }
  return {
    metadata: {
      version: 1,
      digest: '0'.repeat(64),
      rows: ROWS,
      columns: ['level', 'drift', 'noise'].map((name) => ({ name, unit: null, mean: 0, std: 1 })),
      split: smallTask.split,
      source: { name: 'small', synthetic: true, digest: '0'.repeat(64) },
      time: null,
      missing: { policy: 'error', values: 0 },
    },
    mapping: 'shared-array-buffer',
    values,
    close() {},
  };
}

export const smallTask: ForecastTask = {
  kind: 'forecast',
  targetColumn: 0,
  split: {
    train: { start: 0, end: 400 },
    validation: { start: 400, end: 500 },
    test: { start: 500, end: ROWS },
  },
  window: { lookback: 12, step: 2, delay: 3 },
};

/** GRU(5) with both dropouts, dense(1), RMSprop: three epochs of eight batches of 20 (a tile and a ragged one). */
export const smallConfig: TrainConfig = {
  kind: 'train',
  datasetDigest: '0'.repeat(64),
  task: smallTask,
  layers: [gru(5, { dropout: 0.1, recurrentDropout: 0.2 }), dense(1)],
  training: {
    optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    learningRate: 0.01,
    loss: 'mae',
    batchSize: 20,
    stepsPerEpoch: 8,
    epochs: 3,
    validationStride: 1,
  },
  seed: 42,
};
