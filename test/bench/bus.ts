// Benchmark of the orchestration alone: 10,000 trials that compute nothing, through a real nats-server and two worker
// processes; and the time from `sweep start` to the first trial at work on a warm worker. Beside the goals of the project.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNatsBus } from '../../src/bus/nats-bus.js';
import { NatsServer } from '../support/nats-server.js';
import { waitUntil } from '../support/wait-until.js';
import type { BenchResult } from './bench-result.js';
import { median } from './measure.js';

const TRIALS = 10_000;
const START_ROUNDS = 5;
const WORKERS = 2;
/** Trials whose time is all waiting need more slots than cores. */
const SLOTS = 8;
const GOAL_MS_PER_TRIAL = 0.5;
const GOAL_START_MS = 1_000;
const MEMORY_LOOK_MS = 100;
const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

interface Measured {
  /** From the start of the command to the first `trial.started`. */
  readonly startMs: number;
  /** From the first `trial.started` to the last `trial.finished`. */
  readonly runMs: number;
  readonly peakMb: number;
}

export async function benchBus(): Promise<BenchResult[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-bench-'));
  const server = await NatsServer.start();
  const workers: ChildProcess[] = [];
  try {
    for (let count = 0; count < WORKERS; count++) {
      workers.push(launch(directory, ['worker', '--nats', server.url, '-c', String(SLOTS), '-q']));
    }
    const starts: number[] = [];
    // The first makes the streams and warms the workers.
    for (let round = 0; round <= START_ROUNDS; round++) {
      const { startMs } = await measure(directory, server.url, 2, round);
      if (round > 0) starts.push(startMs);
    }
    const { runMs, peakMb } = await measure(directory, server.url, TRIALS, START_ROUNDS + 1);
    const perTrial = runMs / TRIALS;
    return [
      {
        name: `noop trial, ${Math.round(1000 / perTrial)} a second, coordinator ${peakMb.toFixed(0)} MB`,
        msPerStep: perTrial,
        baseline: 'goal: 2,000 a second',
        baselineMsPerStep: GOAL_MS_PER_TRIAL,
        ratio: GOAL_MS_PER_TRIAL / perTrial,
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
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs a study whose points are new each round, so that nothing comes from the result cache. */
async function measure(directory: string, url: string, trials: number, round: number): Promise<Measured> {
  const file = join(directory, `noop-${round}.json`);
  const low = round * 10 * TRIALS + 1;
  const x = { type: 'int', low, high: low + trials - 1 };
  writeFileSync(
    file,
    JSON.stringify({ name: 'noop', space: { x }, objective: { type: 'function', name: 'noop' } }),
  );
  const beganAt = Date.now();
  const coordinator = launch(directory, ['start', file, '--nats', url, '-q', '--json']);
  let stdout = '';
  coordinator.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  let peakMb = 0;
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(coordinator.pid ?? 0));
  }, MEMORY_LOOK_MS);
  const [code] = (await once(coordinator, 'close')) as [number];
  clearInterval(timer);
  assert.equal(code, 0, stdout);
  const document = JSON.parse(stdout) as { study: string; trials: { complete: number } };
  assert.equal(document.trials.complete, trials);
  const { startedAt, endedAt } = await readTimes(url, document.study, trials);
  return { startMs: startedAt - beganAt, runMs: endedAt - startedAt, peakMb };
}

/** Server's clock, which is this machine's. */
async function readTimes(url: string, study: string, trials: number) {
  const bus = await openNatsBus({ servers: url, role: 'viewer' });
  try {
    let startedAt = Number.POSITIVE_INFINITY;
    let endedAt = 0;
    const finished = new Set<number>();
    for await (const { event, at } of bus.events(study)) {
      if (event.type === 'trial.started') startedAt = Math.min(startedAt, Date.parse(at));
      if (event.type !== 'trial.finished') continue;
      assert.equal(event.cached, false);
      finished.add(event.index);
      endedAt = Math.max(endedAt, Date.parse(at));
    }
    assert.equal(finished.size, trials);
    await waitUntil('the queue is empty', async () => (await bus.countPending(study)) === 0);
    return { startedAt, endedAt };
  } finally {
    await bus.close();
  }
}

function launch(directory: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, SWEEP_CACHE: join(directory, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** 0 when the process has just ended. */
function residentMb(pid: number): number {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024;
  } catch {
    return 0;
  }
}
