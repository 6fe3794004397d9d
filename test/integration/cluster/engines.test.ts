// A study whose trials are shared by workers of different engines, over a real nats-server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeaderboardRow } from '../../../src/leaderboard/row-fields.js';
import { nativeTensorflow } from '../../support/models/native-tensorflow.js';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { type StudyDocument, startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';

const skip = skipWithoutNats();
const LIMIT_MS = 180_000;
/** Of the objective, over two epochs of ten steps: as test/contract/engine-agreement.test.ts, for validation too. */
const TOLERANCE = 1e-5;

type Document = Omit<StudyDocument, 'leaderboard'> & {
  readonly engine: string;
  readonly leaderboard: readonly LeaderboardRow[];
};
const space = { cell: ['gru', 'lstm'], units: [3, 4, 5, 8] };
const byParams = (rows: readonly LeaderboardRow[]): Map<string, LeaderboardRow> =>
  new Map(rows.map((row) => [JSON.stringify(row.params), row]));

test('one wasm and one tfjs worker finish a study together, and each row says who computed it', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const { place } = cluster;
  const file = writeSmallSweep(place.directory, { space, fields: { engine: 'any' } });
  await cluster.startWorker('-c', '1', '--engine', 'tfjs');
  await cluster.startWorker('-c', '1', '--engine', 'wasm');
  const mixed = await cluster.json<Document>('start', file);
  assert.equal(mixed.state, 'complete');
  assert.equal(mixed.engine, 'any');
  assert.equal(mixed.leaderboard.length, 8);
  assert.deepEqual([...new Set(mixed.leaderboard.map(({ engine }) => engine))].sort(), ['tfjs', 'wasm']);
  for (const { engine, bitExact } of mixed.leaderboard) assert.equal(bitExact, engine === 'wasm');

  const table = (await cluster.start('leaderboard', '@last').finished).stdout;
  assert.match(table, /engine/);
  assert.match(table, /wasm, bit-exact/);
  assert.match(table, /tfjs +/);

  // The same trials on one engine: exact rows are the same bits, others close; no trial is taken for another engine's.
  const exact = await place.json<Document>(
    'start',
    file,
    '--home',
    'alone',
    '--workers',
    '1',
    '--set',
    'engine=wasm',
  );
  assert.equal(exact.trials.cached, 0);
  const mixedRows = byParams(mixed.leaderboard);
  for (const [params, row] of byParams(exact.leaderboard)) {
    const other = mixedRows.get(params) as LeaderboardRow;
    assert.notEqual(other.trial, row.trial);
    assert.equal(other.weightsDigest === row.weightsDigest, other.bitExact, params);
    assert.ok(Math.abs(other.objective - row.objective) <= TOLERANCE * row.objective, params);
  }
});

test('a study that requires a GPU keeps its trials for workers that have the label', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, {
    space: { cell: ['gru'], units: [4, 8] },
    fields: { engine: 'any', requires: 'gpu' },
  });
  await cluster.startWorker('-c', '1', '--engine', 'wasm');
  await cluster.startWorker('-c', '1', '--engine', 'tfjs', '--labels', 'gpu');
  const { leaderboard } = await cluster.json<Document>('start', file);
  assert.deepEqual(
    leaderboard.map(({ engine }) => engine),
    ['tfjs', 'tfjs'],
  );
});

const native = nativeTensorflow();

test('a worker of two threads trains on native TensorFlow', {
  skip: skip || native.skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeSmallSweep(cluster.place.directory, {
    space,
    fields: { engine: 'any', requires: 'gpu' },
  });
  const hook = new URL('../../support/fakes/with-native-tensorflow.js', import.meta.url).href;
  const env = { SWEEP_TFJS_NODE: process.env.SWEEP_TFJS_NODE, NODE_OPTIONS: `--import ${hook}` };
  const worker = createWorkplace(t, env).start(
    ...['worker', '--nats', cluster.server.url, '--engine', 'tfjs', '--labels', 'gpu', '-c', '2'],
  );
  const { leaderboard } = await cluster.json<Document>('start', file);
  assert.equal(leaderboard.length, 8);
  for (const { engine, bitExact } of leaderboard) assert.deepEqual([engine, bitExact], ['tfjs', false]);
  assert.match(worker.stderr(), /2 trials at once, by tfjs-node 4\.22\.0 \(TensorFlow 2\.\d+\.\d+, CPU\)/);
  worker.process.kill('SIGTERM');
  assert.equal((await worker.finished).code, 0, worker.stderr());
});
