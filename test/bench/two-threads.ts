// Two trial threads against one: whether the second core brings twice the steps.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import type { BenchResult } from './bench-result.js';
import { median } from './measure.js';

const ROUNDS = 5;
const SLICE_MS = 700;

/** Milliseconds per step of two threads together, beside those of one; slices of both alternate. */
export async function benchTwoThreads(name: string, layers: readonly LayerSpec[]): Promise<BenchResult> {
  const file = new URL('./train-thread.js', import.meta.url);
  const threads = [0, 1].map(() => new Worker(file, { workerData: { layers } }));
  try {
    await Promise.all(threads.map((thread) => once(thread, 'message')));
    const one: number[] = [];
    const two: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      one.push(await millisecondsPerStep(threads.slice(round % 2, (round % 2) + 1)));
      two.push(await millisecondsPerStep(threads));
    }
    const msPerStep = median(two);
    const baselineMsPerStep = median(one);
    const ratio = baselineMsPerStep / msPerStep;
    return { name, msPerStep, baseline: 'one thread', baselineMsPerStep, ratio, fractionOfLimit: ratio / 2 };
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

async function millisecondsPerStep(threads: readonly Worker[]): Promise<number> {
  const answers = await Promise.all(
    threads.map(async (thread) => {
      const answer = once(thread, 'message');
      thread.postMessage(SLICE_MS);
      const [{ steps, tookMs }] = (await answer) as [{ steps: number; tookMs: number }];
      return steps / tookMs;
    }),
  );
  return 1 / answers.reduce((sum, stepsPerMs) => sum + stepsPerMs, 0);
}
