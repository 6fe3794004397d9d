// Forecasts of several steps and of quantiles, from training to predictions: by step what a forecast of that step alone would
// be judged on, bands that cover what they claim.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { evaluateOnTest } from '../../../src/coordinator/ending/finalize.js';
import { openStretches } from '../../../src/dataset/windows.js';
import type { Model } from '../../../src/engine/engine.js';
import { evaluateInBatches } from '../../../src/engine/training/evaluation.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { SeedResult } from '../../../src/study/finished-row.js';
import type { ForecastTest } from '../../../src/study/test-evaluation.js';
import { countedResult } from '../../../src/study/trial/stopped-result.js';
import { type ForecastTask, type TrainConfig, trialResultSchema } from '../../../src/study/trial/trial.js';
import type { Evaluation } from '../../../src/task/evaluation.js';
import { openSplit, validationBaseline } from '../../../src/task/open-split.js';
import { arrangeQuantiles, conformalOffset, middleOf } from '../../../src/task/quantiles.js';
import { taskOf } from '../../../src/task/registry.js';
import { testStream } from '../../support/fakes/array-samples.js';
import { dense, flatten } from '../../support/fixtures/layer-specs.js';
import { smallConfig, smallDataset, smallTask } from '../../support/fixtures/small-dataset.js';

const dataset = smallDataset();
const OBJECTIVE = { metric: 'validationMae', direction: 'minimize', epoch: 'best' } as const;
const DELAYS = [0, 2, 6];
const severalSteps: ForecastTask = {
  ...smallTask,
  window: { lookback: 12, step: 2, delay: 6, delays: DELAYS },
};

function configOf(task: ForecastTask, units: number, loss: TrainConfig['training']['loss']): TrainConfig {
  return {
    ...smallConfig,
    task,
    layers: [flatten, dense(units)],
    training: { ...smallConfig.training, loss, epochs: 6 },
  };
}

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

function train(config: TrainConfig) {
  const reports: number[] = [];
  const outcome = trainTrial({
    engine,
    config,
    objective: OBJECTIVE,
    dataset,
    checkpoint: null,
    now: () => 0,
    hooks: {
      onReport: ({ epoch }) => reports.push(epoch),
      onCheckpoint() {},
      onProgress() {},
      stopRequest: () => 'none',
    },
  });
  assert.ok(outcome.type === 'finished');
  assert.deepEqual(trialResultSchema.parse(JSON.parse(JSON.stringify(outcome.result))), outcome.result);
  return outcome;
}

async function testOf(config: TrainConfig): Promise<ForecastTest> {
  const { result, model } = train(config);
  const winner = { trial: 'a'.repeat(16), result: { ...result, modelDigest: 'b'.repeat(64) } };
  return (await evaluateOnTest(config, winner as unknown as SeedResult, {
    bus: { getBlob: async () => model } as never,
    engine,
    dataset,
    targetStd: 10,
    signal: new AbortController().signal,
  })) as ForecastTest;
}

describe('several steps', () => {
  it('the targets of a window are those of each step alone', () => {
    const rows = { start: 40, end: 90 };
    const all = openStretches(dataset, severalSteps, [rows], 'train', 1);
    assert.equal(all.targetUnits, 3);
    const indices = Uint32Array.of(0, 5, all.count - 1);
    const targets = new Float32Array(9);
    all.gatherTargets(indices, 0, 3, targets, 0);
    for (const [row, index] of indices.entries())
      for (const [step, delay] of DELAYS.entries()) {
        const target = 40 + 12 + index + delay;
        assert.ok(target < rows.end);
        assert.equal(targets[row * 3 + step], dataset.values[target * 3]);
      }
    // One row more and the longest step would read the next split's.
    assert.equal(40 + 12 + all.count - 1 + 6, rows.end - 1);
  });

  it('results have each step with its own persistence, and their mean as the metric', () => {
    const { result } = train(configOf(severalSteps, 3, 'mae'));
    const { bySteps = [], baselineMae } = result;
    assert.deepEqual(
      bySteps.map(({ horizonRows }) => horizonRows),
      [2, 4, 8],
    );
    const mean = (of: (step: (typeof bySteps)[number]) => number): number =>
      bySteps.reduce((sum, step) => sum + of(step), 0) / bySteps.length;
    assert.ok(Math.abs(mean(({ mae }) => mae) - result.metrics.validationMae!) < 1e-9);
    assert.ok(Math.abs(mean(({ mse }) => mse) - result.metrics.validationMse!) < 1e-9);
    assert.ok(Math.abs(mean((step) => step.baselineMae) - baselineMae!) < 1e-6);
    // Anchors whose longest step lies in the split; the last row read is two before each.
    const level = (row: number): number => dataset.values[row * 3]!;
    const anchors = Array.from({ length: 500 - 6 - 412 }, (_, at) => 412 + at);
    for (const [place, delay] of DELAYS.entries()) {
      const errors = anchors.map((row) => Math.abs(level(row + delay) - level(row - 2)));
      const expected = errors.reduce((sum, one) => sum + one, 0) / errors.length;
      assert.ok(Math.abs(expected - bySteps[place]!.baselineMae) < 1e-6);
    }
  });

  it('the test says it by step, in the unit too', async () => {
    const test = await testOf(configOf(severalSteps, 3, 'mae'));
    assert.equal(test.bySteps?.length, 3);
    for (const step of test.bySteps ?? []) assert.equal(step.maeUnits, step.mae * 10);
    const told = taskOf(severalSteps).describeTest(test, 'MW');
    assert.match(told.bySeries?.join('\n') ?? '', /MAE by rows ahead.*2: .*4: .*8: /);
  });

  it('a result that counts another epoch does not keep the steps of the one that it had', () => {
    const { result } = train(configOf(severalSteps, 3, 'mae'));
    const stop = {
      stopEpoch: 1,
      stopCounted: { epoch: 1, metrics: { validationMae: 9 } },
      reports: [],
    };
    const counted = countedResult({ ...result, bestEpoch: 3, epochs: 6 }, stop, OBJECTIVE);
    assert.equal(counted.objective, 9);
    assert.equal(counted.bySteps, undefined);
    assert.ok(result.bySteps !== undefined);
  });

  it('the last step alone has the same windows and its own targets', () => {
    const last = taskOf(severalSteps).lastStep(severalSteps) as ForecastTask;
    const [one, all] = [last, severalSteps].map((task) => openSplit(dataset, task, 'validation'));
    assert.equal(one!.count, all!.count);
    const single = new Float32Array(4);
    const several = new Float32Array(12);
    one!.gatherTargets(Uint32Array.of(0, 1, 2, 3), 0, 4, single, 0);
    all!.gatherTargets(Uint32Array.of(0, 1, 2, 3), 0, 4, several, 0);
    assert.deepEqual(
      [...single],
      [2, 5, 8, 11].map((at) => several[at]),
    );
    assert.equal(taskOf(severalSteps).horizon(severalSteps)?.place, 2);
  });
});

