// `npm run bench -- schedulers`: what schedulers spend of a recorded table of learning curves, and how far the configuration
// that they choose is from the best one; `one-shot` as the baseline, and the noise between seeds as the scale, in the same
// run.
import Table from 'cli-table3';
import { createScheduler, type SchedulerSection } from '../../../src/search/registry.js';
import { type CurveTable, readCurveTable } from './curve-table.js';
import { replay } from './replay.js';

const SHUFFLES = 200;
const WORKERS = 4;

const CONTESTANTS: readonly SchedulerSection[] = [
  { type: 'none' },
  { type: 'one-shot', epochs: 1, share: 0.1 },
  { type: 'one-shot', epochs: 3, share: 0.1 },
  { type: 'one-shot', epochs: 9, share: 0.05 },
  { type: 'one-shot', epochs: 9, share: 0.1 },
  { type: 'one-shot', epochs: 16, share: 0.05 },
  { type: 'one-shot', epochs: 27, share: 0.03 },
  { type: 'asha', grace: 1, reduction: 3, brackets: 1 },
  { type: 'asha', grace: 3, reduction: 3, brackets: 1 },
  { type: 'asha', grace: 1, reduction: 2, brackets: 1 },
  { type: 'asha', grace: 1, reduction: 3, brackets: 1, variant: 'promote' },
  { type: 'asha', grace: 1, reduction: 2, brackets: 1, variant: 'promote' },
  { type: 'projected-halving', grace: 1, share: 0.5, trust: 0.5 },
  { type: 'projected-halving', grace: 1, share: 0.5, trust: 0 },
  { type: 'hyperband', reduction: 3 },
  { type: 'median', warmup: 2, minTrials: 5 },
  { type: 'plateau', patience: 10, minDelta: 0 },
];

export interface SchedulerResult {
  readonly scheduler: string;
  /** Share of the epochs of all trials; the median over the shuffles. */
  readonly spent: number;
  /** Loss of the chosen configuration above the least of the table: quartiles, and the mean, over the shuffles. */
  readonly regret: {
    readonly low: number;
    readonly median: number;
    readonly high: number;
    readonly mean: number;
  };
  /** Trials that ran to their end. */
  readonly finished: number;
}

export interface SchedulerBench {
  readonly metric: string;
  readonly configurations: number;
  readonly epochs: number;
  readonly shuffles: number;
  readonly workers: number;
  /** Standard deviation of the least loss between seeds of a configuration, pooled over those of the best ones. */
  readonly seedNoise: number;
  readonly results: readonly SchedulerResult[];
}

export function benchSchedulers(): SchedulerBench {
  const table = readCurveTable();
  const { metric, epochs } = table;
  return {
    metric,
    epochs,
    configurations: table.configurations.length,
    shuffles: SHUFFLES,
    workers: WORKERS,
    seedNoise: seedNoiseOf(table),
    results: CONTESTANTS.map((section) => measureScheduler(table, section)),
  };
}

export function measureScheduler(
  table: CurveTable,
  section: SchedulerSection,
  shuffles = SHUFFLES,
): SchedulerResult {
  const { configurations, epochs } = table;
  const total = configurations.length;
  const finals = configurations.map(({ curves }) => Math.min(...(curves[0] ?? [])));
  const least = Math.min(...finals);
  const spent: number[] = [];
  const regrets: number[] = [];
  const finished: number[] = [];
  for (let seed = 1; seed <= shuffles; seed++) {
    const scheduler = createScheduler(section, { epochs, repeats: 1, total, seed });
    const played = replay(table, scheduler, WORKERS, seed);
    spent.push(played.spent / (total * epochs));
    regrets.push(
      played.chosen === null ? Number.POSITIVE_INFINITY : (finals[played.chosen] ?? least) - least,
    );
    finished.push(played.finished);
  }
  const mean = regrets.reduce((sum, regret) => sum + regret, 0) / regrets.length;
  return {
    scheduler: nameOf(section),
    spent: quantile(spent, 0.5),
    regret: {
      low: quantile(regrets, 0.25),
      median: quantile(regrets, 0.5),
      high: quantile(regrets, 0.75),
      mean,
    },
    finished: quantile(finished, 0.5),
  };
}

/** Over the better half of the configurations with several seeds: those that a search has to choose from. */
export function seedNoiseOf({ configurations }: CurveTable): number {
  const repeated = configurations
    .filter(({ curves }) => curves.length > 1)
    .map(({ curves }) => curves.map((curve) => Math.min(...curve)))
    .sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
  const variances = repeated.slice(0, Math.ceil(repeated.length / 2)).map((finals) => {
    const mean = finals.reduce((sum, final) => sum + final, 0) / finals.length;
    return finals.reduce((sum, final) => sum + (final - mean) ** 2, 0) / (finals.length - 1);
  });
  return Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / variances.length);
}

function nameOf({ type, ...fields }: SchedulerSection): string {
  const told = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  return [type, ...told].join(', ');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function describeSchedulers(bench: SchedulerBench): string {
  const table = new Table({
    head: ['scheduler', 'epochs spent', 'regret: quartile', 'median', 'quartile', 'mean', 'finished'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { scheduler, spent, regret, finished } of bench.results)
    table.push([
      scheduler,
      `${(100 * spent).toFixed(1)} %`,
      ...[regret.low, regret.median, regret.high, regret.mean].map((value) => value.toFixed(4)),
      finished,
    ]);
  return [
    `${bench.configurations} configurations of ${bench.epochs} epochs, ${bench.workers} workers, ${bench.shuffles} shuffles`,
    table.toString(),
    `noise between the seeds of good configurations: ${bench.seedNoise.toFixed(4)} (${bench.metric})`,
  ].join('\n');
}
