// How often the product's statistics are right: coverage of its 95 % intervals and size of its test at 5 % over simulated
// errors whose truth is known, and how often it gives no figure at all. Not of speed, but for the cost a trial.
import Table from 'cli-table3';
import { compareForecasts } from '../../src/statistics/forecast-test.js';
import { type IntervalOrReason, meanInterval } from '../../src/statistics/sample-mean.js';
import {
  autoregressive,
  MEAN_ABSOLUTE,
  normalNumbers,
  overlapping,
} from '../support/fixtures/dependent-errors.js';

const REPETITIONS = 2_000;
/** Of long series, which take longer: a standard error of 0.8 points at 95 %. */
const REPETITIONS_LONG = 800;
const LONG = 5_000;
const SIGNIFICANCE = 0.05;
const CONFIDENCE = 0.95;
const TOLERANCE = 0.02;
/** What is given more seldom is a chance that no coverage can be told of. */
const SELDOM = 0.05;

interface Cell {
  readonly errors: string;
  readonly windows: number;
  /** Over how many windows the product is told that they share a horizon. */
  readonly overlap: number;
  readonly draw: (normal: () => number) => Float64Array;
}

/** Share of the series that were given a figure, and share of those in which it was right (of a test: wrong). */
interface Tally {
  readonly given: number;
  readonly share: number | null;
}

export interface StatisticsResult {
  readonly errors: string;
  readonly windows: number;
  readonly repetitions: number;
  /** Interval of the mean of the errors, of their absolute values, of their squares. */
  readonly mean: Tally;
  readonly mae: Tally;
  readonly mse: Tally;
  /** Of two forecasts that are equally good: how often one is called better at 5 %. */
  readonly test: Tally;
  readonly verdict: string;
}

export interface StatisticsReport {
  readonly results: readonly StatisticsResult[];
  readonly costs: readonly { readonly windows: number; readonly msPerInterval: number }[];
}

function cells(): Cell[] {
  const autoregressions = (correlations: readonly number[], counts: readonly number[]): Cell[] =>
    correlations.flatMap((correlation) =>
      counts.map((windows) => ({
        errors: correlation === 0 ? 'independent' : `AR(1) ${correlation}`,
        windows,
        overlap: 1,
        draw: (normal) => autoregressive(windows, correlation, normal),
      })),
    );
  const overlaps = (overlap: number, counts: readonly number[]): Cell[] =>
    counts.map((windows) => ({
      errors: `overlap ${overlap}`,
      windows,
      overlap,
      draw: (normal) => overlapping(windows, overlap, normal),
    }));
  return [
    ...autoregressions([0], [1, 2, 5, 8, 20, 30, 50, 100, 200, 1_000, 5_000]),
    ...autoregressions([0.5, 0.9], [50, 100, 200, 1_000, 5_000]),
    ...autoregressions([0.98], [200, 1_000, 5_000]),
    ...overlaps(24, [60, 200, 1_000]),
    ...overlaps(144, [60, 236, 1_000, 5_000]),
  ];
}

export function benchStatistics(): StatisticsReport {
  return { results: cells().map(simulate), costs: [1_000, 5_000, 100_000].map(costOf) };
}

function simulate({ errors, windows, overlap, draw }: Cell): StatisticsResult {
  const repetitions = windows >= LONG ? REPETITIONS_LONG : REPETITIONS;
  const normal = normalNumbers(1);
  const mean = new Counter();
  const mae = new Counter();
  const mse = new Counter();
  const test = new Counter();
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const first = draw(normal);
    const sizes = first.map(Math.abs);
    mean.countInterval(meanInterval(first, 'real', overlap), 0);
    mae.countInterval(meanInterval(sizes, 'positive', overlap), MEAN_ABSOLUTE);
    mse.countInterval(
      meanInterval(
        first.map((error) => error * error),
        'positive',
        overlap,
      ),
      1,
    );
    const { pValue } = compareForecasts(sizes, draw(normal).map(Math.abs), overlap);
    test.count(pValue === null ? null : pValue < SIGNIFICANCE);
  }
  const tallies = { mean: mean.tally(), mae: mae.tally(), mse: mse.tally(), test: test.tally() };
  return { errors, windows, repetitions, ...tallies, verdict: judge(tallies) };
}

class Counter {
  private asked = 0;
  private given = 0;
  private hits = 0;

  /** null: no figure was given. */
  count(isHit: boolean | null): void {
    this.asked += 1;
    if (isHit === null) return;
    this.given += 1;
    if (isHit) this.hits += 1;
  }

  countInterval({ interval }: IntervalOrReason, truth: number): void {
    this.count(interval === null ? null : interval[0] <= truth && truth <= interval[1]);
  }

  tally(): Tally {
    return { given: this.given / this.asked, share: this.given === 0 ? null : this.hits / this.given };
  }
}

function judge({ mean, mae, mse, test }: Pick<StatisticsResult, 'mean' | 'mae' | 'mse' | 'test'>): string {
  const named = { mean, MAE: mae, MSE: mse };
  const given = Object.entries(named).filter(([, tally]) => tally.given >= SELDOM);
  if (given.length === 0 && test.given < SELDOM) return 'no figure';
  const off = given
    .filter(([, { share }]) => Math.abs((share ?? 0) - CONFIDENCE) > TOLERANCE)
    .map(([name]) => name);
  if (test.given >= SELDOM && (test.share ?? 0) > SIGNIFICANCE + TOLERANCE) off.push('test');
  return off.length === 0 ? 'holds' : `off: ${off.join(', ')}`;
}

function costOf(windows: number): { windows: number; msPerInterval: number } {
  const series = autoregressive(windows, 0.5, normalNumbers(2)).map(Math.abs);
  const times = Array.from({ length: 9 }, () => {
    const begin = performance.now();
    meanInterval(series, 'positive');
    return performance.now() - begin;
  }).sort((left, right) => left - right);
  return { windows, msPerInterval: times[4]! };
}

export function formatStatistics({ results, costs }: StatisticsReport): string {
  const table = new Table({
    head: ['errors', 'windows', 'mean', 'MAE', 'MSE', 'test at 5 %', ''],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { errors, windows, mean, mae, mse, test, verdict } of results)
    table.push([errors, windows, ...[mean, mae, mse, test].map(formatTally), verdict]);
  return [
    'Coverage of 95 % intervals and false alarms of the test, each where a figure is given (in brackets: how often it is).',
    table.toString(),
    `holds: within ${100 * TOLERANCE} points; off: not; what is given to less than ${100 * SELDOM} % of the series is not judged`,
    ...costs.map(
      ({ windows, msPerInterval }) =>
        `an interval of ${windows} windows takes ${msPerInterval.toFixed(2)} ms`,
    ),
  ].join('\n');
}

function formatTally({ given, share }: Tally): string {
  return share === null ? 'none' : `${(100 * share).toFixed(1)} % (${(100 * given).toFixed(0)} %)`;
}
