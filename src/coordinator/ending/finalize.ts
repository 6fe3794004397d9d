// The end of a study: after the ranking is fixed, its winner is judged once on the test samples, beside common sense on the
// same samples. In a study nothing else opens the test split (promise 4).
import { setImmediate } from 'node:timers/promises';
import type { BlobStore } from '../../bus/bus.js';
import type { MappedDataset } from '../../dataset/dataset.js';
import type { Engine } from '../../engine/engine.js';
import { decodeCheckpoint } from '../../engine/training/checkpoint.js';
import { evaluateInBatches, judgedBy } from '../../engine/training/evaluation.js';
import { asSweepError, SweepError } from '../../errors.js';
import { rankView } from '../../leaderboard/ranking.js';
import { hashJson } from '../../study/canonical-json.js';
import type { PassedOverTrial } from '../../study/events.js';
import type { SeedResult } from '../../study/finished-row.js';
import type { StudyView } from '../../study/study-view.js';
import type { TestEvaluation } from '../../study/test-evaluation.js';
import type { TrainConfig } from '../../study/trial/trial.js';
import type { Evaluation } from '../../task/evaluation.js';
import { taskOf } from '../../task/registry.js';
import { openTestSplit, testBaseline } from '../../task/test-split.js';
import { WITHOUT_MODEL } from './judge-rows.js';

/** Batches between two looks at the event loop: about 10 ms of work each, so that leases and signals are served. */
const BATCHES_PER_TURN = 4;

export interface FinalizeOptions {
  readonly bus: BlobStore;
  readonly engine: Engine;
  readonly dataset: MappedDataset;
  /** Standard deviation of the target: normalised error times this is in the unit. */
  readonly targetStd: number;
  readonly signal: AbortSignal;
}

/**
 * The trial that stands for the winning row: of several seeds the one of lowest index, chosen without looking at results.
 * Null when no row is complete.
 */
export function findWinner(view: StudyView): SeedResult | null {
  return findCandidates(view)[0] ?? null;
}

/** The trials that stand for the complete rows, the winner first. */
export function findCandidates(view: StudyView): SeedResult[] {
  return rankView(view).flatMap(({ row }) => (row.state === 'COMPLETE' ? row.seeds.slice(0, 1) : []));
}

/**
 * Tests the best trial whose model can be had; `onPassedOver` hears of each better one. Throws INTERRUPTED when `signal`
 * aborts, and why the best one cannot be tested when none can.
 */
export async function testBest(
  candidates: readonly SeedResult[],
  configOf: (winner: SeedResult) => TrainConfig | null,
  options: FinalizeOptions,
  onPassedOver: (passed: PassedOverTrial) => void,
): Promise<{ readonly test: TestEvaluation; readonly passedOver: readonly PassedOverTrial[] } | null> {
  const passedOver: PassedOverTrial[] = [];
  let first: SweepError | null = null;
  for (const winner of candidates) {
    try {
      const config = configOf(winner);
      if (config === null) return null;
      return { test: await evaluateOnTest(config, winner, options), passedOver };
    } catch (thrown) {
      const error = asSweepError(thrown);
      if (!WITHOUT_MODEL.has(error.code)) throw thrown;
      first ??= error;
      const passed = { trial: winner.trial, reason: error.message };
      passedOver.push(passed);
      onPassedOver(passed);
    }
  }
  if (first !== null) throw first;
  return null;
}

/**
 * Tests further finalists, each once; one whose model cannot be had is left out, and `onLost` hears of it. Throws INTERRUPTED
 * when `signal` aborts.
 */
export async function testOthers(
  finalists: readonly SeedResult[],
  configOf: (finalist: SeedResult) => TrainConfig | null,
  options: FinalizeOptions,
  onLost: (lost: PassedOverTrial) => void,
): Promise<TestEvaluation[]> {
  const tests: TestEvaluation[] = [];
  for (const finalist of finalists) {
    const config = configOf(finalist);
    if (config === null) continue;
    try {
      tests.push(await evaluateOnTest(config, finalist, options));
    } catch (thrown) {
      const error = asSweepError(thrown);
      if (!WITHOUT_MODEL.has(error.code)) throw thrown;
      onLost({ trial: finalist.trial, reason: error.message });
    }
  }
  return tests;
}

/** Evaluates a finished trial on the test split. Throws INTERRUPTED when `signal` aborts, BLOB_… without its model. */
export async function evaluateOnTest(
  config: TrainConfig,
  winner: SeedResult,
  options: FinalizeOptions,
): Promise<TestEvaluation> {
  const evaluation = await evaluateWinner(config, winner, options);
  const { task } = config;
  const baseline = testBaseline(options.dataset, task, config.training.validationStride);
  const { targetStd, dataset } = options;
  const { series, columns } = dataset.metadata;
  return taskOf(task).judge(task, winner.trial, evaluation, baseline, { targetStd, series, columns });
}

/** The winner's model on every test sample, in order. */
async function evaluateWinner(
  config: TrainConfig,
  winner: SeedResult,
  { bus, engine, dataset, signal }: FinalizeOptions,
): Promise<Evaluation> {
  const { modelDigest } = winner.result;
  if (modelDigest === null) {
    throw new SweepError('BLOB_NOT_FOUND', `trial ${winner.trial} has no stored model`, {
      hint: 'start the study again: the trial is computed anew',
    });
  }
  const { weights } = decodeCheckpoint(await bus.getBlob(modelDigest), hashJson(config));
  const samples = openTestSplit(dataset, config.task);
  const model = engine.build({
    layers: config.layers,
    timesteps: samples.timesteps,
    features: samples.features,
    loss: config.training.loss,
    quantiles: taskOf(config.task).answer(config.task).quantiles,
    optimizer: config.training.optimizer,
    batchSize: config.training.batchSize,
    seed: config.seed,
  });
  try {
    model.load(weights);
    const evaluation = evaluateInBatches(model, samples, {
      ...judgedBy(config),
      // How wide bands are is said by the validation samples.
      conformal: false,
      offsets: winner.result.outputs?.offsets,
    });
    for (let batch = 1; ; batch++) {
      const next = evaluation.next();
      if (next.done === true) return next.value;
      if (batch % BATCHES_PER_TURN === 0) await setImmediate();
      if (signal.aborted) throw new SweepError('INTERRUPTED', 'the test evaluation was interrupted');
    }
  } finally {
    model.dispose();
  }
}
