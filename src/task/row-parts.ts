// What tasks over rows of series have in common with the data: the blocks of a rolling origin as people see them, and whether the
// rows of each series are those of the parts.
import type { DatasetMetadata } from '../dataset/dataset.js';
import type { DatasetInfo } from '../study/events.js';
import type { SeriesStretches } from '../study/trial/task-spec.js';
import type { RowRange, RowSplit } from '../study/trial/trial.js';

/** Why a model cannot be told the series. */
export const ONE_SERIES = 'the dataset is one series, which has no place among others';

/** As a study's log has them; nothing without a rolling origin. */
export function describeBlocks({ rolling }: Pick<DatasetMetadata, 'rolling'>): Pick<DatasetInfo, 'blocks'> {
  if (rolling === undefined) return {};
  const pair = ({ start, end }: RowRange): [number, number] => [start, end];
  const timed = ([from, until]: readonly [string, string]): [string, string] => [from, until];
  const blocks = rolling.blocks.map(({ origin: { train, validation }, times }) => ({
    train: pair(train),
    validation: pair(validation),
    ...(times === undefined
      ? {}
      : { times: { train: timed(times.train), validation: timed(times.validation) } }),
  }));
  return { blocks };
}

/** Stretches that are not of the parts' rows, or not one of each series. */
export function findStretchMisfit(
  { split, stretches }: { readonly split: RowSplit; readonly stretches?: SeriesStretches },
  { series }: Pick<DatasetMetadata, 'series'>,
): { path: string; what: string } | null {
  for (const name of stretches === undefined ? [] : (['train', 'validation', 'test'] as const)) {
    const rows = stretches![name].reduce((sum, [, count]) => sum + count, 0);
    if (rows !== split[name].end - split[name].start || stretches![name].length !== series?.list.length)
      return { path: `task.stretches.${name}`, what: 'its series are not those of the dataset' };
  }
  return null;
}
