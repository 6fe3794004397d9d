// Memory does not grow with the number of trials, 500 real ones on the same two threads, whose heaps are kept small so that
// what is not collected shows early; nor with the number of datasets.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import type { StudyPlan } from '../../../src/coordinator/plan/study-plan.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { openTrialPool, TRIAL_TASK_FILE, type TrialPool } from '../../../worker/thread/trial-pool.js';
import { trialAt } from '../../support/fakes/list-plan.js';
import { writeSmallSweep } from '../../support/processes/cli.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const TRIALS = 500;
/** By then the threads have compiled all they run and their heaps have found their size. */
const WARM_UP_TRIALS = 250;
const HEAP_LIMIT_MB = 32;
/** A trial of this size has 1 MB of arena: one in twenty of them kept would show. */
const GROWTH_LIMIT_MB = 12;
const PER_THREAD_LIMIT_MB = 300;

async function planSmall(directory: string, override: string): Promise<StudyPlan> {
  const file = writeSmallSweep(directory, { epochs: 1, stepsPerEpoch: 1 });
  const spec = parseSweepSpec(readFileSync(file, 'utf8'), file, {
    overrides: ['training.validationStride=50', override],
  });
  assert.ok(spec.dataset);
  const { metadata } = await prepareDataset(spec.dataset, { cacheDirectory: directory });
  return planStudy(spec, metadata, await createWasmEngine());
}

function openPool(t: TestContext, threads: number, cacheDirectory: string): TrialPool {
  const pool = openTrialPool({
    threads,
    taskFile: TRIAL_TASK_FILE,
    settings: { engine: 'wasm', cacheDirectory },
    heapLimitMb: HEAP_LIMIT_MB,
  });
  t.after(() => pool.close());
  return pool;
}

/** Returns the digest of the dataset that it read. */
async function train(pool: TrialPool, plan: StudyPlan, index: number): Promise<string> {
  const planned = trialAt(plan, index % 4);
  assert.ok(planned?.config.kind === 'train');
  const { outcome } = pool.run({
    config: { ...planned.config, seed: index },
    objective: plan.objective,
    checkpoint: null,
    timeLimitMs: null,
    onReport() {},
    onCheckpoint() {},
  });
  assert.equal((await outcome).type, 'finished');
  return planned.config.datasetDigest;
}

test('a thread keeps only the dataset of its last trial mapped', {
  skip: existsSync('/proc/self/maps') ? false : 'needs /proc',
}, async (t) => {
  const directory = temporaryDirectory(t);
  const pool = openPool(t, 1, directory);
  const mapped = () => new Set(readFileSync('/proc/self/maps', 'utf8').match(/[0-9a-f]{64}(?=\.f32)/g));
  for (const share of [0.5, 0.4, 0.3]) {
    const plan = await planSmall(directory, `dataset.split.train=${share}`);
    for (const index of [0, 1]) {
      const digest = await train(pool, plan, index);
      assert.deepEqual(mapped(), new Set([digest]));
    }
  }
});

test(`${TRIALS} trials leave the memory of the process where it was`, async (t) => {
  const directory = temporaryDirectory(t);
  const plan = await planSmall(directory, 'training.batchSize=32');
  const pool = openPool(t, 2, directory);
  const peaks = { early: 0, late: 0 };
  let next = 0;
  const runSlot = async (): Promise<void> => {
    while (next < TRIALS) {
      const index = next++;
      await train(pool, plan, index);
      const rssMb = process.memoryUsage.rss() / 2 ** 20;
      if (index >= 100 && index < WARM_UP_TRIALS) peaks.early = Math.max(peaks.early, rssMb);
      if (index >= TRIALS - 100) peaks.late = Math.max(peaks.late, rssMb);
    }
  };
  await Promise.all([runSlot(), runSlot()]);
  t.diagnostic(
    `${peaks.early.toFixed(0)} MB up to trial ${WARM_UP_TRIALS}, ${peaks.late.toFixed(0)} MB at the end`,
  );
  assert.ok(peaks.late - peaks.early < GROWTH_LIMIT_MB, `${peaks.early} MB, then ${peaks.late} MB`);
  assert.ok(peaks.late < 2 * PER_THREAD_LIMIT_MB, `${peaks.late} MB`);
});
