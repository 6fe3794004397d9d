// A model leaves a study that a server keeps: exported on a machine that has neither the data nor the study.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { type StudyDocument, startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';

const LIMIT_MS = 120_000;

interface Exported {
  readonly model: { readonly trial: string; readonly engine: string; readonly finalWeightsDigest: string };
}

test('a model trained by a tfjs worker is exported from another machine, and predicts there', {
  skip: skipWithoutNats(),
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, {
    space: { cell: ['gru'], units: [4] },
    fields: { engine: 'any' },
  });
  await cluster.startWorker('-c', '1', '--engine', 'tfjs');
  const { leaderboard } = await cluster.json<StudyDocument>('start', file);

  const other = createWorkplace(t);
  const nats = ['--nats', cluster.server.url];
  const { model } = await other.json<Exported>('export', '@last', '--best-model', 'model', ...nats);
  assert.equal(model.engine, 'tfjs');
  assert.equal(model.trial, leaderboard[0]?.trial);
  assert.equal(model.finalWeightsDigest, leaderboard[0]?.weightsDigest);

  copyFileSync(join(cluster.place.directory, 'weather.csv'), join(other.directory, 'weather.csv'));
  for (const [from, out, ...options] of [
    ['model', 'a.csv'],
    ['@last', 'b.csv', ...nats],
  ]) {
    const args = ['--data', 'weather.csv', '-o', out ?? '', ...options];
    const predicted = await other.call('predict', from ?? '', ...args);
    assert.equal(predicted.code, 0, predicted.stderr);
  }
  const [folder, study] = ['a.csv', 'b.csv'].map((name) => readFileSync(join(other.directory, name), 'utf8'));
  assert.equal(folder, study);
  assert.equal(folder?.trim().split('\n').length, 2935);
});
