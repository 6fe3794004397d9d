// Several series of one table in the order of a prepared file: by split, within a split by series, within a series as read.
// The split is taken of each series by itself; series that are too short are left out by name, or refused.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SweepError } from '../../errors.js';
import type { RowsSpec, SeriesColumn } from '../../study/dataset-source.js';
import { MAX_SERIES, type RowRange, type RowSplit, type SplitName } from '../../study/trial/trial.js';
import { countOf } from '../../wording/plural.js';
import { nameSeriesColumn } from '../../wording/series-column.js';
import type { OneSeries, SeriesFacts } from '../dataset.js';
import type { Turn } from '../turns.js';
import { resolveSplit } from './resolve-split.js';
import { RowStore } from './row-store.js';
import type { RowsBefore } from './rows-before.js';

const SPLITS: readonly SplitName[] = ['train', 'validation', 'test'];
/** Names in a message. */
const MOST_NAMED = 5;

/** Which series the rows of a table are of, as read. */
export interface SeriesOfRows {
  readonly names: readonly string[];
  /** Of each row the place of its series in `names`. */
  readonly ofRow: Uint32Array;
  /** Of each series the time of its first row in seconds; NaN: not known. */
  readonly firstSeconds: readonly number[];
  /** Seconds between rows; null: not known. */
  readonly stepSeconds: number | null;
  /** Rows of a series before the dates of the split. */
  readonly before: (series: string) => RowsBefore;
}

export interface ArrangedSeries {
  /** The caller closes it. */
  readonly store: RowStore;
  readonly split: RowSplit;
  readonly list: readonly OneSeries[];
  readonly left: SeriesFacts['left'];
  /** The row as read that lies at a row of the store. O(rows). */
  readonly sourceRow: (row: number) => number;
}

interface Placed extends OneSeries {
  /** Its rows in each split, counted within the series. */
  readonly ranges: RowSplit;
  /** Where each of these begins in the store. */
  readonly starts: Record<SplitName, number>;
}

/** O(rows). Throws DATASET_TOO_SHORT and SPEC_INVALID with the name of the series. */
export async function arrangeSeries(
  read: RowStore,
  rows: SeriesOfRows,
  spec: Pick<RowsSpec, 'split'> & { readonly series: NonNullable<RowsSpec['series']> },
  cacheDirectory: string,
  turn: Turn,
): Promise<ArrangedSeries> {
  const { placed, places, split, left } = placeSeries(rows, spec);
  const store = new RowStore(join(cacheDirectory, `.${randomUUID()}.rows.tmp`), read.features);
  try {
    const seen = new Uint32Array(rows.names.length);
    const placeOf = (row: number): number => {
      const series = rows.ofRow[row]!;
      return placeWithin(placed[places[series]!], seen[series]!++);
    };
    await read.forEachBlock(0, read.rows, turn, (values, count, firstRow) => {
      // Rows that lie together in both are written together.
      for (let from = 0, to: number, next = placeOf(firstRow); from < count; from = to) {
        const place = next;
        for (to = from + 1; to < count; to++) {
          next = placeOf(firstRow + to);
          if (place < 0 || next !== place + to - from) break;
        }
        if (place >= 0) store.place(values.subarray(from * read.features, to * read.features), place);
      }
    });
    const list = placed.map(({ name, rows, stretches }): OneSeries => ({ name, rows, stretches }));
    return { store, split, list, left, sourceRow: (row) => findSource(row, placed, places, rows) };
  } catch (error) {
    store.close();
    throw error;
  }
}

function placeSeries(
  { names, ofRow, firstSeconds, stepSeconds, before }: SeriesOfRows,
  { split: splitSpec, series: { column, minRows } }: Parameters<typeof arrangeSeries>[2],
): { placed: Placed[]; places: Int32Array; split: RowSplit; left: SeriesFacts['left'] } {
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
  const earliest = firstSeconds.reduce(
    (low, seconds) => (seconds < low ? seconds : low),
    Number.POSITIVE_INFINITY,
  );
  const ranges = resolveEach(splitSpec, kept, counts, column, before);
  const placed = kept.map(({ name, series }, place): Placed => {
    const steps = stepSeconds === null ? 0 : Math.round((firstSeconds[series]! - earliest) / stepSeconds);
    const slot = Number.isFinite(steps) ? Math.max(0, steps) : 0;
    const own = ranges[place]!;
    const stretch = ({ start, end }: RowRange): readonly [number, number] => [slot + start, end - start];
    return {
      name,
      rows: counts[series]!,
      stretches: { train: stretch(own.train), validation: stretch(own.validation), test: stretch(own.test) },
      ranges: own,
      starts: { train: 0, validation: 0, test: 0 },
    };
  });
  const places = new Int32Array(names.length).fill(-1);
  for (const [place, { series }] of kept.entries()) places[series] = place;
  let end = 0;
  const layOut = (name: SplitName): RowRange => {
    const start = end;
    for (const one of placed) {
      one.starts[name] = end;
      end += one.stretches[name][1];
    }
    return { start, end };
  };
  const split = { train: layOut('train'), validation: layOut('validation'), test: layOut('test') };
  return { placed, places, split, left };
}

/** The split of each series. Of those that are too short for it all are named, with what leaves them out. */
function resolveEach(
  spec: RowsSpec['split'],
  kept: readonly { readonly name: string; readonly series: number }[],
  counts: Uint32Array,
  column: SeriesColumn,
  before: SeriesOfRows['before'],
): RowSplit[] {
  const short: { name: string; rows: number; error: SweepError }[] = [];
  const ranges = kept.flatMap(({ name, series }) => {
    const rows = counts[series]!;
    try {
      return [resolveSplit(spec, rows, before(name))];
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
  throw new SweepError(
    'DATASET_TOO_SHORT',
    `${countOf(short.length, column === null ? 'file' : 'value')}${column === null ? '' : ` of ${nameSeriesColumn(column)}`} ${short.length === 1 ? 'has' : 'have'} too few rows for the split: ${named.join(', ')}${short.length > MOST_NAMED ? ', …' : ''}; of the first, ${first.error.message}`,
    {
      path: first.error.path ?? 'dataset.split',
      hint: `"minRows": ${most + 1} leaves them out; fractions fit any length: {"train": 0.5, …}`,
    },
  );
}

/** Where the row `row` of a series lies in the store; −1: nowhere. */
function placeWithin(series: Placed | undefined, row: number): number {
  if (series === undefined) return -1;
  for (const name of SPLITS) {
    const { start, end } = series.ranges[name];
    if (row >= start && row < end) return series.starts[name] + row - start;
  }
  return -1;
}

function findSource(row: number, placed: readonly Placed[], places: Int32Array, rows: SeriesOfRows): number {
  const seen = new Uint32Array(rows.names.length);
  return rows.ofRow.findIndex((series) => placeWithin(placed[places[series]!], seen[series]!++) === row);
}
