// What people try before they train anything, on the very windows that models are judged on: persistence, the season before,
// the mean of seasons, drift, a regression on the window. Each is told from rows up to the window's last one. Pure.
import type { MappedDataset } from '../../../dataset/dataset.js';
import type { WindowSource } from '../../../dataset/series/gather.js';
import { openedStretches, openStretches, stretchesOf } from '../../../dataset/windows.js';
import { findSeasons } from '../../../statistics/autocorrelation.js';
import { LeastSquares } from '../../../statistics/ridge.js';
import { delaysOf, type ForecastTask, type RowRange, type SplitName } from '../../../study/trial/trial.js';
import { seasonsBack } from '../../../study/trial/window-reference.js';
import type { Scale } from '../scaled-errors.js';
import { LaggedSums } from './lagged-sums.js';

/** Seasons whose mean is a forecast. */
const MEAN_SEASONS = 3;
/** Values that a season is looked for in, the last ones of the training rows. */
const SEASON_VALUES = 16_384;
/** The regression reads so many of a window's steps, the last ones. */
const MOST_STEPS = 512;
/** Multiplications of its sums, about a second; where all windows take more, it learns from the newest of each series. */
const MOST_WORK = 1e9;
const PENALTY = 1e-4;

export const RIVALS = ['persistence', 'seasonal', 'seasonalMean', 'drift', 'linear'] as const;
export type RivalName = (typeof RIVALS)[number];

export interface RivalForecast {
  readonly name: RivalName;
  /** Rows of a season; absent where it knows none. */
  readonly period?: number;
  /** `[windows, steps]`, normalised, in the order of time. */
  readonly predictions: Float32Array;
}

export interface Rivals {
  /** `[windows, steps]`, normalised. */
  readonly targets: Float32Array;
  readonly forecasts: readonly RivalForecast[];
}

/** Of one target column, on the samples that models are judged on. */
export interface BesideColumn {
  /** With the unit of each window. */
  readonly validation: Rivals & { readonly scales: readonly Scale[] };
  readonly test: Rivals;
  /** Whose MASE is 1, normalised. */
  readonly oneError: number;
}

/** The first target column is told here. */
export interface BesideBaseline extends BesideColumn {
  /** Of each window and column. */
  readonly steps: number;
  readonly others: readonly BesideColumn[];
}

/** Of one target column. One that would read rows that are not there is left out, all of them where there is no window. O(windows · steps · lookback). */
export function rivalsOver(
  dataset: MappedDataset,
  task: ForecastTask,
  rows: RowRange,
  split: SplitName,
  stride: number,
): Rivals {
  const opened = openedStretches(task, rows, split);
  if (countWindows(opened, task) === 0) return { targets: new Float32Array(0), forecasts: [] };
  const places = placeWindows(dataset, task, opened, split, stride);
  const { values, features } = places;
  const { targetColumn, window } = task;
  const valueAt = (row: number): number => values[row * features + targetColumn]!;
  const { lookback, step } = window;
  const delays = delaysOf(window);
  const ofEach = (predict: (first: number, delay: number, at: number) => number): Float32Array => {
    const values = new Float32Array(places.firsts.length * delays.length);
    let place = 0;
    for (const first of places.firsts)
      for (let at = 0; at < delays.length; at++) values[place++] = predict(first, delays[at]!, at);
    return values;
  };
  const targets = ofEach((first, delay) => valueAt(first + lookback + delay));
  const told = (
    name: RivalName,
    predict: (first: number, delay: number, at: number) => number,
    season: { readonly period?: number } = {},
  ): RivalForecast => ({ name, ...season, predictions: ofEach(predict) });
  const lastRow = (first: number): number => first + lookback - step;

  const forecasts = [told('persistence', (first) => valueAt(lastRow(first)))];
  const period = task.period ?? findPeriod(dataset, task);
  if (period !== null) {
    /** Rows before the anchor. */
    const backs = delays.map((delay) => seasonsBack(period, step + delay) - delay);
    const farthest = Math.max(...backs);
    const seasonRow = (first: number, at: number): number => first + lookback - backs[at]!;
    const seasons = Array.from({ length: MEAN_SEASONS }, (_, at) => at * period);
    if (reaches(task, places.firsts, farthest))
      forecasts.push(told('seasonal', (first, _, at) => valueAt(seasonRow(first, at)), { period }));
    if (reaches(task, places.firsts, farthest + seasons.at(-1)!))
      forecasts.push(
        told(
          'seasonalMean',
          (first, _, at) =>
            seasons.reduce((sum, earlier) => sum + valueAt(seasonRow(first, at) - earlier), 0) / MEAN_SEASONS,
          { period },
        ),
      );
  }
  if (lookback > step) {
    forecasts.push(
      told('drift', (first, delay) => {
        const last = valueAt(lastRow(first));
        return last + ((step + delay) / (lookback - step)) * (last - valueAt(first));
      }),
    );
    const predict = fitLinear(dataset, task);
    if (predict !== null) forecasts.push(told('linear', (first, _, at) => predict(valueAt, first, at)));
  }
  return { targets, forecasts };
}

/** MAE over the training rows of the season before, or without a season of the row before: the 1 of a MASE (Hyndman & Koehler 2006). */
export function scaleOfErrors(dataset: MappedDataset, task: ForecastTask): number {
  const period = task.period ?? findPeriod(dataset, task) ?? 1;
  const { targetColumn } = task;
  const { values } = dataset;
  const features = dataset.metadata.columns.length;
  let sum = 0;
  let count = 0;
  for (const { start, end } of stretchesOf(task, 'train'))
    for (let row = start + period; row < end; row++, count++)
      sum += Math.abs(
        values[row * features + targetColumn]! - values[(row - period) * features + targetColumn]!,
      );
  return count === 0 ? Number.NaN : sum / count;
}

