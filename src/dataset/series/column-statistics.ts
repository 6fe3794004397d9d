// Mean and population standard deviation of each column over the training rows only, in float64, by two passes.
import type { RowRange } from '../../study/trial.js';
import type { RowStore } from './row-store.js';

export interface ColumnStatistics {
  readonly mean: Float64Array;
  /** 1 for a constant column: its values become 0 and stay harmless. */
  readonly std: Float64Array;
  /** Places of the columns that are constant over the training rows. */
  readonly constant: readonly number[];
}

/** O(rows · features). Two passes, since a one-pass variance loses digits when the mean is large (pressure, density). */
export function measureColumns(store: RowStore, train: RowRange): ColumnStatistics {
  const { features } = store;
  const rows = train.end - train.start;
  const mean = new Float64Array(features);
  const low = new Float64Array(features).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
  store.forEachBlock(train.start, train.end, (values, count) => {
    for (let row = 0, at = 0; row < count; row++) {
      for (let feature = 0; feature < features; feature++, at++) {
        const value = values[at]!;
        mean[feature]! += value;
        if (value < low[feature]!) low[feature] = value;
        if (value > high[feature]!) high[feature] = value;
      }
    }
  });
  for (let feature = 0; feature < features; feature++) mean[feature]! /= rows;
  const std = new Float64Array(features);
  store.forEachBlock(train.start, train.end, (values, count) => {
    for (let row = 0, at = 0; row < count; row++) {
      for (let feature = 0; feature < features; feature++, at++) {
        const difference = values[at]! - mean[feature]!;
        std[feature]! += difference * difference;
      }
    }
  });
  const constant: number[] = [];
  for (let feature = 0; feature < features; feature++) {
    std[feature] = Math.sqrt(std[feature]! / rows);
    // By low and high, not by std: the mean of equal values may be an ulp off them.
    if (low[feature] === high[feature] || std[feature] === 0) {
      constant.push(feature);
      std[feature] = 1;
    }
  }
  return { mean, std, constant };
}
