// `npm run bench -- quarter`: the grid of sweeps/gru-grid.json beside sweeps/gru-auto.json, which searches ranges and stops the
// weak, as two studies of the product itself on the generated series: processor time, epochs, and what each one's winner does
// on the validation and the test rows.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { readProcessCost } from '../process-cost.js';

const CLI = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const SWEEPS = fileURLToPath(new URL('../../../../sweeps/', import.meta.url));
/** A tenth of the files' windows, so that the grid takes minutes of a core instead of half an hour. */
const BUDGET = ['training.stepsPerEpoch=50', 'training.batchSize=64', 'training.validationStride=100'];
const LOOK_EVERY_MS = 50;

interface Figure {
  /** In the target's unit. */
  readonly mae: number;
  /** At 95 %; null where there is none. */
  readonly interval: readonly [number, number] | null;
}

export interface SearchRun {
  readonly file: string;
  readonly trials: number;
  readonly epochs: number;
  /** Of the whole command: start, training, intervals, the winner's test. */
  readonly processorSeconds: number;
  readonly winner: Readonly<Record<string, unknown>>;
  readonly validation: Figure;
  readonly test: Figure;
}

export interface QuarterBench {
  readonly budget: readonly string[];
  readonly grid: SearchRun;
  readonly search: SearchRun;
  /** Processor time of the search in that of the grid. */
  readonly share: number;
}

/** What is read of `sweep start --json`. */
interface Document {
  readonly leaderboard: readonly {
    readonly params: Readonly<Record<string, unknown>>;
    readonly objective: number;
    readonly validationMaeUnits: number;
    readonly objectiveInterval: readonly [number, number] | null;
    readonly epochs: number;
  }[];
  readonly test: readonly {
    readonly testMaeUnits: number;
    readonly interval: readonly [number, number] | null;
  }[];
}

export async function benchQuarter(): Promise<QuarterBench> {
  const home = mkdtempSync(join(tmpdir(), 'sweep-quarter-'));
  try {
    // Data are prepared before anything is measured.
    await runSearch(home, 'gru-grid.json', ['--max-trials', '1', '--set', 'training.epochs=1']);
    const grid = await runSearch(home, 'gru-grid.json', []);
    const search = await runSearch(home, 'gru-auto.json', []);
    return { budget: BUDGET, grid, search, share: search.processorSeconds / grid.processorSeconds };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Each study has a home of its own, so that nothing is taken from a result cache. */
async function runSearch(home: string, file: string, flags: readonly string[]): Promise<SearchRun> {
  const own = mkdtempSync(join(home, 'study-'));
  const settings = BUDGET.flatMap((setting) => ['--set', setting]);
  const child = spawn(
    process.execPath,
    [
      ...[CLI, 'start', join(SWEEPS, file), '--data', 'jena-synthetic', '--home', own, '--workers', '1'],
      ...['--json', '--quiet', ...settings, ...flags],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SWEEP_CACHE: join(home, 'cache') } },
  );
  let processorMs = 0;
  const look = () => {
    processorMs = readProcessCost(child.pid ?? 0)?.processorMs ?? processorMs;
  };
  const watch = setInterval(look, LOOK_EVERY_MS);
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
    look();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`sweep start ${file} ended with exit code ${code}`);
  return readRun(file, JSON.parse(output) as Document, processorMs / 1000);
}

function readRun(file: string, { leaderboard, test }: Document, processorSeconds: number): SearchRun {
  const [winner] = leaderboard;
  const [tested] = test;
  if (winner === undefined || tested === undefined) throw new Error(`${file} has no winner that was tested`);
  const { objective, objectiveInterval, validationMaeUnits } = winner;
  const unit = validationMaeUnits / objective;
  return {
    file,
    trials: leaderboard.length,
    epochs: leaderboard.reduce((sum, { epochs }) => sum + epochs, 0),
    processorSeconds,
    winner: winner.params,
    validation: {
      mae: validationMaeUnits,
      interval: objectiveInterval && [objectiveInterval[0] * unit, objectiveInterval[1] * unit],
    },
    test: { mae: tested.testMaeUnits, interval: tested.interval },
  };
}

export function describeQuarter({ budget, grid, search, share }: QuarterBench): string {
  const table = new Table({
    head: ['', 'trials', 'epochs', 'processor', 'validation MAE', 'test MAE', 'winner'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const run of [grid, search])
    table.push([
      run.file,
      run.trials,
      run.epochs,
      `${run.processorSeconds.toFixed(0)} s`,
      tell(run.validation),
      tell(run.test),
      Object.entries(run.winner)
        .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
        .join(', '),
    ]);
  return [
    `one worker, the generated series, ${budget.join(', ')}; MAE in °C with 95 % intervals`,
    table.toString(),
    `the search took ${(100 * share).toFixed(0)} % of the grid's processor time`,
  ].join('\n');
}

function tell({ mae, interval }: Figure): string {
  if (interval === null) return mae.toFixed(2);
  const [low, high] = interval;
  return `${mae.toFixed(2)} (${low.toFixed(2)} – ${high.toFixed(2)})`;
}
