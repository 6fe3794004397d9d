// Benchmark of the orchestration alone: 10,000 trials that compute nothing, each in a trial thread as any other, through a
// real nats-server and two worker processes, with what a trial costs each process and how many messages it is; and the time
// from `sweep start` to the first trial at work on a warm worker. Beside the goals of the project.
import type { BenchResult } from './bench-result.js';
import { median } from './measure.js';
import { type Bench, measureStudy, TRIALS, withWorkers } from './noop-study.js';

const START_ROUNDS = 5;
const GOAL_MS_PER_TRIAL = 0.5;
const GOAL_START_MS = 1_000;
/** What two cores have for a trial at the goal's pace. */
const TWO_CORES_MS = 1;

export function benchBus(): Promise<BenchResult[]> {
  return withWorkers([], measureBus);
}

async function measureBus(bench: Bench): Promise<BenchResult[]> {
  const starts: number[] = [];
  // The first makes the streams and warms the workers.
  for (let round = 0; round <= START_ROUNDS; round++) {
    const { startMs } = await measureStudy(bench, 2, round);
    if (round > 0) starts.push(startMs);
  }
  const { runMs, coordinatorMb, costs } = await measureStudy(bench, TRIALS, START_ROUNDS + 1);
  const perTrial = runMs / TRIALS;
  const coordinatorMs = costs.coordinatorMs / TRIALS;
  const workersMs = costs.workersMs / TRIALS;
  const serverMs = costs.serverMs / TRIALS;
  const received = (costs.received / TRIALS).toFixed(1);
  const sent = (costs.sent / TRIALS).toFixed(1);
  const totalMs = coordinatorMs + workersMs + serverMs;
  return [
    {
      name: `noop trial, ${Math.round(1000 / perTrial)} a second, coordinator ${coordinatorMb.toFixed(0)} MB`,
      msPerStep: perTrial,
      baseline: 'goal: 2,000 a second',
      baselineMsPerStep: GOAL_MS_PER_TRIAL,
      ratio: GOAL_MS_PER_TRIAL / perTrial,
      fractionOfLimit: null,
    },
    {
      name:
        `its processor time: coordinator ${coordinatorMs.toFixed(2)}, workers ${workersMs.toFixed(2)}, ` +
        `server ${serverMs.toFixed(2)}`,
      msPerStep: totalMs,
      baseline: 'two cores at 2,000 a second',
      baselineMsPerStep: TWO_CORES_MS,
      ratio: TWO_CORES_MS / totalMs,
      fractionOfLimit: null,
    },
    {
      name: `its messages at the server: ${received} in, ${sent} out; the server's time`,
      msPerStep: serverMs,
      baseline: 'all of its processor time',
      baselineMsPerStep: totalMs,
      ratio: totalMs / serverMs,
      fractionOfLimit: null,
    },
    {
      name: '"sweep start" to first trial at work, warm worker',
      msPerStep: median(starts),
      baseline: 'goal: 1 s',
      baselineMsPerStep: GOAL_START_MS,
      ratio: GOAL_START_MS / median(starts),
      fractionOfLimit: null,
    },
  ];
}
