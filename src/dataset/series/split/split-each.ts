// The split of each of several series: of each by itself, or of all at the same times; one of a rolling origin for each block.
import { SweepError } from '../../../errors.js';
import type { SeriesColumn, SeriesSpec } from '../../../study/dataset-source.js';
import type { RowRange, RowSplit, SplitName } from '../../../study/trial/trial.js';
import { countOf } from '../../../wording/plural.js';
import { nameSeriesColumn } from '../../../wording/series-column.js';
import type { KeptSeries, SeriesOfRows } from '../series-rows.js';
import { resolveSplit } from './resolve-split.js';
import { resolveBlocks } from './rolling-blocks.js';
import type { CommonTimes } from './split-times.js';

const SPLITS: readonly SplitName[] = ['train', 'validation', 'test'];
/** Names in a message. */
const MOST_NAMED = 5;

export interface EachSplit {
  /** Rows of each series. */
  readonly each: readonly RowSplit[];
  /** Steps of time; null: each series is split by itself. */
  readonly common: RowSplit | null;
}

/** From the latest block to the earliest. Throws DATASET_TOO_SHORT with the names of those that are too short for it. */
export function splitEach(
  spec: SeriesSpec['split'],
  kept: readonly KeptSeries[],
  counts: Uint32Array,
  column: SeriesColumn,
  axisOf: SeriesOfRows['axisOf'],
  common: CommonTimes | null,
): EachSplit[] {
  if (common === null) {
    const each = splitAll(kept, counts, column, (name, rows) => resolveSplit(spec, axisOf(name, rows)));
    return [{ each, common: null }];
  }
  const origins =
    spec.type === 'rolling' ? resolveBlocks(spec, common.axis) : [resolveSplit(spec, common.axis)];
  return origins.map((split, back) => {
    const block = spec.type === 'rolling' ? `block ${origins.length - back} of ${origins.length}, ` : '';
    const each = splitAll(kept, counts, column, (name) => splitAt(split, name, common, block));
    return { each, common: split };
  });
}

/** The rows of a series in parts of the common time. Throws DATASET_TOO_SHORT where it has none in one. */
function splitAt(split: RowSplit, name: string, { axis, rowsBefore }: CommonTimes, block: string): RowSplit {
  const rowAt = (place: number): number => rowsBefore(name, axis.timeOf(place));
  const within = ({ start, end }: RowRange): RowRange => ({ start: rowAt(start), end: rowAt(end) });
  const own = { train: within(split.train), validation: within(split.validation), test: within(split.test) };
  const empty = SPLITS.find((part) => own[part].end <= own[part].start);
  if (empty !== undefined)
    throw new SweepError('DATASET_TOO_SHORT', `${block}it has no row in the ${empty} part`, {
      path: 'dataset.split',
      hint: 'leave them out by a condition of the source, such as "where": "store <> 7"; or fewer blocks, or other dates',
    });
  return own;
}

function splitAll(
  kept: readonly KeptSeries[],
  counts: Uint32Array,
  column: SeriesColumn,
  splitOne: (name: string, rows: number) => RowSplit,
): RowSplit[] {
  const short: { name: string; rows: number; error: SweepError }[] = [];
  const ranges = kept.flatMap(({ name, series }) => {
    const rows = counts[series]!;
    try {
      return [splitOne(name, rows)];
    } catch (thrown) {
      if (!(thrown instanceof SweepError) || thrown.code !== 'DATASET_TOO_SHORT') throw thrown;
      short.push({ name, rows, error: thrown });
      return [];
    }
  });
  const [first] = short;
  if (first === undefined) return ranges;
  const named = short.slice(0, MOST_NAMED).map(({ name, rows }) => `${JSON.stringify(name)} (${rows})`);
  const most = Math.max(...short.map(({ rows }) => rows));
  const isByTime = first.error.path === 'dataset.split';
  throw new SweepError(
    'DATASET_TOO_SHORT',
    `${countOf(short.length, column === null ? 'file' : 'value')}${column === null ? '' : ` of ${nameSeriesColumn(column)}`} ${short.length === 1 ? 'has' : 'have'} too few rows for the split: ${named.join(', ')}${short.length > MOST_NAMED ? ', …' : ''}; of the first, ${first.error.message}`,
    {
      path: first.error.path ?? 'dataset.split',
      hint: isByTime
        ? (first.error.hint ?? '')
        : `"minRows": ${most + 1} leaves them out; fractions fit any length: {"train": 0.5, …}`,
    },
  );
}
