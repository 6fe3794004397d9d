// A study on reviews on a cluster: its dataset, which only the coordinator's machine has, reaches workers whose caches are
// empty, and they end in the leaderboard of one machine.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeReviewSweep } from '../../support/fixtures/review-sweep.js';
import { createWorkplace } from '../../support/processes/cli.js';
import { comparable, type StudyDocument, startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';

const LIMIT_MS = 120_000;

interface ReviewStudy extends StudyDocument {
  readonly test: readonly { readonly testAccuracy: number }[];
}

test('reviews train on a machine that has none of their files, and end in the leaderboard of one machine', {
  skip: skipWithoutNats(),
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const { place } = cluster;
  const file = writeReviewSweep(place.directory);
  const local = await place.json<ReviewStudy>('start', file, '--home', 'alone', '--workers', '1');

  const machine = createWorkplace(t);
  const worker = await cluster.startWorkerAt(machine, '-c', '2');
  assert.deepEqual(cachedDatasets(machine.cache), [], 'the worker must start without the dataset');
  const remote = await cluster.json<ReviewStudy>('start', file);
  assert.equal(remote.state, 'complete', worker.stderr());
  assert.equal(remote.trials.cached, 0, 'the cluster must have trained every trial itself');
  assert.deepEqual(comparable(remote), comparable(local));
  assert.ok(
    (remote.test[0]?.testAccuracy ?? 0) > 0.9,
    'a model that learned nothing would compare equal too',
  );

  const [dataset, ...others] = cachedDatasets(machine.cache);
  assert.ok(dataset !== undefined && others.length === 0, 'one dataset, fetched once for both trials');
  assert.deepEqual(
    readFileSync(join(machine.cache, dataset)),
    readFileSync(join(place.cache, dataset)),
    'byte for byte what the coordinator prepared',
  );
});

/** Prepared files in a cache, relative to it. */
function cachedDatasets(cache: string): string[] {
  try {
    return readdirSync(cache, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.f32'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
