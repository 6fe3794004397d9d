// Real trial threads on a prepared file that changes while they train: nothing computed on it leaves the node, and the same
// trial on the mended file ends as if nothing had happened.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { availableMapping } from '../../../src/dataset/prepared/mapped-file.js';
import { preparedPath } from '../../../src/dataset/prepared/prepared-format.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { WorkerNode } from '../../../worker/node/worker-node.js';
import { openTrialPool, TRIAL_TASK_FILE } from '../../../worker/thread/trial-pool.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { scriptBus } from '../../support/fakes/scripted-bus.js';
import { countingCsv, prepareText } from '../../support/fixtures/dataset-fixtures.js';
import { dense, gru } from '../../support/fixtures/layer-specs.js';
import { trialMessage } from '../../support/fixtures/study-events.js';
import { flipBit } from '../../support/flip-bit.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const STUDY = 'test-0000';
const EPOCHS = 4;

async function trainOn(t: TestContext, damage: (path: string) => void): Promise<void> {
  const directory = temporaryDirectory(t);
  const { metadata } = await prepareText(directory, countingCsv(2_000, 3));
  const cacheDirectory = join(directory, 'cache');
  const path = preparedPath(cacheDirectory, metadata.digest);
  const sound = join(directory, 'sound');
  copyFileSync(path, sound);
  const { bus, deliver, record } = scriptBus(directory);
  t.after(() => bus.close());
  await bus.createStudy({ study: STUDY, name: 'test', createdAt: '2026-01-01T00:00:00.000Z', spec: {} });
  const pool = openTrialPool({
    threads: 1,
    taskFile: TRIAL_TASK_FILE,
    settings: { engine: 'wasm', cacheDirectory },
  });
  t.after(() => pool.close());
  const node = new WorkerNode({
    bus,
    pool,
    requirements: ['any'],
    logger: silentLogger,
    now: () => performance.now(),
    identity: {
      worker: 'worker-1',
      host: 'here',
      pid: 1,
      version: '1.0.0',
      engine: 'wasm',
      numericsVersion: TEST_ENGINE.numericsVersion,
      backend: 'test',
      labels: [],
    },
  });
  t.after(() => node.drain('the test ended').catch(() => {}));
  const config: TrainConfig = {
    kind: 'train',
    datasetDigest: metadata.digest,
    task: {
      kind: 'forecast',
      targetColumn: 0,
      split: metadata.split,
      window: { lookback: 8, step: 1, delay: 1 },
    },
    layers: [gru(4), dense(1)],
    training: {
      optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
      learningRate: 0.01,
      loss: 'mae',
      batchSize: 16,
      stepsPerEpoch: 10,
      epochs: EPOCHS,
      validationStride: 1,
    },
    seed: 1,
  };
  const objective = { metric: 'validationMae', direction: 'minimize', epoch: 'best' } as const;
  const message = (index: number) =>
    trialMessage(index, {
      study: STUDY,
      config,
      objective,
      requires: 'any',
      engine: 'any',
      version: '1.0.0',
      checkpoints: [],
    });
  const eventsOf = async (index: number): Promise<StudyEvent[]> =>
    (await bus.trialEvents(STUDY, message(index).trial)).map(({ event }) => event);

  await deliver(message(0));
  assert.equal((await eventsOf(0)).at(-1)?.type, 'trial.finished');
  // The thread keeps its map: what happens to the file happens to that.
  damage(path);
  await deliver(message(1));
  const events = await eventsOf(1);
  const end = events.at(-1);
  assert.equal(end?.type, 'trial.returned');
  assert.ok(end?.type === 'trial.returned' && end.cause === 'dataset');
  assert.match(end.reason, /damaged: .*(contents have changed|was cut)/);
  assert.ok(!events.some(({ type }) => type === 'trial.finished' || type === 'trial.failed'));
  assert.ok(!events.some(({ type }) => type === 'trial.checkpoint'), 'nothing to go on from');
  assert.equal(record.at(-1), 'nak 1000');

  writeFileSync(`${path}.new`, '');
  copyFileSync(sound, `${path}.new`);
  renameSync(`${path}.new`, path);
  await deliver(message(2));
  const results = [...(await eventsOf(0)), ...(await eventsOf(2))].flatMap((event) =>
    event.type === 'trial.finished' ? [event.result.weightsDigest] : [],
  );
  assert.equal(results.length, 2);
  assert.equal(results[0], results[1]);
}

const skip = availableMapping() !== 'mmap';

test('a bit flips', { skip, timeout: 120_000 }, (t) =>
  trainOn(t, (path) => {
    chmodSync(path, 0o644);
    flipBit(path, 4_000);
  }),
);

test('the file is cut short', { skip, timeout: 120_000 }, (t) =>
  trainOn(t, (path) => {
    chmodSync(path, 0o644);
    truncateSync(path, 4_096);
  }),
);
