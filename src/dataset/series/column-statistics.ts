// Mean and population standard deviation of each column over the training rows only, in float64, by two passes; and which
// columns say nothing there.
import type { RowRange } from '../../study/trial/trial.js';
import type { ColumnMetadata } from '../dataset.js';
import type { Turn } from '../turns.js';
import type { RowStore } from './row-store.js';

export interface ColumnStatistics {
  readonly mean: Float64Array;
  /** 1 of a held column. */
  readonly std: Float64Array;
  /** Places of the columns that are constant, or all but constant, over the training rows. */
  readonly held: readonly number[];
}

/**
 * A column whose values differ by less than this share of the largest varies in the last ten of its 52 bits: what sums
 * and conversions leave behind, not what was measured.
 */
const ROUNDING_SHARE = 1024 * Number.EPSILON;
/** Squares of larger numbers may overflow, and those of smaller ones vanish. */
const LARGEST_SQUARED = 2 ** 500;
const SMALLEST_SQUARED = 2 ** -500;

/** What each column is normalised by. */
export type ColumnScale = Pick<ColumnMetadata, 'mean' | 'std' | 'held'>;

/** `columns`: of the first so many. */
export async function scaleColumns(
  store: RowStore,
  train: RowRange,
  turn: Turn,
  columns = store.features,
): Promise<ColumnScale[]> {
  const { mean, std, held } = await measureColumns(store, train, turn);
  return Array.from(mean.subarray(0, columns), (middle, column) => ({
    mean: middle,
    std: std[column]!,
    ...(held.includes(column) ? { held: true as const } : {}),
  }));
}

/** O(rows · features). Two passes, since a one-pass variance loses digits when the mean is large (pressure, density). */
export async function measureColumns(
  store: RowStore,
  train: RowRange,
  turn: Turn,
): Promise<ColumnStatistics> {
  const { features } = store;
  const rows = train.end - train.start;
  // Column by column within a block: sums add up in the order of the rows all the same.
  const eachColumn = (visit: (values: Float64Array, feature: number, end: number) => void): Promise<void> =>
    store.forEachBlock(train.start, train.end, turn, (values, count) => {
      for (let feature = 0; feature < features; feature++) visit(values, feature, count * features);
    });

  const mean = new Float64Array(features);
  const low = new Float64Array(features).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
  await eachColumn((values, feature, end) => {
    let sum = mean[feature]!;
    for (let at = feature; at < end; at += features) sum += values[at]!;
    mean[feature] = sum;
    widen(low, high, values, feature, features, end);
  });
  for (let feature = 0; feature < features; feature++) mean[feature]! /= rows;

  const scale = low.map((lowest, feature) => scaleOf(lowest, high[feature]!));
  if (!mean.every(Number.isFinite)) {
    const scaled = new Float64Array(features);
    await eachColumn((values, feature, end) => {
      const factor = scale[feature]!;
      for (let at = feature; at < end; at += features) scaled[feature]! += values[at]! * factor;
    });
    for (let feature = 0; feature < features; feature++)
      if (!Number.isFinite(mean[feature]!)) mean[feature] = scaled[feature]! / rows / scale[feature]!;
  }

  const std = new Float64Array(features);
  await eachColumn((values, feature, end) => {
    const factor = scale[feature]!;
    const middle = mean[feature]! * factor;
    let sum = std[feature]!;
    for (let at = feature; at < end; at += features) {
      const difference = values[at]! * factor - middle;
      sum += difference * difference;
    }
    std[feature] = sum;
  });
  const held: number[] = [];
  for (let feature = 0; feature < features; feature++) {
    std[feature] = Math.sqrt(std[feature]! / rows) / scale[feature]!;
    // By low and high, not by std: the mean of equal values may be an ulp off them.
    if (isAllButConstant(low[feature]!, high[feature]!)) {
      held.push(feature);
      std[feature] = 1;
    }
  }
  return { mean, std, held };
}

/** The lowest and the highest value of each column over all rows. O(rows · features). */
export async function rangeColumns(
  store: RowStore,
  turn: Turn,
): Promise<{ readonly min: Float64Array; readonly max: Float64Array }> {
  const { features } = store;
  const min = new Float64Array(features).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
  await store.forEachBlock(0, store.rows, turn, (values, count) => {
    for (let feature = 0; feature < features; feature++)
      widen(min, max, values, feature, features, count * features);
  });
  return { min, max };
}

/** Takes a column's values of a block into its range. */
function widen(
  low: Float64Array,
  high: Float64Array,
  values: Float64Array,
  feature: number,
  features: number,
  end: number,
): void {
  let [lowest, highest] = [low[feature]!, high[feature]!];
  for (let at = feature; at < end; at += features) {
    const value = values[at]!;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  low[feature] = lowest;
  high[feature] = highest;
}

/** A power of two, so that scaling is exact; 1 for every column whose squares are numbers. */
function scaleOf(low: number, high: number): number {
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  // Twice, as a difference of two numbers may be twice as large.
  if (magnitude > LARGEST_SQUARED) return 2 ** -(Math.floor(Math.log2(magnitude)) + 2);
  const spread = high - low;
  return spread > 0 && spread < SMALLEST_SQUARED ? 2 ** Math.min(1000, -Math.floor(Math.log2(spread))) : 1;
}

function isAllButConstant(low: number, high: number): boolean {
  // Halved, as the difference of two large numbers may overflow.
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  return high / 2 - low / 2 <= (ROUNDING_SHARE / 2) * magnitude;
}
