// A document made of a spec is read as that spec.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { durationMs, durationText } from '../../../src/sweep-file/duration.js';
import { type ParseOptions, parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { documentOf } from '../../../src/sweep-file/sweep-document.js';
import type { SweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { REPOSITORY } from '../../support/deploy/deploy-files.js';
import { parseDocument } from '../../support/fixtures/sweep-documents.js';

const SWEEPS = join(REPOSITORY, 'sweeps');

function assertReadBack(spec: SweepSpec): void {
  const { profile: _, ...expected } = spec;
  const text = JSON.stringify(documentOf(JSON.parse(JSON.stringify(spec)) as SweepSpec));
  assert.deepEqual(parseSweepSpec(text, '/elsewhere/sweep.json'), expected);
}

for (const file of readdirSync(SWEEPS).filter((name) => name.endsWith('.json'))) {
  test(`${file} and its profiles are read back as they were`, () => {
    const text = readFileSync(join(SWEEPS, file), 'utf8');
    const { profiles = {} } = JSON.parse(text) as { profiles?: Record<string, unknown> };
    const all: ParseOptions[] = [{}, ...Object.keys(profiles).map((profile) => ({ profile }))];
    for (const options of all) assertReadBack(parseSweepSpec(text, join(SWEEPS, file), options));
  });
}

test('so are functions, ranges, limits, points that come first, tables of numbers and of reviews', () => {
  const limits = {
    maxTrials: 7,
    maxDuration: '11d1h0.5s',
    trialTimeout: null,
    maxAttempts: 2,
    maxFailures: null,
  };
  assertReadBack(
    parseDocument({
      name: 'branin',
      objective: { type: 'function', name: 'branin', direction: 'maximize' },
      space: { x: { type: 'float', low: -5, high: 10 }, y: { type: 'int', low: 0, high: 15, step: 3 } },
      sampler: { type: 'tpe', window: 3 },
      enqueue: [{ x: 0.25, y: 3 }],
      repeats: 2,
      limits,
    }),
  );
  const training = {
    epochs: 2,
    learningRate: '$rate',
    learningRateSchedule: 'cosine',
    optimizer: { type: 'adam' },
  };
  assertReadBack(
    parseDocument({
      name: 'table',
      dataset: {
        source: ['jena', { csv: 'data/a b.csv', missing: [], onMissing: 'drop', time: 'date' }],
        target: 'T (degC)',
      },
      window: { lookback: 24, delay: 1 },
      model: { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 1 }] },
      space: { rate: { type: 'float', low: 1e-4, high: 1e-2, log: true } },
      training,
      scheduler: { type: 'asha' },
      engine: 'any',
    }),
  );
  assertReadBack(
    parseDocument({
      name: 'reviews',
      dataset: {
        kind: 'reviews',
        source: ['imdb', { csv: 'reviews.csv', label: 0, test: 'more.csv' }, { npz: 'imdb.npz' }],
        maxLength: '$words',
        reversed: true,
        testSplit: 0.1,
      },
      model: {
        type: 'layers',
        layers: [
          { type: 'embedding', inputDim: 10_000, outputDim: 4 },
          { type: 'gru', units: 2 },
          { type: 'dense', units: 1, activation: 'sigmoid' },
        ],
      },
      space: { words: [20, 40] },
    }),
  );
});

test('a duration is written as it is read', () => {
  for (const ms of [0, 1, 999, 1000, 61_001, 86_400_000, 900_000_001, Number.MAX_SAFE_INTEGER])
    assert.equal(durationMs(durationText(ms)), ms, String(ms));
});