describe('steps and quantiles of windows that are told from something', () => {
  const QUANTILES = [0.1, 0.5, 0.9];
  const FRAMES: readonly Partial<ForecastTask>[] = [
    { as: 'difference' },
    { as: 'seasonal-difference', period: 8 },
    { as: 'difference', ahead: [1] },
    { window: { ...severalSteps.window, normalise: 'standard' }, as: 'difference', quantiles: QUANTILES },
    { window: { ...severalSteps.window, normalise: 'last' }, quantiles: QUANTILES },
  ];

  /** Judged where a model says of every output what `say` makes of what it was to learn. */
  function judge(task: ForecastTask, say: (target: number) => number): Evaluation {
    const samples = openSplit(dataset, task, 'validation');
    const each = task.quantiles?.length ?? 1;
    const model = {
      outputUnits: DELAYS.length * each,
      penalty: () => 0,
      predict(of: typeof samples, indices: Uint32Array, out: Float32Array) {
        const targets = new Float32Array(indices.length * DELAYS.length);
        of.gatherTargets(indices, 0, indices.length, targets, 0);
        for (const [at, target] of targets.entries()) out.fill(say(target), at * each, (at + 1) * each);
      },
    } as unknown as Model;
    const batches = evaluateInBatches(model, samples, {
      loss: task.quantiles === undefined ? 'mae' : 'pinball',
      quantiles: task.quantiles,
    });
    for (;;) {
      const { done, value } = batches.next();
      if (done === true) return value;
    }
  }

  for (const frame of FRAMES) {
    const task: ForecastTask = { ...severalSteps, ...frame };
    it(`are judged as levels: ${JSON.stringify(frame)}`, () => {
      const right = judge(task, (target) => target);
      assert.ok(right.mae < 1e-6, `${right.mae}`);
      const { bySteps, value } = validationBaseline(dataset, task);
      assert.deepEqual(validationBaseline(dataset, severalSteps), {
        bySteps,
        value,
        perSample: validationBaseline(dataset, task).perSample,
      });
      if (task.as === 'seasonal-difference') return;
      // No change is the last row read: naive persistence, by step as well.
      const unchanged = judge(task, () => 0);
      assert.ok(Math.abs(unchanged.mae - value) < 1e-6);
      for (const [step, { mae }] of (unchanged.outputs?.steps ?? []).entries())
        assert.ok(Math.abs(mae - bySteps![step]!) < 1e-6);
    });
  }

  it('the last step alone is told from what it is told from among others', () => {
    const task: ForecastTask = { ...severalSteps, as: 'seasonal-difference', period: 8 };
    const last = openSplit(dataset, taskOf(task).lastStep(task), 'validation');
    const all = openSplit(dataset, task, 'validation');
    const indices = Uint32Array.of(3, 4);
    const [single, several] = [new Float32Array(2), new Float32Array(6)];
    last.restore!(indices, 0, 2, single, 0);
    all.restore!(indices, 0, 2, several, 0);
    assert.deepEqual([...single], [several[2], several[5]]);
  });

  it('are learnt, tested beside everything that is tried without training, and told', async () => {
    const task: ForecastTask = {
      ...severalSteps,
      window: { ...severalSteps.window, normalise: 'standard' },
      as: 'seasonal-difference',
      period: 8,
      ahead: [1],
      quantiles: QUANTILES,
      conformal: true,
    };
    const config = configOf(task, 9, 'pinball');
    const { result } = train(config);
    assert.equal(result.bySteps?.length, 3);
    const test = await testOf(config);
    assert.deepEqual(
      test.baselines?.map(({ name }) => name),
      ['persistence', 'seasonal', 'seasonalMean', 'drift', 'linear'],
    );
    assert.ok(Math.abs(test.baselines![0]!.testMae - test.baselineTestMae) < 1e-6);
    assert.ok(test.testRmse! > test.testMae);
    // What is known ahead tells most of the last step.
    assert.ok(test.testMae < test.baselineTestMae, `${test.testMae} ${test.baselineTestMae}`);
  });
});

