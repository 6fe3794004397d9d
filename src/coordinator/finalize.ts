// The end of a study: after the ranking is fixed, its winner is judged once on the test windows, beside naive persistence
// on the same windows. In a study nothing else opens the test split (promise 4).
import { setImmediate } from 'node:timers/promises';
import type { Bus } from '../bus/bus.js';
import type { MappedDataset } from '../dataset/dataset.js';
import { openTestSplit, testPersistence } from '../dataset/test-split.js';
import { decodeCheckpoint } from '../engine/checkpoint.js';
import type { Engine } from '../engine/engine.js';
import { evaluateInBatches } from '../engine/evaluation.js';
import { SweepError } from '../errors.js';
import { rankView } from '../leaderboard/ranking.js';
import { blockBootstrapDifference, blockBootstrapMean, defaultBlockLength } from '../study/bootstrap.js';
import { hashJson } from '../study/canonical-json.js';
import type { TestEvaluation } from '../study/events.js';
import type { SeedResult } from '../study/finished-row.js';
import type { StudyView } from '../study/study-view.js';
import type { TrainConfig } from '../study/trial.js';

/** Batches between two looks at the event loop: about 10 ms of work each, so that leases and signals are served. */
const BATCHES_PER_TURN = 4;

export interface FinalizeOptions {
  readonly bus: Bus;
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
  const best = rankView(view)[0];
  return best?.row.state === 'COMPLETE' ? (best.row.seeds[0] ?? null) : null;
}

/** Evaluates a finished trial on the test split. Throws INTERRUPTED when `signal` aborts, BLOB_… without its model. */
export async function evaluateOnTest(
  config: TrainConfig,
  winner: SeedResult,
  options: FinalizeOptions,
): Promise<TestEvaluation> {
  const { dataset, targetStd } = options;
  const { task, seed } = config;
  const errors = await predictErrors(config, winner, options);
  const naive = testPersistence(dataset, task);
  const blockLength = defaultBlockLength(errors.length, task.window.delay);
  const { mean, interval } = blockBootstrapMean(errors, { blockLength, seed });
  const { pValue } = blockBootstrapDifference(errors, naive.absoluteErrors, { blockLength, seed });
  return {
    trial: winner.trial,
    testMae: mean,
    testMaeUnits: mean * targetStd,
    interval: [interval[0] * targetStd, interval[1] * targetStd],
    baselineTestMae: naive.mae,
    baselineTestMaeUnits: naive.mae * targetStd,
    pValueVersusBaseline: pValue,
    windows: errors.length,
  };
}

/** Absolute errors `[windows]` of the winner's model on the test windows, in time order. */
async function predictErrors(
  config: TrainConfig,
  winner: SeedResult,
  { bus, engine, dataset, signal }: FinalizeOptions,
): Promise<Float32Array> {
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
    optimizer: config.training.optimizer,
    batchSize: config.training.batchSize,
    seed: config.seed,
  });
  try {
    model.load(weights);
    const evaluation = evaluateInBatches(model, samples);
    for (let batch = 1; ; batch++) {
      const next = evaluation.next();
      if (next.done === true) return next.value.absoluteErrors;
      if (batch % BATCHES_PER_TURN === 0) await setImmediate();
      if (signal.aborted) throw new SweepError('INTERRUPTED', 'the test evaluation was interrupted');
    }
  } finally {
    model.dispose();
  }
}
