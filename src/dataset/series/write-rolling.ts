// The rows of a rolling origin as the prepared file has them: the series, then a copy of each earlier block.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { RollingSplit } from '../../study/dataset-source.js';
import type { RowRange, RowSplit } from '../../study/trial/trial.js';
import type { RollingBlock, RollingFacts } from '../dataset.js';
import type { Turn } from '../turns.js';
import { scaleColumns } from './column-statistics.js';
import { RowStore } from './row-store.js';
import { resolveBlocks } from './split/rolling-blocks.js';
import type { TimeAxis } from './split/time-axis.js';

export interface RolledRows {
  /** The caller closes it. */
  readonly store: RowStore;
  readonly split: RowSplit;
  readonly rolling: RollingFacts;
  /** The row as read that lies at a row of the store. */
  readonly sourceRow: (row: number) => number;
}

/** O(rows · blocks). Throws DATASET_TOO_SHORT. */
export async function rollRows(
  read: RowStore,
  spec: RollingSplit,
  axis: TimeAxis,
  cacheDirectory: string,
  turn: Turn,
  /** Columns that are normalised: the first ones. */
  columns = read.features,
): Promise<RolledRows> {
  const origins = resolveBlocks(spec, axis);
  const store = new RowStore(join(cacheDirectory, `.${randomUUID()}.rows.tmp`), read.features);
  try {
    const copy = ({ start, end }: RowRange): Promise<void> =>
      read.forEachBlock(start, end, turn, (values, count) => store.append(values, count));
    const offsets: number[] = [];
    await copy({ start: 0, end: read.rows });
    const blocks: RollingBlock[] = [];
    for (const [back, { train, validation, test }] of origins.entries()) {
      // The latest block reads the series itself.
      const offset = back === 0 ? 0 : store.rows - train.start;
      offsets.push(offset);
      if (back > 0) await copy({ start: train.start, end: validation.end });
      const moved = ({ start, end }: RowRange): RowRange => ({ start: start + offset, end: end + offset });
      blocks.push({
        split: { train: moved(train), validation: moved(validation), test },
        origin: { train, validation },
        columns: await scaleColumns(read, train, turn, columns),
      });
    }
    const sourceRow = (row: number): number => {
      const back = blocks.findLastIndex(({ split }) => row >= split.train.start);
      return row < read.rows || back < 0 ? row : row - offsets[back]!;
    };
    return { store, split: origins[0]!, rolling: { rows: read.rows, blocks }, sourceRow };
  } catch (error) {
    store.close();
    throw error;
  }
}
