// A training of more epochs that goes on from the end of a shorter one: the same bits as if it had trained on.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type TrainingOutcome, trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { SweepError } from '../../../src/errors.js';
import type { LearningRateSchedule } from '../../../src/model/training-control.js';
import { lineKey, lineOf } from '../../../src/study/trial/final-state.js';
import type { EpochReport, Objective, TrainConfig } from '../../../src/study/trial/trial.js';
import { trialId } from '../../../src/study/trial/trial-id.js';
import { smallConfig, smallDataset } from '../../support/fixtures/small-dataset.js';

const dataset = smallDataset();
let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

const BEST: Objective = { metric: 'validationMae', direction: 'minimize', epoch: 'best' };
const IDENTITY = { name: 'wasm', numericsVersion: 'test' } as const;
const monitor = { metric: 'validationMae', direction: 'minimize' } as const;
const cosine: LearningRateSchedule = {
  type: 'cosine',
  decaySteps: null,
  alpha: 0,
  warmupSteps: 5,
  warmupTarget: 0.05,
};

type Finished = Extract<TrainingOutcome, { type: 'finished' }>;

function train(
  config: TrainConfig,
  checkpoint: Uint8Array | null = null,
  objective = BEST,
  stop: 'none' | 'prune' = 'none',
): { end: Finished; reports: EpochReport[] } {
  const reports: EpochReport[] = [];
  const end = trainTrial({
    engine,
    config,
    objective,
    dataset,
    checkpoint,
    now: () => 0,
    hooks: {
      onReport: (report) => reports.push(report),
      onCheckpoint: () => {},
      onProgress: () => {},
      stopRequest: () => stop,
    },
  });
  assert.ok(end.type === 'finished');
  return { end, reports };
}

const withTraining = (fields: Partial<TrainConfig['training']>, config = smallConfig): TrainConfig => ({
  ...config,
  training: { ...config.training, ...fields },
});

/** One step an epoch, so that the best epoch is not the last. */
const noisy = withTraining({ learningRate: 0.2, epochs: 6, stepsPerEpoch: 1 });
const CASES: readonly (readonly [string, TrainConfig, Objective?])[] = [
  ['batches with replacement', smallConfig],
  ['the last epoch stands for it', smallConfig, { ...BEST, epoch: 'last' }],
  ['a best epoch in the first part', noisy],
  [
    'adam, a permutation each epoch',
    withTraining({
      optimizer: { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      stepsPerEpoch: null,
      batchSize: 64,
    }),
  ],
  [
    'an exponential decay',
    withTraining({
      learningRateSchedule: { type: 'exponential', decayRate: 0.5, decaySteps: 5, staircase: true },
    }),
  ],
  [
    'a cosine decay of so many steps',
    withTraining({ learningRateSchedule: { ...cosine, decaySteps: 30 }, epochs: 4 }),
  ],
  [
    'reduced on a plateau, and patient',
    withTraining(
      {
        learningRateSchedule: {
          type: 'reduceOnPlateau',
          factor: 0.5,
          patience: 1,
          minDelta: 1e-4,
          cooldown: 1,
          minLearningRate: 1e-3,
          monitor,
        },
        earlyStopping: { patience: 50, minDelta: 0, monitor },
      },
      noisy,
    ),
  ],
  [
    'out of patience before its end',
    withTraining({ earlyStopping: { patience: 2, minDelta: 0, monitor }, epochs: 40 }, noisy),
  ],
];

describe('a longer training goes on from the end of a shorter one', () => {
  for (const [name, config, objective = BEST] of CASES)
    it(`${name}: result, model and reports are those of one that trained on`, () => {
      const { epochs } = config.training;
      for (const more of [1, epochs]) {
        const longer = withTraining({ epochs: epochs + more }, config);
        const expected = train(longer, null, objective);
        const shorter = train(config, null, objective);
        assert.ok(shorter.end.state);
        const continued = train(longer, shorter.end.state, objective);
        assert.deepEqual(continued.end, expected.end);
        assert.deepEqual([...shorter.reports, ...continued.reports], expected.reports);
        assert.equal(lineOf(config, objective), lineOf(longer, objective));
      }
    });

  it('where the learning rate depends on the number of epochs there is nothing to go on from', () => {
    const config = withTraining({ learningRateSchedule: cosine });
    assert.equal(train(config).end.state, undefined);
    assert.equal(lineKey(config, IDENTITY, BEST), null);
  });

  it('one that was cut short leaves none', () => {
    const { end } = train(smallConfig, null, BEST, 'prune');
    assert.equal(end.result.state, 'PRUNED');
    assert.equal(end.state, undefined);
  });

  it('the end of another training is refused, as is that of a longer one', () => {
    const { state = null } = train(smallConfig).end;
    const refused = (config: TrainConfig, objective = BEST, checkpoint = state): void =>
      assert.throws(
        () => train(config, checkpoint, objective),
        (thrown) => thrown instanceof SweepError && thrown.code === 'CHECKPOINT_CORRUPT',
      );
    refused(withTraining({ epochs: 6, learningRate: 0.02 }));
    refused({ ...withTraining({ epochs: 6 }), seed: 7 });
    refused(withTraining({ epochs: 6 }), { ...BEST, epoch: 'last' });
    refused(withTraining({ epochs: 2 }));
  });

  it('a key for each line, whatever its epochs, and ids that the epochs are part of', () => {
    const longer = withTraining({ epochs: 9 });
    const key = lineKey(smallConfig, IDENTITY, BEST);
    assert.equal(lineKey(longer, IDENTITY, BEST), key);
    assert.notEqual(trialId(longer, IDENTITY), trialId(smallConfig, IDENTITY));
    for (const other of [
      lineKey(withTraining({ batchSize: 21 }), IDENTITY, BEST),
      lineKey(smallConfig, { ...IDENTITY, numericsVersion: 'other' }, BEST),
      lineKey(smallConfig, IDENTITY, { ...BEST, epoch: 'last' }),
    ])
      assert.notEqual(other, key);
  });
});
