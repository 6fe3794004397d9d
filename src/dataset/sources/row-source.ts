// The contract of what rows come from, a file or a generator: the columns first, the rows in blocks, the summary last.

/** Rows that follow each other, row-major: the first `count` rows of `values`, which is used again for the next block. */
export interface RowBlock {
  readonly values: Float64Array;
  readonly count: number;
}

/** To be read once, from the first block to the last: `summary` is of what was read then. */
export interface RowSource<Summary, Block extends RowBlock = RowBlock> {
  readonly columns: readonly string[];
  readonly blocks: AsyncIterable<Block>;
  readonly summary: () => Summary;
}

/** Puts a column into its place in each row of row-major ones. */
export function interleave(
  column: Float64Array,
  rows: Float64Array,
  feature: number,
  features: number,
): void {
  for (let row = 0, at = feature; row < column.length; row++, at += features) rows[at] = column[row]!;
}
