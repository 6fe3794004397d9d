// Sweep files as documents for tests of the spec and search rooms, and how their errors are looked at.
import assert from 'node:assert/strict';
import { SweepError } from '../../src/errors.js';
import type { SeriesSpec } from '../../src/study/dataset-source.js';
import { type ParseOptions, parseSweepSpec } from '../../src/sweep-file/parse.js';
import type { DatasetShape } from '../../src/sweep-file/resolve-trial.js';
import type { SweepSpec } from '../../src/sweep-file/sweep-spec.js';

/** The example of the guide: 96 trials of recurrent nets on Jena. A fresh copy each time. */
export function gruGridDocument() {
  return {
    name: 'gru-grid',
    dataset: {
      source: 'jena' as unknown,
      target: 'T (degC)',
      split: { train: [0, 200_000], validation: [200_001, 300_000], test: [300_001, null] } as unknown,
    },
    window: { lookback: 1440, step: '$step', delay: 144 } as Record<string, unknown>,
    model: {
      type: 'recurrent',
      cell: '$cell',
      units: '$units',
      dropout: '$dropout',
      recurrentDropout: '$recurrentDropout',
    } as Record<string, unknown>,
    space: {
      cell: ['gru', 'lstm'],
      units: [16, 32],
      dropout: [0, 0.2],
      recurrentDropout: [0, 0.2],
      step: [6, 12],
      learningRate: { type: 'float', low: 1e-4, high: 1e-2, log: true, levels: 3 },
    } as Record<string, unknown>,
    training: { learningRate: '$learningRate', epochs: 20 } as Record<string, unknown>,
  };
}

/** A study of one point that trains `layers` on a window of 240 steps. */
export function layerDocument(layers: readonly unknown[]) {
  return {
    name: 'layers',
    dataset: { source: 'jena' },
    window: { lookback: 1440, step: 6, delay: 144 },
    model: { type: 'layers', layers },
  };
}

/** The columns and rows of Jena climate as the dataset room would describe them. */
export const JENA_SHAPE: DatasetShape = {
  digest: 'ab'.repeat(32),
  columns: ['p (mbar)', 'T (degC)', 'Tpot (K)', 'Tdew (degC)'].map((name) => ({ name })),
  split: {
    train: { start: 0, end: 200_000 },
    validation: { start: 200_001, end: 300_000 },
    test: { start: 300_001, end: 420_551 },
  },
};

/** The reviews of IMDB likewise. */
export const IMDB_SHAPE: DatasetShape = {
  digest: 'cd'.repeat(32),
  columns: [],
  split: {
    train: { start: 0, end: 20_000 },
    validation: { start: 20_000, end: 25_000 },
    test: { start: 25_000, end: 50_000 },
  },
};

export function parseDocument(document: unknown, options?: ParseOptions) {
  return parseSweepSpec(JSON.stringify(document, null, 2), '/study/sweep.json', options);
}

/** The series of a spec; fails if it has none. */
export function seriesOf({ dataset }: SweepSpec): SeriesSpec {
  assert.ok(dataset !== null && dataset.kind === undefined, 'the spec has no series');
  return dataset;
}

/** All errors that `act` throws in its one SweepError; fails if it throws nothing, or anything else. */
export function errorsOf(act: () => unknown): SweepError[] {
  try {
    act();
  } catch (thrown) {
    assert.ok(thrown instanceof SweepError, `not a SweepError: ${String(thrown)}`);
    return [thrown, ...thrown.others];
  }
  assert.fail('nothing was refused');
}

/** The one error at `path`; fails when there is none. */
export function errorAt(errors: readonly SweepError[], path: string): SweepError {
  const error = errors.find((candidate) => candidate.path === path);
  assert.ok(error, `no error at ${path}, only at ${errors.map((each) => each.path).join(', ')}`);
  return error;
}