describe('quantiles', () => {
  const QUANTILES = [0.1, 0.5, 0.9];
  const banded: ForecastTask = { ...severalSteps, quantiles: QUANTILES };

  it('are put in order, and the middle one is the forecast', () => {
    const values = Float32Array.of(3, 1, 2, 0, -1, 5);
    arrangeQuantiles(values, 0, 2, 3);
    assert.deepEqual([...values], [1, 2, 3, -1, 0, 5]);
    arrangeQuantiles(values, 0, 2, 3, [-1, 0, 1, 2, 0, -6]);
    assert.deepEqual([...values], [0, 2, 4, -1, 0, 1]);
    assert.deepEqual([[0.1, 0.9], [0.05, 0.4, 0.6], [0.5]].map(middleOf), [0, 1, 0]);
  });

  it('a result has their loss, what lies below each, and the band', () => {
    const { result } = train(configOf(banded, 9, 'pinball'));
    const { quantiles = [] } = result.outputs ?? {};
    const mean = quantiles.reduce((sum, { pinball }) => sum + pinball, 0) / 3;
    assert.ok(Math.abs(mean - result.metrics.validationLoss!) < 1e-9);
    assert.deepEqual(
      quantiles.map(({ quantile }) => quantile),
      QUANTILES,
    );
    assert.ok(quantiles[0]!.below < quantiles[1]!.below && quantiles[1]!.below < quantiles[2]!.below);
    assert.equal(result.band?.nominal, 0.8);
    assert.ok(Math.abs(result.band.coverage - (quantiles[2]!.below - quantiles[0]!.below)) < 0.02);
    assert.ok(result.band.width > 0);
    const told = taskOf(banded).describeOutputs(result, undefined).join('\n');
    assert.match(told, /claim 80\.0* %/);
    const baseline = taskOf(banded).describeBaselineOf(result, String);
    assert.equal(baseline, `naive persistence over all 3 steps has MAE ${result.baselineMae}`);
    assert.equal(result.outputs?.offsets, undefined);
  });

  it('conformal bands are moved by what the validation windows say, and the test is judged with that', async () => {
    const config = configOf({ ...banded, conformal: true }, 9, 'pinball');
    const { result } = train(config);
    const offsets = result.outputs?.offsets ?? [];
    assert.equal(offsets.length, 9);
    for (const step of [0, 1, 2]) {
      assert.equal(offsets[3 * step], -offsets[3 * step + 2]!);
      assert.equal(offsets[3 * step + 1], 0);
    }
    const [plain, moved] = [await testOf(configOf(banded, 9, 'pinball')), await testOf(config)];
    assert.notEqual(plain.band?.coverage, moved.band?.coverage);
    assert.equal(plain.testMae, moved.testMae);
  });

  it('too few validation windows for a claim are said so', () => {
    assert.throws(() => conformalOffset(new Float64Array(8), 0.9), {
      code: 'TRIAL_BAD_INPUT',
      path: 'training.loss.conformal',
    });
    assert.equal(conformalOffset(Float64Array.of(4, 2, 3, 1), 0.8), 4);
  });

  it('simulated: a band that is far too narrow, or too wide, covers its claim once it is conformal', () => {
    const random = testStream(5);
    for (const claimed of [0.5, 0.8, 0.9])
      for (const half of [0.1, 4]) {
        let covered = 0;
        const [rounds, calibration] = [400, 60];
        for (let round = 0; round < rounds; round++) {
          const scores = Float64Array.from(
            { length: calibration },
            () => Math.abs(random.nextNormal()) - half,
          );
          const reach = half + conformalOffset(scores, claimed);
          // A further sample of the same kind.
          if (Math.abs(random.nextNormal()) <= reach) covered++;
        }
        // At least the claim, at most 1/(n + 1) above it, but for chance: four deviations of a share over the rounds.
        const chance = 4 * Math.sqrt((claimed * (1 - claimed)) / rounds);
        const share = covered / rounds;
        assert.ok(share >= claimed - chance, `${claimed}, half ${half}: ${share}`);
        assert.ok(share <= claimed + 1 / (calibration + 1) + chance, `${claimed}, half ${half}: ${share}`);
      }
  });
});
