// Several series of one table in the order of a prepared file: by split, within a split by series, within a series as read;
// of a rolling origin then a copy of each earlier block's training and validation rows. Series that are too short are left out
// by name, or refused.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SweepError } from '../../errors.js';
import type { RowsSpec } from '../../study/dataset-source.js';
import { MAX_SERIES, type RowRange, type RowSplit, type SplitName } from '../../study/trial/trial.js';
import { countOf } from '../../wording/plural.js';
import { nameSeriesColumn } from '../../wording/series-column.js';
import type { OneSeries, SeriesFacts } from '../dataset.js';
import type { Turn } from '../turns.js';
import { RowStore } from './row-store.js';
import type { KeptSeries, SeriesOfRows } from './series-rows.js';
import { splitEach } from './split/split-each.js';
import type { TimeAxis } from './split/time-axis.js';

const SPLITS: readonly SplitName[] = ['train', 'validation', 'test'];

export interface ArrangedSeries {
  /** The caller closes it. */
  readonly store: RowStore;
  /** Of a rolling origin from the latest block to the earliest, else one. */
  readonly origins: readonly ArrangedOrigin[];
  /** Of steps of time, where all series are split at the same times. */
  readonly axis: TimeAxis | null;
  readonly list: readonly OneSeries[];
  readonly left: SeriesFacts['left'];
  /** The row as read that lies at a row of the store. O(rows). */
  readonly sourceRow: (row: number) => number;
}

export interface ArrangedOrigin {
  /** Rows of the store; the test part is that of the latest origin. */
  readonly split: RowSplit;
  /** Of each series. */
  readonly stretches: readonly OneSeries['stretches'][];
  /** Steps of time, where all series are split at the same times. */
  readonly common: RowSplit | null;
}

/** Rows of a series in the splits that an origin has in the store: of an earlier one not the test split. */
interface Placed {
  /** Counted within the series. */
  readonly ranges: RowSplit;
  /** Where each of these begins in the store. */
  readonly starts: Partial<Record<SplitName, number>>;
}

/** O(rows · blocks). Throws DATASET_TOO_SHORT and SPEC_INVALID with the name of the series. */
export async function arrangeSeries(
  read: RowStore,
  rows: SeriesOfRows,
  spec: Pick<RowsSpec, 'split'> & { readonly series: NonNullable<RowsSpec['series']> },
  cacheDirectory: string,
  turn: Turn,
): Promise<ArrangedSeries> {
  const { kept, left, counts } = keepSeries(rows, spec.series);
  const slots = slotsOf(rows, kept);
  const times = rows.commonOf(kept.map(({ name }) => name));
  const found = splitEach(spec.split, kept, counts, spec.series.column, rows.axisOf, times);
  const store = new RowStore(join(cacheDirectory, `.${randomUUID()}.rows.tmp`), read.features);
  const placeOf = new Int32Array(rows.names.length).fill(-1);
  for (const [place, { series }] of kept.entries()) placeOf[series] = place;
  const layouts: Placed[][] = [];
  const origins: ArrangedOrigin[] = [];
  let end = 0;
  try {
    for (const { each, common } of found) {
      const placed = each.map((ranges): Placed => ({ ranges, starts: {} }));
      const layOut = (name: SplitName): RowRange => {
        const start = end;
        for (const { ranges, starts } of placed) {
          starts[name] = end;
          end += ranges[name].end - ranges[name].start;
        }
        return { start, end };
      };
      const split = {
        train: layOut('train'),
        validation: layOut('validation'),
        test: origins[0]?.split.test ?? layOut('test'),
      };
      const stretches = each.map((ranges, place) => stretchesOf(ranges, slots[place]!));
      await copyRows(read, rows, placeOf, placed, store, turn);
      layouts.push(placed);
      origins.push({ split, stretches, common });
    }
  } catch (error) {
    store.close();
    throw error;
  }
  const list = kept.map(({ name, series }, place): OneSeries => {
    return { name, rows: counts[series]!, stretches: origins[0]!.stretches[place]! };
  });
  const sourceRow = (row: number): number => {
    for (const placed of layouts) {
      const at = findSource(row, placed, placeOf, rows);
      if (at >= 0) return at;
    }
    return -1;
  };
  return { store, origins, axis: times?.axis ?? null, list, left, sourceRow };
}

