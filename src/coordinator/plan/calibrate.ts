// How long a study will take on this machine, from a few training steps of its first trial.
import { openDataset } from '../../dataset/prepared/mapped-file.js';
import type { Engine } from '../../engine/engine.js';
import { trainedDefinition } from '../../engine/training/trained-definition.js';
import type { Params, TrainConfig } from '../../study/trial/trial.js';
import { openSplit } from '../../task/open-split.js';
import { firstTrial } from './sample-points.js';
import { BadPointError, type StudyPlan } from './study-plan.js';
import { costOfStep, estimateWork } from './trial-work.js';

/** The first step allocates and warms the caches; what follows is steady. */
const WARM_UP_STEPS = 1;
const MEASURED_STEPS = 5;
const LONGEST_MEASUREMENT_MS = 1_000;

export interface Calibration {
  /** One training step of the first trial; one evaluation batch of a model without weights. */
  readonly stepMs: number;
  /** The whole study, nothing cached, on `slots` threads. */
  readonly studyMs: number;
}

/** Trains a few steps and throws them away. Null for studies without training or without an end. */
export function calibrate(
  plan: StudyPlan,
  engine: Engine,
  cacheDirectory: string,
  slots: number,
  now: () => number,
): Calibration | null {
  const first = firstTrial(plan);
  if (first === null || first.config.kind !== 'train' || plan.total === null) return null;
  const stepMs = measureStep(first.config, engine, cacheDirectory, now);
  const msPerWork = stepMs / costOfStep(first.config);
  return { stepMs, studyMs: (plan.total * meanWork(plan) * msPerWork) / slots };
}

/** Mean work of a trial over points that stand for all; bad ones take none. */
export function meanWork(plan: StudyPlan): number {
  let samples = 0;
  let sum = 0;
  for (const params of plan.samplePoints()) {
    samples += 1;
    sum += workOf(plan, params);
  }
  return samples === 0 ? 0 : sum / samples;
}

function workOf(plan: StudyPlan, params: Params): number {
  try {
    return estimateWork(plan.resolve(params, 0).config).total;
  } catch (thrown) {
    if (thrown instanceof BadPointError) return 0;
    throw thrown;
  }
}

/** Median of a few training steps, or evaluation batches where there is nothing to train. */
function measureStep(config: TrainConfig, engine: Engine, cacheDirectory: string, now: () => number): number {
  const dataset = openDataset(cacheDirectory, config.datasetDigest);
  try {
    const samples = openSplit(dataset, config.task, 'train');
    const { batchSize, learningRate } = config.training;
    const model = engine.build(trainedDefinition(config, samples));
    try {
      const indices = Uint32Array.from({ length: Math.min(batchSize, samples.count) }, (_, index) => index);
      const predictions = new Float32Array(indices.length * model.outputUnits);
      const durations: number[] = [];
      const endMs = now() + LONGEST_MEASUREMENT_MS;
      for (let step = 0; step < WARM_UP_STEPS + MEASURED_STEPS; step++) {
        const startedMs = now();
        if (model.parameterCount > 0) model.trainBatch(samples, indices, { epoch: 1, step, learningRate });
        else model.predict(samples, indices, predictions);
        if (step >= WARM_UP_STEPS) durations.push(now() - startedMs);
        if (durations.length > 0 && now() > endMs) break;
      }
      durations.sort((left, right) => left - right);
      return durations[Math.floor(durations.length / 2)] ?? 0;
    } finally {
      model.dispose();
    }
  } finally {
    dataset.close();
  }
}
