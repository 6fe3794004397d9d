// Trial messages that pass the bus and describe nothing that can be trained: refused in words, with the place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trialMessageCodec } from '../../../src/bus/messages.js';
import type { DatasetMetadata } from '../../../src/dataset/dataset.js';
import type { SweepError } from '../../../src/errors.js';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { checkDescription } from '../../../worker/thread/trial-description.js';
import { trialMessage } from '../../support/fixtures/study-events.js';

const ROWS = 1_000;
const METADATA = { rows: ROWS, columns: [{ name: 'a' }, { name: 'b' }] } as unknown as DatasetMetadata;

const SOUND: TrainConfig = {
  kind: 'train',
  datasetDigest: 'a'.repeat(64),
  task: {
    kind: 'forecast',
    targetColumn: 1,
    split: {
      train: { start: 0, end: 600 },
      validation: { start: 600, end: 800 },
      test: { start: 800, end: ROWS },
    },
    window: { lookback: 8, step: 2, delay: 1 },
  },
  layers: [
    { type: 'flatten' },
    { type: 'dense', units: 4, activation: 'relu', kernelL2: 0 },
    { type: 'dense', units: 1, activation: 'linear', kernelL2: 0 },
  ],
  training: {
    optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    learningRate: 0.001,
    loss: 'mae',
    batchSize: 8,
    stepsPerEpoch: 2,
    epochs: 1,
    validationStride: 1,
  },
  seed: 1,
};

type Loose = Record<string, unknown>;
/** A copy of the sound config with the value at `path` replaced, or taken out. */
function change(path: string, value: unknown): unknown {
  const config = structuredClone(SOUND) as unknown as Loose;
  const keys = path.split('.');
  const last = keys.pop()!;
  const holder = keys.reduce((at, key) => at[key] as Loose, config);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return config;
}

test('a trial as a coordinator describes it is taken', () => {
  checkDescription(SOUND, METADATA);
});

test('a layer of a later version may say more', () => {
  const later = { type: 'dense', units: 4, activation: 'relu', kernelL2: 0, useBias: true };
  checkDescription(change('layers.1', later) as TrainConfig, METADATA);
});

const hostile: readonly (readonly [string, unknown])[] = [
  ['layers', []],
  ['layers.0', { type: 'gru' }],
  ['layers.0', { type: 'bidirectional', layer: { type: 'gru' } }],
  ['layers.0', { type: 'bidirectional' }],
  ['layers.0', { type: 'constructor' }],
  ['layers.1.units', undefined],
  ['layers.1.units', 0],
  ['layers.1.units', 1e15],
  // As in a sweep file: a layer that wide fits no trial's memory.
  ['layers.1.units', 5_000],
  ['layers.1.kernelL2', undefined],
  ['layers.1.kernelL2', -1],
  ['layers.1.units', '4'],
  ['layers.1.activation', 'eval'],
  ['training.optimizer', { type: 'adam' }],
  ['training.optimizer', { type: 'toString' }],
  ['training.learningRateSchedule', { type: 'reduceOnPlateau' }],
  ['training.batchSize', 0],
  ['training.stepsPerEpoch', 0],
  ['training.epochs', 0],
  ['training.validationStride', 0],
  ['task.targetColumn', 2],
  ['task.split.train', { start: 0, end: ROWS + 1 }],
  ['task.split.validation', { start: 800, end: 600 }],
  ['task.window', { lookback: 8, step: 0, delay: 1 }],
  ['task.window', { lookback: 8, step: 3, delay: 1 }],
  ['task', { kind: 'classify', split: SOUND.task.split, maxLength: 8, maxFeatures: 9, reversed: false }],
];
for (const [path, value] of hostile) {
  test(`${path} as ${JSON.stringify(value)} is refused with its place`, () => {
    // It comes through the bus.
    const message = trialMessageCodec.toJson({
      ...trialMessage(0),
      config: change(path, value) as TrainConfig,
    });
    const { config } = trialMessageCodec.fromJson(message);
    assert.throws(
      () => checkDescription(config as TrainConfig, METADATA),
      (thrown: SweepError) => {
        assert.equal(thrown.code, 'TRIAL_BAD_INPUT');
        assert.match(thrown.message, /the trial cannot be run as it is described: /);
        assert.ok(thrown.path?.startsWith(path.split('.')[0] ?? ''), thrown.path);
        return true;
      },
    );
  });
}
