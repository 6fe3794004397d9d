// Memory does not grow with the number of trials: 500 real ones on the same two threads, whose heaps are kept small so
// that what is not collected shows early.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { planStudy } from '../../src/coordinator/spec-plan.js';
import { prepareDataset } from '../../src/dataset/prepare.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { parseSweepSpec } from '../../src/spec/parse.js';
import { openTrialPool, TRIAL_TASK_FILE } from '../../worker/trial-pool.js';
import { writeSmallSweep } from '../support/cli.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const TRIALS = 500;
/** By then the threads have compiled all they run and their heaps have found their size. */
const WARM_UP_TRIALS = 250;
const HEAP_LIMIT_MB = 32;
/** A trial of this size has 1 MB of arena: one in twenty of them kept would show. */
const GROWTH_LIMIT_MB = 12;
const PER_THREAD_LIMIT_MB = 300;

test(`${TRIALS} trials leave the memory of the process where it was`, async (t) => {
  const directory = temporaryDirectory(t);
  const file = writeSmallSweep(directory, { epochs: 1, stepsPerEpoch: 1 });
  const spec = parseSweepSpec(readFileSync(file, 'utf8'), file, {
    overrides: ['training.validationStride=50'],
  });
  assert.ok(spec.dataset);
  const { metadata } = await prepareDataset(spec.dataset, { cacheDirectory: directory });
  const plan = planStudy(spec, metadata, await createWasmEngine());
  const pool = openTrialPool({
    threads: 2,
    taskFile: TRIAL_TASK_FILE,
    settings: { engine: 'wasm', cacheDirectory: directory },
    heapLimitMb: HEAP_LIMIT_MB,
  });
  t.after(() => pool.close());
  const peaks = { early: 0, late: 0 };
  let next = 0;
  const runSlot = async (): Promise<void> => {
    while (next < TRIALS) {
      const index = next++;
      const planned = plan.plan(index % 4);
      assert.ok(planned);
      const { outcome } = pool.run({
        config: { ...planned.config, seed: index },
        objective: plan.objective,
        checkpoint: null,
        timeLimitMs: null,
        onReport() {},
        onCheckpoint() {},
      });
      assert.equal((await outcome).type, 'finished');
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
