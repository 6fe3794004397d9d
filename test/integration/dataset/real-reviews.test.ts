// Real reviews (SWEEP_TEST_DATA/reviews): they are read whole, and a small model learns from a part of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { viewReviews } from '../../../src/dataset/prepared/review-layout.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { ReviewsSpec } from '../../../src/study/dataset-source.js';
import type { EpochReport, TrainConfig } from '../../../src/study/trial/trial.js';
import { realDataDirectory } from '../../support/fixtures/dataset-fixtures.js';
import { dense, embedding, globalAverage } from '../../support/fixtures/layer-specs.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const packed = join(realDataDirectory() ?? '/nowhere', 'reviews', 'imdb_train_25000.tsv.xz');
const isMissing = existsSync(packed) ? false : `no ${packed}`;

test('the 25,000 reviews of IMDB are read, and an average of word vectors tells them apart', {
  skip: isMissing,
}, async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'train.tsv');
  writeFileSync(path, execFileSync('xz', ['--decompress', '--stdout', packed], { maxBuffer: 1 << 28 }));
  const spec: ReviewsSpec = {
    kind: 'reviews',
    sources: [{ type: 'table', format: 'tsv', path, test: null, text: 3, label: 0, header: false }],
    validationSplit: 0.2,
    testSplit: 0.2,
  };
  const cacheDirectory = join(directory, 'cache');
  const { metadata } = await prepareDataset(spec, { cacheDirectory });
  const { reviews, split } = metadata;
  assert.deepEqual(split.validation, { start: 16_000, end: 20_000 });
  assert.ok(reviews !== undefined && reviews.medianLength > 160 && reviews.medianLength < 190);
  assert.ok(reviews.longest > 2_400 && reviews.vocabulary > 50_000 && reviews.vocabulary < 90_000);
  for (const share of Object.values(reviews.positive)) assert.ok(share > 0.47 && share < 0.53);

  const dataset = openDataset(cacheDirectory, metadata.digest);
  t.after(() => dataset.close());
  const { ids } = viewReviews(dataset.values, metadata.rows);
  // "the", "and", "a" lead in English.
  const counts = [4, 5, 6].map((id) => ids.reduce((sum, other) => sum + (other === id ? 1 : 0), 0));
  assert.ok(counts[0]! > counts[1]! && counts[0]! > 0.05 * ids.length, `${counts} of ${ids.length}`);

  const config: TrainConfig = {
    kind: 'train',
    datasetDigest: metadata.digest,
    task: { kind: 'classify', split, maxLength: 200, maxFeatures: 5_000, reversed: false },
    layers: [embedding(5_000, 8), globalAverage, dense(1, { activation: 'sigmoid' })],
    training: {
      optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
      learningRate: 0.01,
      loss: 'binaryCrossentropy',
      batchSize: 128,
      stepsPerEpoch: null,
      epochs: 2,
      validationStride: 1,
    },
    seed: 1,
  };
  const reports: EpochReport[] = [];
  const outcome = trainTrial({
    engine: await createWasmEngine(),
    config,
    objective: { metric: 'validationAccuracy', direction: 'maximize', epoch: 'best' },
    dataset,
    checkpoint: null,
    now: () => 0,
    hooks: {
      onReport: (report) => reports.push(report),
      onCheckpoint() {},
      onProgress() {},
      stopRequest: () => 'none',
    },
  });
  assert.ok(outcome.type === 'finished' && outcome.result.objective > 0.82, JSON.stringify(reports));
});
