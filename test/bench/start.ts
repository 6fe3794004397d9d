// What a study costs besides training: from the start of the process to the first finished training step on a prepared
// dataset, and the overhead of a trial. Runs the built command like a person does, each time in a home of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoggedEvent } from '../../src/study/events.js';
import type { BenchResult } from './bench-result.js';
import { median } from './measure.js';

const COMMAND = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const ROUNDS = 5;
const FEW_TRIALS = 100;
const MANY_TRIALS = 600;

export async function benchStart(): Promise<BenchResult[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-bench-'));
  try {
    return [benchFirstStep(directory), benchTrialOverhead(directory)];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface StartedRun {
  readonly tookMs: number;
  readonly startedAtMs: number;
  readonly events: readonly LoggedEvent[];
}

/** Runs `sweep start` on the document and reads what it logged. */
function start(directory: string, document: Record<string, unknown>, kernels = 'auto'): StartedRun {
  const home = mkdtempSync(join(directory, 'home-'));
  const file = join(home, 'sweep.json');
  writeFileSync(file, JSON.stringify(document));
  const cache = join(directory, 'cache');
  mkdirSync(cache, { recursive: true });
  const startedAtMs = Date.now();
  const startedMs = performance.now();
  const run = spawnSync(process.execPath, [COMMAND, 'start', file, '--home', home, '--json', '--quiet'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: cache, SWEEP_KERNELS: kernels },
  });
  const tookMs = performance.now() - startedMs;
  assert.equal(run.status, 0, `sweep start failed: ${run.stderr}`);
  const log = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('events.jsonl'),
  );
  assert.ok(log, 'the study has no event log');
  const lines = readFileSync(join(home, log), 'utf8').trim().split('\n');
  return { tookMs, startedAtMs, events: lines.map((line) => loggedEvent(JSON.parse(line))) };
}

/** A line of the log frames an event with its checksum. */
function loggedEvent(line: unknown): LoggedEvent {
  assert.ok(typeof line === 'object' && line !== null && 'at' in line && 'event' in line);
  return line as LoggedEvent;
}

/** One trial of one step and a few windows to evaluate: its first report comes just after its first step. */
function oneStepStudy(): Record<string, unknown> {
  return {
    name: 'bench-start',
    dataset: {
      source: 'jena-synthetic',
      target: 'T (degC)',
      split: { train: [0, 200_000], validation: [200_001, 300_000], test: [300_001, null] },
    },
    window: { lookback: 1_440, step: 6, delay: 144 },
    model: { type: 'recurrent', cell: 'gru', units: '$units' },
    space: { units: [32] },
    training: { learningRate: 0.001, epochs: 1, stepsPerEpoch: 1, batchSize: 128, validationStride: 1_000 },
    seed: 42,
  };
}

/** On the kernels that a trial gets, which must be loaded and have passed their check, beside WebAssembly's; in turns. */
function benchFirstStep(directory: string): BenchResult {
  const firstStepMs = (kernels: string): number => {
    const { events, startedAtMs } = start(directory, oneStepStudy(), kernels);
    const first = events.find(({ event }) => event.type === 'trial.report');
    assert.ok(first, 'the trial reported nothing');
    return Date.parse(first.at) - startedAtMs;
  };
  firstStepMs('auto');
  const times: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(firstStepMs('auto'));
    baseline.push(firstStepMs('wasm'));
  }
  return against('process start to the first step’s report', times, 'the same on WebAssembly', baseline);
}

function noopStudy(trials: number): Record<string, unknown> {
  return {
    name: 'bench-overhead',
    space: { x1: { type: 'int', low: 1, high: trials, levels: trials } },
    objective: { type: 'function', name: 'noop', direction: 'minimize' },
    seed: 42,
  };
}

function benchTrialOverhead(directory: string): BenchResult {
  const times: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < 3; round++) {
    const few = start(directory, noopStudy(FEW_TRIALS));
    const many = start(directory, noopStudy(MANY_TRIALS));
    const finished = many.events.filter(({ event }) => event.type === 'trial.finished');
    assert.equal(finished.length, MANY_TRIALS);
    times.push((many.tookMs - few.tookMs) / (MANY_TRIALS - FEW_TRIALS));
    baseline.push(few.tookMs);
  }
  return against('orchestration of one trial', times, `a whole study of ${FEW_TRIALS} trials`, baseline);
}

function against(name: string, times: number[], baseline: string, baselineTimes: number[]): BenchResult {
  const msPerStep = median(times);
  const baselineMsPerStep = median(baselineTimes);
  return {
    name,
    msPerStep,
    baseline,
    baselineMsPerStep,
    ratio: baselineMsPerStep / msPerStep,
    fractionOfLimit: null,
  };
}
