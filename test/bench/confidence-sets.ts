// How often the model confidence set holds what it must: of forecasts that are equally good, a certain one and all of them, where
// a set is given. Not of speed, but for the cost of a set.
import Table from 'cli-table3';
import { SET_SIGNIFICANCE, sampledConfidenceSet } from '../../src/statistics/confidence-set.js';
import { autoregressive, normalNumbers } from '../support/fixtures/dependent-errors.js';

const REPETITIONS = 200;

export interface ConfidenceSetResult {
  readonly forecasts: number;
  readonly windows: number;
  /** First-order autocorrelation of the errors. */
  readonly correlation: number;
  readonly repetitions: number;
  readonly given: number;
  /** Share of the sets that hold a forecast that was named before the errors were seen; null: no set. */
  readonly holdsBest: number | null;
  readonly holdsAll: number | null;
  readonly msPerSet: number;
}

export function benchConfidenceSets(): ConfidenceSetResult[] {
  return [0, 0.5, 0.8].flatMap((correlation) =>
    [2, 10, 50].flatMap((forecasts) =>
      [200, 512].map((windows) => simulate(forecasts, windows, correlation)),
    ),
  );
}

function simulate(forecasts: number, windows: number, correlation: number): ConfidenceSetResult {
  const normal = normalNumbers(1);
  let given = 0;
  let best = 0;
  let all = 0;
  const begin = performance.now();
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const shared = autoregressive(windows, correlation, normal);
    const errors = Array.from({ length: forecasts }, () =>
      autoregressive(windows, correlation, normal).map((own, at) => Math.abs(shared[at]! + own)),
    );
    const named = errors[0]!;
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
    errors.sort((left, right) => mean(left) - mean(right));
    const set = sampledConfidenceSet(errors);
    if ('reason' in set) continue;
    given += 1;
    const isIn = (place: number): boolean => (set.pValues[place] ?? 0) > SET_SIGNIFICANCE;
    if (isIn(errors.indexOf(named))) best += 1;
    if (set.pValues.every((_, place) => isIn(place))) all += 1;
  }
  return {
    forecasts,
    windows,
    correlation,
    repetitions: REPETITIONS,
    given: given / REPETITIONS,
    holdsBest: given === 0 ? null : best / given,
    holdsAll: given === 0 ? null : all / given,
    msPerSet: (performance.now() - begin) / REPETITIONS,
  };
}

export function formatConfidenceSets(results: readonly ConfidenceSetResult[]): string {
  const table = new Table({
    head: ['equal forecasts', 'windows', 'AR(1)', 'given', 'holds the best', 'holds all', 'ms'],
    colAligns: ['right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const percent = (share: number | null): string =>
    share === null ? 'none' : `${(100 * share).toFixed(1)} %`;
  for (const { forecasts, windows, correlation, given, holdsBest, holdsAll, msPerSet } of results)
    table.push([
      forecasts,
      windows,
      correlation,
      percent(given),
      percent(holdsBest),
      percent(holdsAll),
      msPerSet.toFixed(1),
    ]);
  return `95 % model confidence sets of equally good forecasts (${REPETITIONS} series each).\n${table.toString()}`;
}