function keepSeries(
  { names, ofRow }: SeriesOfRows,
  { column, minRows }: NonNullable<RowsSpec['series']>,
): { kept: KeptSeries[]; left: SeriesFacts['left']; counts: Uint32Array } {
  const counts = new Uint32Array(names.length);
  for (const series of ofRow) counts[series]!++;
  const kept = names.flatMap((name, series) => (counts[series]! < minRows ? [] : [{ name, series }]));
  const left = names.flatMap((name, series) =>
    counts[series]! < minRows ? [{ name, rows: counts[series]! }] : [],
  );
  if (kept.length === 0)
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `no series has ${countOf(minRows, 'row')}: the longest of ${names.length} has ${Math.max(0, ...counts)}`,
      { path: 'dataset.minRows', hint: 'a smaller "minRows"' },
    );
  if (kept.length > MAX_SERIES)
    throw new SweepError(
      'SPEC_INVALID',
      `${column === null ? 'the files are' : `${nameSeriesColumn(column)} ${typeof column === 'string' ? 'tells' : 'tell'} apart`} ${kept.length} series: at most ${MAX_SERIES} are learnt from together`,
      { path: 'dataset.series', hint: '"minRows" leaves out the shorter ones' },
    );
  return { kept, left, counts };
}

/** Of each series the time of its first row, in steps after the earliest of all. */
function slotsOf({ firstSeconds, stepSeconds }: SeriesOfRows, kept: readonly KeptSeries[]): number[] {
  const earliest = firstSeconds.reduce(
    (low, seconds) => (seconds < low ? seconds : low),
    Number.POSITIVE_INFINITY,
  );
  return kept.map(({ series }) => {
    const steps = stepSeconds === null ? 0 : Math.round((firstSeconds[series]! - earliest) / stepSeconds);
    return Number.isFinite(steps) ? Math.max(0, steps) : 0;
  });
}

function stretchesOf({ train, validation, test }: RowSplit, slot: number): OneSeries['stretches'] {
  const stretch = ({ start, end }: RowRange): readonly [number, number] => [slot + start, end - start];
  return { train: stretch(train), validation: stretch(validation), test: stretch(test) };
}

async function copyRows(
  read: RowStore,
  { names, ofRow }: SeriesOfRows,
  placeOf: Int32Array,
  placed: readonly Placed[],
  store: RowStore,
  turn: Turn,
): Promise<void> {
  const seen = new Uint32Array(names.length);
  const nextPlace = (row: number): number => {
    const series = ofRow[row]!;
    return placeWithin(placed[placeOf[series]!], seen[series]!++);
  };
  await read.forEachBlock(0, read.rows, turn, (values, count, firstRow) => {
    // Rows that lie together in both are written together.
    for (let from = 0, to: number, next = nextPlace(firstRow); from < count; from = to) {
      const place = next;
      for (to = from + 1; to < count; to++) {
        next = nextPlace(firstRow + to);
        if (place < 0 || next !== place + to - from) break;
      }
      if (place >= 0) store.place(values.subarray(from * read.features, to * read.features), place);
    }
  });
}

/** Where the row `row` of a series lies in the store; −1: nowhere. */
function placeWithin(series: Placed | undefined, row: number): number {
  if (series === undefined) return -1;
  for (const name of SPLITS) {
    const { start, end } = series.ranges[name];
    const first = series.starts[name];
    if (first !== undefined && row >= start && row < end) return first + row - start;
  }
  return -1;
}

function findSource(
  row: number,
  placed: readonly Placed[],
  placeOf: Int32Array,
  { names, ofRow }: SeriesOfRows,
): number {
  const seen = new Uint32Array(names.length);
  return ofRow.findIndex((series) => placeWithin(placed[placeOf[series]!], seen[series]!++) === row);
}
