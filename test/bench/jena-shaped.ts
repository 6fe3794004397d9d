// The reference problem for benchmarks: batches of 128 windows of 240 × 14 over a series as long as Jena's, in memory.
import type { MappedDataset } from '../../src/dataset/dataset.js';
import type { SampleSet } from '../../src/dataset/sample-set.js';
import type { ModelDefinition } from '../../src/engine/engine.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import type { WindowSpec } from '../../src/study/trial/trial.js';
import { openSplit } from '../../src/task/open-split.js';
import { modelOf } from '../support/fixtures/layer-specs.js';

const ROWS = 420_551;
export const FEATURES = 14;
export const TIMESTEPS = 240;
export const BATCH = 128;

/** One step ahead, unless `fields` of the window say otherwise. */
export function jenaShapedSamples(fields: Partial<WindowSpec> = {}): SampleSet {
  const values = new Float32Array(ROWS * FEATURES);
  // A linear congruential generator: what the numbers are does not matter, that they differ does.
  let state = 1;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  const split = {
    train: { start: 0, end: 200_000 },
    validation: { start: 200_001, end: 300_000 },
    test: { start: 300_001, end: ROWS },
  };
  const dataset: MappedDataset = {
    metadata: {
      version: 1,
      digest: '0'.repeat(64),
      rows: ROWS,
      columns: Array.from({ length: FEATURES }, (_, i) => ({ name: `c${i}`, unit: null, mean: 0, std: 1 })),
      split,
      source: { name: 'benchmark', synthetic: true, digest: '0'.repeat(64) },
      time: null,
      missing: { policy: 'error', values: 0 },
    },
    mapping: 'shared-array-buffer',
    values,
    close() {},
  };
  const window = { lookback: 1_440, step: 6, delay: 144, ...fields };
  return openSplit(dataset, { kind: 'forecast', targetColumn: 1, split, window }, 'train');
}

/** Batches scattered over the split like a shuffled epoch's. */
export function batchIndices(samples: SampleSet, step: number, batch = BATCH): Uint32Array {
  return Uint32Array.from({ length: batch }, (_, at) => ((step * batch + at) * 104_729) % samples.count);
}

export function jenaModel(layers: readonly LayerSpec[]): ModelDefinition {
  return modelOf(layers, TIMESTEPS, FEATURES);
}

/**
 * Floating-point operations of the matrix products of one batch of a recurrent layer: forward x·W and h·U; a training
 * step adds the gradients of both and d·Uᵀ.
 */
export function recurrentFlops(gates: number, units: number): { forward: number; step: number } {
  const perSample = 2 * BATCH * TIMESTEPS * gates * units;
  const forward = perSample * (FEATURES + units);
  return { forward, step: 2 * forward + perSample * units };
}
