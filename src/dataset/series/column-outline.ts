// The outline of a column for a plot: the lowest and the highest value in each of a number of equal stretches of rows.
import type { RowRange } from '../../study/trial/trial.js';
import { type MappedDataset, rowWidth } from '../dataset.js';

export interface ColumnOutline {
  /** In the column's unit, one of each stretch; never more stretches than rows. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** O(rows); of a stretch of one row both values are the row's. */
export function outlineColumn(
  dataset: MappedDataset,
  column: number,
  rows: RowRange,
  stretches: number,
): ColumnOutline {
  const { values } = dataset;
  const { columns } = dataset.metadata;
  const { mean, std } = columns[column]!;
  const width = rowWidth(dataset.metadata);
  const count = Math.min(stretches, rows.end - rows.start);
  const low: number[] = [];
  const high: number[] = [];
  for (let stretch = 0; stretch < count; stretch++) {
    const boundary = (at: number): number => rows.start + Math.floor((at * (rows.end - rows.start)) / count);
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let row = boundary(stretch); row < boundary(stretch + 1); row++) {
      const value = values[row * width + column]!;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
    low.push(lowest * std + mean);
    high.push(highest * std + mean);
  }
  return { low, high };
}
