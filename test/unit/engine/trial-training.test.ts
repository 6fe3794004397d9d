// The training loop: the same weights whatever interrupts it, and how a trial ends early or badly.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { naivePersistence } from '../../../src/dataset/series/naive-persistence.js';
import {
  decodeCheckpoint,
  digestWeights,
  encodeCheckpoint,
} from '../../../src/engine/training/checkpoint.js';
import { DivergedTrial } from '../../../src/engine/training/diverged-trial.js';
import { evaluateInBatches } from '../../../src/engine/training/evaluation.js';
import { followPlateau, startPlateau } from '../../../src/engine/training/learning-rate.js';
import {
  type StopRequest,
  type TrainingOutcome,
  type TrialTrainingOptions,
  trainTrial,
} from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { SweepError } from '../../../src/errors.js';
import type { OptimizerSpec } from '../../../src/model/optimizer.js';
import type { LearningRateSchedule } from '../../../src/model/training-control.js';
import { hashJson } from '../../../src/study/canonical-json.js';
import type { EpochReport, TrainConfig } from '../../../src/study/trial/trial.js';
import { openSplit } from '../../../src/task/open-split.js';
import { dense, flatten, lstm, modelOf, persistence } from '../../support/fixtures/layer-specs.js';
import { smallConfig, smallDataset, smallTask } from '../../support/fixtures/small-dataset.js';

const dataset = smallDataset();
let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

interface Run {
  readonly outcome: TrainingOutcome;
  readonly reports: readonly EpochReport[];
  /** Checkpoint bytes by epoch, the newest of each. */
  readonly checkpoints: ReadonlyMap<number, Uint8Array>;
  /** Of the newest checkpoint: steps of the epoch after its own. */
  readonly step: number;
  /** Steps and evaluation batches done. */
  readonly progress: number;
}

function run(
  config: TrainConfig,
  fields: Partial<TrialTrainingOptions> = {},
  stopRequest: (progress: number) => StopRequest = () => 'none',
): Run {
  const reports: EpochReport[] = [];
  const checkpoints = new Map<number, Uint8Array>();
  let progress = 0;
  let lastStep = 0;
  const outcome = trainTrial({
    engine,
    config,
    objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
    dataset,
    checkpoint: null,
    now: () => 0,
    ...fields,
    hooks: {
      onReport: (report) => reports.push(report),
      onCheckpoint: (epoch, bytes, step) => {
        checkpoints.set(epoch, bytes);
        lastStep = step;
      },
      onProgress: () => progress++,
      stopRequest: () => stopRequest(progress),
    },
  });
  return { outcome, reports, checkpoints, step: lastStep, progress };
}

function finished({ outcome }: Run): Extract<TrainingOutcome, { type: 'finished' }> {
  assert.equal(outcome.type, 'finished');
  return outcome as Extract<TrainingOutcome, { type: 'finished' }>;
}

const checkpointOf = ({ checkpoints }: Run, epoch: number): Uint8Array => {
  const bytes = checkpoints.get(epoch);
  assert.ok(bytes, `no checkpoint of epoch ${epoch}`);
  return bytes;
};

const withTraining = (fields: Partial<TrainConfig['training']>, config = smallConfig): TrainConfig => ({
  ...config,
  training: { ...config.training, ...fields },
});

