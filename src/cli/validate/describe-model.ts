// What a sweep file, or one variant of it, would take: its first trial's layers, memory from the smallest trial to the
// largest, and an ETA measured here.

import { systemClock } from '../../coordinator/clock.js';
import { calibrate } from '../../coordinator/plan/calibrate.js';
import { firstTrial, sampleTrials } from '../../coordinator/plan/sample-points.js';
import { planStudy } from '../../coordinator/plan/spec-plan.js';
import type { StudyPlan } from '../../coordinator/plan/study-plan.js';
import { estimateWork } from '../../coordinator/plan/trial-work.js';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import type { Engine } from '../../engine/engine.js';
import { TILE_ROWS } from '../../engine/wasm/layer.js';
import type { Params, SplitName, TrialConfig } from '../../study/trial/trial.js';
import { type LayerSummary, summarizeModel, trainingBytes } from '../../sweep-file/model/model-shape.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { onlyVariant, variantNames } from '../../sweep-file/variants.js';
import { taskOf } from '../../task/registry.js';

/** The least or most memory that a trial of the space takes, and where. */
export interface TrialSize {
  readonly params: Params;
  readonly parameters: number;
  readonly memoryBytes: number;
}

export interface ModelDescription {
  /** null: the file has no variants. */
  readonly variant: string | null;
  /** null: no end. */
  readonly trials: number | null;
  readonly firstTrial: { readonly trial: string; readonly params: Params } | null;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  /** Bytes of the largest trial: what each thread must have. */
  readonly memoryBytesPerTrial: number;
  /** Windows (reviews) of each split, and the batches of an epoch. null: nothing is trained. */
  readonly samples: SampleCounts | null;
  /** The smallest trial of the points looked at: all, or of very many some that lie spread; null where nothing is trained. */
  readonly smallest: TrialSize | null;
  readonly largest: TrialSize | null;
  /** One training step; of a model without weights one evaluation batch. null: nothing is trained. */
  readonly stepMs: number | null;
  /** All of these trials on all threads. */
  readonly etaMs: number | null;
}

export interface SampleCounts extends Readonly<Record<SplitName, number>> {
  /** Every how many validation samples one is evaluated. */
  readonly validationStride: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** At most so many windows read across a break in the times. */
  readonly acrossBreaks: number;
}

/** One description, or one a variant in the order of the file. Trains a few steps of each first trial. */
export function describeModels(
  spec: SweepSpec,
  dataset: DatasetMetadata | null,
  engine: Engine,
  cacheDirectory: string,
  slots: number,
): ModelDescription[] {
  const names = variantNames(spec) ?? [null];
  // The grid runs one variant after the other: a limit cuts off the last ones.
  let left = spec.limits.maxTrials ?? Number.POSITIVE_INFINITY;
  return names.map((variant) => {
    const plan = planStudy(variant === null ? spec : onlyVariant(spec, variant), dataset, engine);
    const first = firstTrial(plan);
    const { layers, parameters } = measureLayers(first?.config ?? null, dataset);
    const sizes = measureSizes(plan, dataset);
    const calibration = calibrate(plan, engine, cacheDirectory, slots, systemClock.now);
    const trials = plan.total === null ? null : Math.min(plan.total, left);
    left -= trials ?? 0;
    const share = trials === null || plan.total === null ? 1 : trials / plan.total;
    return {
      variant,
      trials,
      firstTrial: first === null ? null : { trial: first.trial, params: first.params },
      layers,
      parameters,
      memoryBytesPerTrial: sizes?.largest.memoryBytes ?? 0,
      smallest: sizes?.smallest ?? null,
      largest: sizes?.largest ?? null,
      samples: countSamples(first?.config ?? null, dataset),
      stepMs: calibration?.stepMs ?? null,
      etaMs: calibration === null ? null : calibration.studyMs * share,
    };
  });
}

function measureSizes(
  plan: StudyPlan,
  dataset: DatasetMetadata | null,
): { readonly smallest: TrialSize; readonly largest: TrialSize } | null {
  let smallest: TrialSize | null = null;
  let largest: TrialSize | null = null;
  for (const planned of sampleTrials(plan)) {
    if (planned.config.kind !== 'train') return null;
    const { parameters, memoryBytes } = measureLayers(planned.config, dataset);
    const size: TrialSize = { params: planned.params, parameters, memoryBytes };
    if (smallest === null || memoryBytes < smallest.memoryBytes) smallest = size;
    if (largest === null || memoryBytes > largest.memoryBytes) largest = size;
  }
  return smallest === null || largest === null ? null : { smallest, largest };
}

function measureLayers(
  config: TrialConfig | null,
  dataset: DatasetMetadata | null,
): Pick<ModelDescription, 'layers' | 'parameters'> & { readonly memoryBytes: number } {
  if (config?.kind !== 'train' || dataset === null) return { layers: [], parameters: 0, memoryBytes: 0 };
  const task = taskOf(config.task);
  const sample = {
    timesteps: task.timesteps(config.task),
    features: task.features(dataset.columns.length, config.task),
  };
  const layers = summarizeModel(config.layers, sample);
  return {
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    memoryBytes: trainingBytes(layers, sample, TILE_ROWS),
  };
}

function countSamples(config: TrialConfig | null, dataset: DatasetMetadata | null): SampleCounts | null {
  if (config?.kind !== 'train') return null;
  const { task: spec, training } = config;
  const task = taskOf(spec);
  const { batchSize, validationStride } = training;
  const [train, validation, test] = [
    task.count(spec, 'train'),
    task.count(spec, 'validation'),
    task.count(spec, 'test'),
  ];
  return {
    train,
    validation,
    test,
    validationStride,
    batchSize,
    batchesPerEpoch: estimateWork(config).stepsPerEpoch,
    acrossBreaks: Math.min(
      train + validation + test,
      (dataset?.time?.irregularSteps ?? 0) * task.reach(spec),
    ),
  };
}