/** Rows of the season that says most of the training rows, of several series those of the longest one; null: none is seen. */
export function findPeriod(dataset: MappedDataset, task: ForecastTask): number | null {
  const longest = stretchesOf(task, 'train').reduce((best, one) =>
    one.end - one.start > best.end - best.start ? one : best,
  );
  const features = dataset.metadata.columns.length;
  const start = Math.max(longest.start, longest.end - SEASON_VALUES);
  const { values } = dataset;
  const target = Float64Array.from(
    { length: longest.end - start },
    (_, at) => values[(start + at) * features + task.targetColumn]!,
  );
  return findSeasons(target, dataset.metadata.time?.stepSeconds ?? null).at(-1)?.period ?? null;
}

/** Whether each window has a row `rows` rows before its anchor: of one series all rows before are its past. */
function reaches(
  { window, stretches, errorScale, split }: ForecastTask,
  firsts: Float64Array,
  rows: number,
): boolean {
  if (rows <= window.lookback) return true;
  // Before the rows of an earlier block lie those of another one.
  const from = errorScale === undefined ? 0 : split.train.start;
  return stretches === undefined && firsts.every((first) => first + window.lookback - rows >= from);
}

function countWindows(
  stretches: readonly RowRange[],
  { window: { lookback, delay } }: Pick<ForecastTask, 'window'>,
): number {
  return stretches.reduce((sum, { start, end }) => sum + Math.max(0, end - start - lookback - delay), 0);
}

interface Places extends Pick<WindowSource, 'values' | 'features'> {
  /** `[windows]`: the first row of each. */
  readonly firsts: Float64Array;
}

function placeWindows(
  dataset: MappedDataset,
  task: Pick<ForecastTask, 'targetColumn' | 'window'>,
  stretches: readonly RowRange[],
  split: SplitName,
  stride: number,
): Places {
  const samples = openStretches(dataset, task, stretches, split, stride);
  const { values, features, firstValue, anchorStride, placesOf } = samples.windows();
  const indices = Uint32Array.from({ length: samples.count }, (_, at) => at);
  const places = placesOf?.(indices, 0, indices.length) ?? indices;
  return {
    values,
    features,
    firsts: Float64Array.from(places, (place) => (firstValue + place * anchorStride) / features),
  };
}

/**
 * The change from the window's last value to the target of each step as a weighted sum of its changes before (ridge
 * regression); null: no window to learn from.
 */
function fitLinear(
  dataset: MappedDataset,
  task: ForecastTask,
): ((valueAt: (row: number) => number, first: number, at: number) => number) | null {
  const { lookback, step } = task.window;
  const delays = delaysOf(task.window);
  const steps = Math.min(MOST_STEPS, lookback / step - 1);
  const stretches = stretchesOf(task, 'train');
  const all = countWindows(stretches, task);
  if (all === 0) return null;
  const reads = Array.from({ length: steps }, (_, at) => lookback - step - (steps - at) * step);
  const sums = new LaggedSums(
    [...reads, lookback - step, ...delays.map((delay) => lookback + delay)],
    steps + 1,
  );
  const kept = Math.min(
    1,
    MOST_WORK / (sums.lags * stretches.reduce((rows, one) => rows + one.end - one.start, 0)),
  );
  const features = dataset.metadata.columns.length;
  const { values } = dataset;
  for (const { start, end } of stretches) {
    const windows = Math.ceil(kept * Math.max(0, end - start - lookback - task.window.delay));
    const first = end - lookback - task.window.delay - windows;
    const rows = Float64Array.from(
      { length: windows === 0 ? 0 : end - first },
      (_, at) => values[(first + at) * features + task.targetColumn]!,
    );
    if (windows > 0) sums.add(rows, windows);
  }
  const squares = changesOf(sums, steps, delays.length);
  const row = new Float64Array(steps);
  const readWindow = (valueAt: (row: number) => number, first: number): number => {
    const lastRow = first + lookback - step;
    const last = valueAt(lastRow);
    for (let at = 0; at < steps; at++) row[at] = valueAt(lastRow - (steps - at) * step) - last;
    return last;
  };
  const weights = squares.solve(PENALTY);
  let held = { first: Number.NaN, last: 0 };
  return (valueAt, first, at) => {
    // The steps of a window follow each other.
    if (held.first !== first) held = { first, last: readWindow(valueAt, first) };
    const own = at * (steps + 1);
    let sum = held.last + weights[own + steps]!;
    for (let read = 0; read < steps; read++) sum += weights[own + read]! * row[read]!;
    return sum;
  };
}

/** The sums of a regression on changes since a window's last value: (a − l)(b − l) is ab − al − bl + ll. */
function changesOf(sums: LaggedSums, steps: number, targets: number): LeastSquares {
  const last = steps;
  const squares = new LeastSquares(steps, targets);
  const products = (one: number, other: number): number =>
    sums.product(one, other) - sums.product(one, last) - sums.product(last, other) + sums.product(last, last);
  const total = (place: number): number => sums.sum(place) - sums.sum(last);
  squares.addSums(
    sums.windows,
    (one, other) => (one === null ? total(other) : products(one, other)),
    (one, target) => (one === null ? total(last + 1 + target) : products(one, last + 1 + target)),
  );
  return squares;
}
