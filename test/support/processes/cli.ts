// Runs the compiled `sweep` command as a process, with a home, a cache and a working directory of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeSyntheticCsv } from '../../../src/dataset/sources/synthetic/synthetic-csv.js';
import { callCommand } from './called-command.js';
import { temporaryDirectory } from './temporary-directory.js';
import { waitUntil } from './wait-until.js';

/** The compiled command. */
export const COMMAND = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  readonly finished: Promise<Finished>;
}

export interface Workplace {
  readonly directory: string;
  readonly home: string;
  readonly cache: string;
  start(...args: readonly string[]): RunningCli;
  run(...args: readonly string[]): Promise<Finished>;
  /**
   * As `run`, in the test's own process: for what is not about processes, at a tenth of the time where a verb reads, at half
   * of it where one trains. One at a time.
   */
  call(...args: readonly string[]): Promise<Finished>;
  /** Calls with `--json` and parses the one document on standard output. */
  json<Document = Record<string, unknown>>(...args: readonly string[]): Promise<Document>;
  /** The same by a process. */
  runJson<Document = Record<string, unknown>>(...args: readonly string[]): Promise<Document>;
}

/** A fresh directory to work in; `env` adds to a small environment of its own. */
export function createWorkplace(t: Pick<TestContext, 'after'>, env: NodeJS.ProcessEnv = {}): Workplace {
  const directory = temporaryDirectory(t);
  const home = join(directory, '.sweep');
  const cache = join(directory, 'cache');
  const start = (...args: readonly string[]): RunningCli => {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: directory,
      env: { PATH: process.env.PATH, SWEEP_CACHE: cache, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const finished = new Promise<Finished>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return { process: child, stdout: () => stdout, stderr: () => stderr, finished };
  };
  const call = (...args: readonly string[]): Promise<Finished> =>
    callCommand(directory, { PATH: process.env.PATH, SWEEP_CACHE: cache, ...env }, args);
  return {
    directory,
    home,
    cache,
    start,
    run: (...args) => start(...args).finished,
    call,
    json: async (...args) => parseDocument(args, await call(...args, '--json')),
    runJson: async (...args) => parseDocument(args, await start(...args, '--json').finished),
  };
}

function parseDocument<Document>(args: readonly string[], { stdout, stderr }: Finished): Document {
  try {
    return JSON.parse(stdout) as Document;
  } catch {
    throw new Error(`sweep ${args.join(' ')} --json printed no document:\n${stdout}\n${stderr}`);
  }
}

export interface SmallSweep {
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  readonly space?: Readonly<Record<string, unknown>>;
  /** Top-level fields in addition. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Writes a CSV of made-up weather and a sweep file whose trials take tens of milliseconds an epoch; returns its path. */
export function writeSmallSweep(directory: string, options: SmallSweep = {}): string {
  const { epochs = 2, stepsPerEpoch = 10, space = { cell: ['gru', 'lstm'], units: [4, 8] } } = options;
  writeSyntheticCsv(join(directory, 'weather.csv'), { rows: 3000, seed: 3 });
  const file = join(directory, 'small.json');
  const sweep = {
    name: 'small',
    dataset: {
      source: 'weather.csv',
      target: 'T (degC)',
      split: { train: 0.5, validation: 0.25, test: 0.25 },
    },
    window: { lookback: 72, step: 6, delay: 12 },
    model: { type: 'recurrent', cell: '$cell', units: '$units', dropout: 0.1, recurrentDropout: 0.1 },
    space,
    training: { learningRate: 0.003, batchSize: 32, stepsPerEpoch, epochs, validationStride: 4 },
    ...options.fields,
  };
  writeFileSync(file, JSON.stringify(sweep, null, 2));
  return file;
}

/** Waits until the study's log holds an event that `pattern` matches. */
export async function waitForLog(
  running: RunningCli,
  readLog: () => string,
  pattern: RegExp,
  limitMs = 30_000,
): Promise<void> {
  await waitUntil(
    `an event like ${pattern}\n${running.stderr()}`,
    () => pattern.test(readLog()) || running.process.exitCode !== null,
    limitMs,
  );
}
