// Benchmark of programs as objectives: what a trial of a command takes over its bare process, one of a module over its bare
// call, each in a trial thread as any other and alternating with it; and modules a second over a real nats-server with two
// workers, beside the function of the product that computes nothing. Beside the goals of the project.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrialConfig } from '../../src/study/trial/trial.js';
import { shareMachine } from '../../worker/runners/program-settings.js';
import { openTrialPool, TRIAL_TASK_FILE, type TrialPool } from '../../worker/thread/trial-pool.js';
import { commandConfig, moduleConfig } from '../support/fixtures/programs.js';
import type { BenchResult } from './bench-result.js';
import { median } from './measure.js';
import { type Measured, measureStudy, withWorkers } from './noop-study.js';

/** The smallest program that reports: it takes the metrics' pipe, and no time. */
const COMMAND = ['/bin/sh', '-c', 'echo "{\\"loss\\": 1}" >&3'] as const;
const MODULE = 'export default ({ x }) => ({ loss: x * x });\n';
const ROUNDS = 200;
const WARM_UP = 20;
/** The programs take some ten seconds to compile what they run often. */
const STUDY_TRIALS = 20_000;
const GOAL_COMMAND_MS = 10;
const GOAL_MODULE_MS = 1;
const GOAL_MS_PER_TRIAL = 1;
const OBJECTIVE = { metric: 'loss', direction: 'minimize', epoch: 'last' } as const;

interface Pair {
  readonly trialMs: number;
  readonly bareMs: number;
}

export async function benchObjectives(): Promise<BenchResult[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-bench-'));
  const cacheDirectory = join(directory, 'cache');
  const pool = openTrialPool({
    threads: 1,
    taskFile: TRIAL_TASK_FILE,
    settings: { engine: 'wasm', cacheDirectory, programs: shareMachine(process.env, 1) },
  });
  try {
    const command = await alternate(
      () => runTrial(pool, { ...commandConfig(''), argv: [...COMMAND] }),
      runBareProcess,
    );
    const { default: square } = (await import(`data:text/javascript,${encodeURIComponent(MODULE)}`)) as {
      default: (params: { x: number }) => { loss: number };
    };
    let x = 0;
    const module = await alternate(
      () => runTrial(pool, moduleConfig(cacheDirectory, MODULE, { x: x++ })),
      async () => void square({ x }),
    );
    return [
      overhead('command', command, 'its bare process', GOAL_COMMAND_MS),
      overhead('module', module, 'its bare call', GOAL_MODULE_MS),
      ...(await measureRate()),
    ];
  } finally {
    await pool.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One after the other, so that a neighbour who slows the machine slows both. */
async function alternate(trial: () => Promise<void>, bare: () => Promise<void>): Promise<Pair> {
  const times: Record<'trial' | 'bare', number[]> = { trial: [], bare: [] };
  for (let round = -WARM_UP; round < ROUNDS; round++)
    for (const [name, run] of [
      ['trial', trial],
      ['bare', bare],
    ] as const) {
      const startedMs = performance.now();
      await run();
      if (round >= 0) times[name].push(performance.now() - startedMs);
    }
  return { trialMs: median(times.trial), bareMs: median(times.bare) };
}

async function runTrial(pool: TrialPool, config: TrialConfig): Promise<void> {
  const { outcome } = pool.run({
    config,
    objective: OBJECTIVE,
    checkpoint: null,
    timeLimitMs: 60_000,
    onReport: () => {},
    onCheckpoint: () => {},
  });
  const end = await outcome;
  assert.equal(end.type, 'finished');
}

/** As whoever needs its line would run it. */
async function runBareProcess(): Promise<void> {
  const [program, ...words] = COMMAND;
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let text = '';
  child.stdio[3]?.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  await once(child, 'close');
  assert.equal(JSON.parse(text).loss, 1);
}

function overhead(name: string, { trialMs, bareMs }: Pair, baseline: string, goalMs: number): BenchResult {
  const overMs = trialMs - bareMs;
  return {
    name: `${name}: ${overMs.toFixed(2)} ms over ${baseline}, goal ${goalMs} ms`,
    msPerStep: trialMs,
    baseline,
    baselineMsPerStep: bareMs,
    ratio: bareMs / trialMs,
    fractionOfLimit: overMs / goalMs,
  };
}

/** Both on the same workers, a small study of each before, which warms them. */
function measureRate(): Promise<BenchResult[]> {
  return withWorkers(['--allow-commands', 'module'], async (bench) => {
    writeFileSync(join(bench.directory, 'square.mjs'), MODULE);
    const objective = { module: 'square.mjs', metric: 'loss' };
    await measureStudy(bench, 200, 1);
    await measureStudy(bench, 200, 2, objective);
    const functions = await measureStudy(bench, STUDY_TRIALS, 3);
    const modules = await measureStudy(bench, STUDY_TRIALS, 4, objective);
    const msPerStep = modules.secondHalfMs / (STUDY_TRIALS / 2);
    const functionMs = functions.secondHalfMs / (STUDY_TRIALS / 2);
    const { coordinatorMs, workersMs, serverMs } = modules.costs;
    const busyMs = (coordinatorMs + workersMs + serverMs) / STUDY_TRIALS;
    return [
      {
        name: `module over NATS, two workers: ${rate(msPerStep)} a second, goal 1,000 (the first half ${firstHalf(modules)})`,
        msPerStep,
        baseline: `function: ${rate(functionMs)} a second (${firstHalf(functions)})`,
        baselineMsPerStep: functionMs,
        ratio: functionMs / msPerStep,
        fractionOfLimit: GOAL_MS_PER_TRIAL / msPerStep,
      },
      {
        name: `its processor time, both halves: coordinator ${perTrial(coordinatorMs)}, workers ${perTrial(workersMs)}, server ${perTrial(serverMs)}`,
        msPerStep: busyMs,
        baseline: 'goal: two cores at 1,000 a second',
        baselineMsPerStep: 2 * GOAL_MS_PER_TRIAL,
        ratio: (2 * GOAL_MS_PER_TRIAL) / busyMs,
        fractionOfLimit: null,
      },
    ];
  });
}

const firstHalf = ({ runMs, secondHalfMs }: Measured): string =>
  rate((runMs - secondHalfMs) / (STUDY_TRIALS / 2));
const rate = (ms: number): string => String(Math.round(1000 / ms));
const perTrial = (ms: number): string => (ms / STUDY_TRIALS).toFixed(2);