/** Epochs of one step: so noisy that the best is not the last. */
const overshooting = withTraining({ learningRate: 0.2, epochs: 6, stepsPerEpoch: 1 });
const adam: OptimizerSpec = { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
const monitor = { metric: 'validationMae', direction: 'minimize' } as const;
/** Half the epochs bring no improvement: the rate falls more than once. */
const plateau: LearningRateSchedule = {
  type: 'reduceOnPlateau',
  factor: 0.5,
  patience: 1,
  minDelta: 1e-4,
  cooldown: 1,
  minLearningRate: 1e-3,
  monitor,
};
const stoppingEarly = withTraining(
  { earlyStopping: { patience: 2, minDelta: 0, monitor }, epochs: 60 },
  overshooting,
);
const CONFIGS: readonly (readonly [string, TrainConfig])[] = [
  ['gru, rmsprop, batches with replacement', smallConfig],
  ['a best epoch before the last', overshooting],
  [
    'gru, adam, a permutation each epoch',
    withTraining({ optimizer: adam, stepsPerEpoch: null, batchSize: 64 }),
  ],
  [
    'lstm, sgd with momentum, mse',
    withTraining(
      { optimizer: { type: 'sgd', momentum: 0.9 }, loss: 'mse' },
      { ...smallConfig, layers: [lstm(5, { recurrentDropout: 0.3 }), dense(1)] },
    ),
  ],
  [
    'an exponential decay',
    withTraining({
      learningRateSchedule: { type: 'exponential', decayRate: 0.5, decaySteps: 5, staircase: false },
    }),
  ],
  [
    'a cosine decay after a warm-up',
    withTraining({
      optimizer: adam,
      learningRateSchedule: {
        type: 'cosine',
        decaySteps: null,
        alpha: 0,
        warmupSteps: 5,
        warmupTarget: 0.05,
      },
    }),
  ],
  [
    'reduced on a plateau, with early stopping that never comes',
    withTraining(
      { learningRateSchedule: plateau, earlyStopping: { patience: 50, minDelta: 0, monitor }, epochs: 10 },
      overshooting,
    ),
  ],
];

describe('a trial is a pure function of its config', () => {
  for (const [name, config] of CONFIGS)
    it(`${name}: going on from any checkpoint ends as if undisturbed`, () => {
      const undisturbed = run(config);
      const expected = finished(undisturbed);
      assert.equal(undisturbed.reports.length, config.training.epochs);
      assert.deepEqual(finished(run(config)), expected, 'a second run');
      for (let epoch = 1; epoch <= config.training.epochs; epoch++) {
        const resumed = run(config, { checkpoint: checkpointOf(undisturbed, epoch) });
        assert.deepEqual(finished(resumed), expected, `from epoch ${epoch}`);
        assert.deepEqual(resumed.reports, undisturbed.reports.slice(epoch));
      }
    });

  for (const [name, config] of CONFIGS)
    it(`${name}: interrupted after any step it goes on from there and ends the same`, () => {
      const undisturbed = run(config);
      const { epochs } = config.training;
      const perEpoch = undisturbed.progress / epochs;
      const steps = config.training.stepsPerEpoch ?? openSplit(dataset, smallTask, 'train').count / 64;
      const stepsPerEpoch = Math.ceil(steps);
      for (const stopAt of [
        0,
        1,
        stepsPerEpoch,
        perEpoch - 1,
        perEpoch,
        perEpoch + 2,
        epochs * perEpoch - 1,
      ]) {
        const stopped = run(config, {}, (progress) => (progress >= stopAt ? 'interrupt' : 'none'));
        // Asked once more after the last evaluation batch.
        const epoch = Math.max(0, Math.floor((stopAt - 1) / perEpoch));
        const step = Math.min(stopAt - epoch * perEpoch, stepsPerEpoch);
        assert.deepEqual(stopped.outcome, { type: 'interrupted', epoch });
        assert.equal(stopped.step, step);
        const checkpoint = stopAt === 0 ? null : checkpointOf(stopped, epoch);
        const resumed = run(config, { checkpoint });
        assert.deepEqual(finished(resumed), finished(undisturbed), `stopped at ${stopAt}`);
        assert.deepEqual(resumed.reports, undisturbed.reports.slice(epoch));
        assert.equal(
          resumed.progress,
          undisturbed.progress - epoch * perEpoch - step,
          'no step is done twice',
        );
      }
    });

  it('interrupted again and again it ends the same, and one that did no step stores nothing', () => {
    const undisturbed = run(smallConfig);
    let checkpoint: Uint8Array | null = null;
    for (let count = 0; ; count++) {
      assert.ok(count < 100);
      const next = run(smallConfig, { checkpoint }, (progress) => (progress >= 3 ? 'interrupt' : 'none'));
      if (next.outcome.type === 'finished') {
        assert.deepEqual(finished(next), finished(undisturbed));
        break;
      }
      // Evaluation starts anew: it is short, and nothing of it is kept.
      if (next.checkpoints.size === 0)
        checkpoint = checkpointOf(run(smallConfig, { checkpoint }), next.outcome.epoch + 1);
      else checkpoint = [...next.checkpoints.values()].at(-1) ?? null;
      const idle = run(smallConfig, { checkpoint }, () => 'interrupt');
      assert.equal(idle.checkpoints.size, 0);
    }
  });

  it('a trial that goes on within an epoch and is pruned there ends as one pruned after the epoch before', () => {
    const whole = run(smallConfig);
    const perEpoch = whole.progress / 3;
    const stopped = run(smallConfig, {}, (progress) => (progress >= perEpoch + 2 ? 'interrupt' : 'none'));
    const within = run(smallConfig, { checkpoint: checkpointOf(stopped, 1) }, () => 'prune');
    const before = run(smallConfig, { checkpoint: checkpointOf(whole, 1) }, () => 'prune');
    assert.equal(finished(within).result.state, 'PRUNED');
    assert.deepEqual(finished(within), finished(before));
  });

  it('a rate on a plateau is reduced, as other weights show, and each of its states is in the checkpoint', () => {
    const config = withTraining({ learningRateSchedule: plateau, epochs: 10 }, overshooting);
    const reduced = run(config);
    const constant = run(withTraining({ epochs: 10 }, overshooting));
    assert.notEqual(finished(reduced).result.weightsDigest, finished(constant).result.weightsDigest);
    let state = startPlateau(config.training.learningRate);
    const rates = new Set<number>();
    for (const { epoch, metrics } of reduced.reports) {
      state = followPlateau(state, plateau, metrics.validationMae as number);
      assert.deepEqual(decodeCheckpoint(checkpointOf(reduced, epoch)).plateau, state);
      rates.add(state.learningRate);
    }
    assert.ok(rates.size >= 3, `the case must reduce the rate twice, but has ${[...rates]}`);
  });

  it('another seed, rate or epoch count gives other weights', () => {
    const digests = [
      smallConfig,
      { ...smallConfig, seed: 43 },
      withTraining({ learningRate: 0.011 }),
      withTraining({ epochs: 2 }),
    ].map((config) => finished(run(config)).result.weightsDigest);
    assert.equal(new Set(digests).size, 4);
  });
});

describe('how a trial ends', () => {
  it('the result tells its best epoch, its model and the baseline', () => {
    const whole = run(overshooting);
    const { result, model } = finished(whole);
    const values = whole.reports.map(({ metrics }) => metrics.validationMae as number);
    assert.equal(result.objective, Math.min(...values));
    assert.equal(result.bestEpoch, values.indexOf(result.objective) + 1);
    assert.ok(result.bestEpoch < 6, 'the case must have its best epoch before its last');
    // Some eighty windows of a series that wanders: errors too much alike.
    assert.deepEqual([result.objectiveInterval, result.objectiveIntervalReason], [null, 'dependent']);
    assert.equal(result.baselineMae, naivePersistence(dataset, smallTask, 'validation').mae);
    assert.equal(result.parameters, 3 * 5 * (3 + 5 + 1) + 6);

    const best = run(withTraining({ epochs: result.bestEpoch }, overshooting));
    const { weights } = decodeCheckpoint(model);
    assert.equal(digestWeights(weights), finished(best).result.weightsDigest);
    const last = decodeCheckpoint(checkpointOf(whole, 6));
    assert.equal(digestWeights(last.weights), result.weightsDigest);
  });

  it('an objective of the last epoch takes the last, one to maximise the highest', () => {
    const config = overshooting;
    const objective = { metric: 'validationMae', direction: 'minimize', epoch: 'last' } as const;
    const last = run(config, { objective });
    assert.equal(finished(last).result.bestEpoch, 6);
    assert.equal(finished(last).result.objective, last.reports[5]?.metrics.validationMae);
    const highest = run(config, { objective: { ...objective, direction: 'maximize', epoch: 'best' } });
    const values = highest.reports.map(({ metrics }) => metrics.validationMae as number);
    assert.equal(finished(highest).result.objective, Math.max(...values));
  });

  it('out of patience it is complete with the epochs it had, and keeps the weights of the best', () => {
    const whole = run(stoppingEarly);
    const { result, model } = finished(whole);
    const values = whole.reports.map(({ metrics }) => metrics.validationMae as number);
    assert.equal(result.state, 'COMPLETE');
    assert.equal(result.epochs, whole.reports.length);
    assert.ok(result.epochs < 60, 'the case must stop early');
    assert.equal(result.bestEpoch, result.epochs - 2);
    assert.equal(result.objective, Math.min(...values));
    const undisturbed = finished(run(withTraining({ epochs: result.bestEpoch }, overshooting)));
    assert.equal(digestWeights(decodeCheckpoint(model).weights), undisturbed.result.weightsDigest);
    for (const { epoch } of whole.reports) {
      const resumed = run(stoppingEarly, { checkpoint: checkpointOf(whole, epoch) });
      assert.deepEqual(finished(resumed), finished(whole), `from epoch ${epoch}`);
      assert.equal(resumed.reports.length, result.epochs - epoch);
    }
  });

  it('an improvement below minDelta neither resets the patience nor is restored', () => {
    const values = run(withTraining({ epochs: 6 })).reports.map(
      ({ metrics }) => metrics.validationMae as number,
    );
    const [first, second] = values as [number, number];
    assert.ok(second < first, 'the case must improve in its second epoch');
    const earlyStopping = { patience: 2, minDelta: first, monitor };
    const { result } = finished(run(withTraining({ epochs: 6, earlyStopping })));
    assert.deepEqual([result.epochs, result.bestEpoch, result.objective], [3, 1, first]);
  });

  it('an objective of the last epoch restores nothing when training stops early', () => {
    const objective = { metric: 'validationMae', direction: 'minimize', epoch: 'last' } as const;
    const { result } = finished(run(stoppingEarly, { objective }));
    assert.ok(result.epochs < 60);
    assert.equal(result.bestEpoch, result.epochs);
  });

  it('a pruned trial keeps its finished epochs, wherever in the next one the request comes', () => {
    const undisturbed = run(smallConfig);
    const perEpoch = undisturbed.progress / 3;
    const oneEpoch = finished(run(withTraining({ epochs: 1 }))).result;
    for (const extra of [0, 1, 7, perEpoch - 1]) {
      const pruned = run(smallConfig, {}, (progress) =>
        progress >= perEpoch + extra + 1 ? 'prune' : 'none',
      );
      const { result } = finished(pruned);
      assert.deepEqual({ ...result, state: 'COMPLETE' }, oneEpoch);
      assert.equal(result.state, 'PRUNED');
    }
  });

  it('asked to prune before its first report, it finishes one epoch first, as there is nothing else to keep', () => {
    const oneEpoch = finished(run(withTraining({ epochs: 1 }))).result;
    const { result } = finished(run(smallConfig, {}, () => 'prune'));
    assert.deepEqual({ ...result, state: 'COMPLETE' }, oneEpoch);
    assert.equal(result.state, 'PRUNED');
  });

  it('a loss past all numbers is a divergence, not a result', () => {
    const optimizers: OptimizerSpec[] = [
      { type: 'sgd', momentum: 0 },
      { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
      adam,
    ];
    for (const optimizer of optimizers)
      for (const layers of [smallConfig.layers, [flatten, dense(1)]])
        assert.throws(
          () => run(withTraining({ optimizer, learningRate: 1e30, loss: 'mse' }, { ...smallConfig, layers })),
          (error) => error instanceof SweepError && error.code === 'TRIAL_DIVERGED' && !error.retryable,
          optimizer.type,
        );
  });

  it('a divergence after whole epochs tells what a stop just before it would have left', () => {
    const growing = withTraining(
      { optimizer: { type: 'sgd', momentum: 0 }, learningRate: 1, loss: 'mse', epochs: 200 },
      { ...smallConfig, layers: [flatten, dense(1)] },
    );
    let asked = 0;
    let diverged: unknown = null;
    try {
      run(growing, {}, (progress) => {
        asked = progress;
        return 'none';
      });
    } catch (thrown) {
      diverged = thrown;
    }
    assert.ok(diverged instanceof DivergedTrial);
    assert.equal(diverged.code, 'TRIAL_DIVERGED');
    assert.ok(diverged.reached.result.epochs >= 2);
    const { outcome } = run(growing, {}, (progress) => (progress >= asked ? 'prune' : 'none'));
    assert.deepEqual(outcome, { type: 'finished', ...diverged.reached });
  });

  it('the training loss is the mean over the samples, whatever the size of the last batch', () => {
    // The weights stay, so that every batch size sees the same losses.
    const still = { ...smallConfig, layers: [flatten, dense(1)] };
    const windows = openSplit(dataset, smallTask, 'train').count;
    const lossesOf = (batchSize: number): number[] => {
      const change = { loss: 'mse', learningRate: 1e-30, stepsPerEpoch: null, epochs: 2, batchSize } as const;
      return run(withTraining(change, still)).reports.map(({ metrics }) => metrics.trainLoss ?? Number.NaN);
    };
    const [whole = Number.NaN] = lossesOf(windows);
    for (const batchSize of [windows - 1, 100, 7, 1])
      for (const loss of lossesOf(batchSize))
        assert.ok(Math.abs(loss - whole) < 1e-6 * whole, `${batchSize}: ${loss} is not ${whole}`);
  });

  it('the validation loss has the penalty of the weights it was taken with, the errors have not', () => {
    const penalized = { ...smallConfig, layers: [flatten, dense(1, { kernelL2: 0.5 })] };
    const still = { loss: 'mse', learningRate: 1e-30, epochs: 1 } as const;
    const { outcome, reports } = run(withTraining(still, penalized));
    assert.ok(outcome.type === 'finished');
    const [kernel] = decodeCheckpoint(outcome.model).weights;
    const penalty = 0.5 * [...(kernel?.values ?? [])].reduce((sum, weight) => sum + weight * weight, 0);
    const { validationLoss = 0, validationMse = 0 } = reports[0]?.metrics ?? {};
    assert.ok(penalty > 0.01);
    assert.ok(Math.abs(validationLoss - validationMse - penalty) < 1e-12);
    const plain = run(withTraining(still, { ...smallConfig, layers: [flatten, dense(1)] }));
    assert.equal(plain.reports[0]?.metrics.validationLoss, plain.reports[0]?.metrics.validationMse);
    assert.equal(plain.reports[0]?.metrics.validationMse, validationMse);
  });

  it('a penalised trial does not go on from a checkpoint whose losses lack the penalty', () => {
    const penalized = { ...smallConfig, layers: [flatten, dense(1, { kernelL2: 0.5 })] };
    const checkpoint = checkpointOf(run(penalized), 1);
    assert.deepEqual(finished(run(penalized, { checkpoint })), finished(run(penalized)));
    const older = encodeCheckpoint({ ...decodeCheckpoint(checkpoint), config: hashJson(penalized) });
    assert.throws(
      () => run(penalized, { checkpoint: older }),
      (error) => error instanceof SweepError && error.code === 'CHECKPOINT_CORRUPT',
    );
  });

  it('a checkpoint of another trial is refused', () => {
    const checkpoint = checkpointOf(run(smallConfig), 1);
    assert.throws(
      () => run({ ...smallConfig, seed: 43 }, { checkpoint }),
      (error) => error instanceof SweepError && error.code === 'CHECKPOINT_CORRUPT',
    );
  });
});

it('an evaluation is the plain mean over single predictions, whatever the batches', () => {
  const model = engine.build({
    layers: smallConfig.layers,
    timesteps: 6,
    features: 3,
    loss: 'mae',
    optimizer: adam,
    batchSize: 20,
    seed: 3,
  });
  const samples = openSplit(dataset, smallConfig.task, 'train');
  assert.ok(samples.count > 256 && samples.count % 16 !== 0, 'several batches and a ragged tile');
  const batches = evaluateInBatches(model, samples);
  let next = batches.next();
  while (!next.done) next = batches.next();
  const errors = Array.from({ length: samples.count }, (_, index) => {
    const one = Uint32Array.of(index);
    const [prediction, target] = [new Float32Array(1), new Float32Array(1)];
    model.predict(samples, one, prediction);
    samples.gatherTargets(one, 0, 1, target, 0);
    return (prediction[0] as number) - (target[0] as number);
  });
  assert.deepEqual(next.value.absoluteErrors, Float32Array.from(errors, Math.abs));
  assert.equal(next.value.mae, errors.reduce((sum, error) => sum + Math.abs(error), 0) / samples.count);
  assert.equal(next.value.mse, errors.reduce((sum, error) => sum + error * error, 0) / samples.count);
});

describe('a model without weights', () => {
  const naive: TrainConfig = { ...smallConfig, layers: [persistence(0)] };

  it('is evaluated once and not trained: naive persistence to the last bit', () => {
    const { outcome, reports, progress } = run(naive);
    assert.ok(outcome.type === 'finished');
    const { result } = outcome;
    const { mae } = naivePersistence(dataset, smallTask, 'validation', 1);
    assert.deepEqual([result.objective, result.baselineMae], [mae, mae]);
    assert.deepEqual([result.epochs, result.bestEpoch, result.parameters], [1, 1, 0]);
    const windows = openSplit(dataset, naive.task, 'validation').count;
    assert.equal(progress, Math.ceil(windows / 128), 'evaluation batches alone');
    assert.equal(reports.length, 1);
    assert.ok(!('trainLoss' in (reports[0]?.metrics ?? {})));
  });

  it('predicts the column that it is told to', () => {
    assert.notEqual(
      finished(run({ ...naive, layers: [persistence(1)] })).result.objective,
      finished(run(naive)).result.objective,
    );
  });

  it('ends the same from its checkpoint, and starts again when it was interrupted', () => {
    const undisturbed = run(naive);
    const resumed = run(naive, { checkpoint: checkpointOf(undisturbed, 1) });
    assert.deepEqual(finished(resumed), finished(undisturbed));
    assert.equal(resumed.progress, 0);
    assert.deepEqual(run(naive, {}, () => 'interrupt').outcome, { type: 'interrupted', epoch: 0 });
  });

  it('cannot be trained', () => {
    const model = engine.build(modelOf([persistence(0)], 12, 3));
    const samples = openSplit(dataset, naive.task, 'train');
    assert.throws(
      () => model.trainBatch(samples, new Uint32Array(4), { epoch: 1, step: 0, learningRate: 0.1 }),
      (thrown) => thrown instanceof SweepError && thrown.code === 'INTERNAL',
    );
  });
});
