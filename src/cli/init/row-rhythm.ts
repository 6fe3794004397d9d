// How the rows of a table follow each other in time: which way they go, how far they are apart, where rows are missing, and
// which column tells series apart.
import { countOf } from '../../wording/plural.js';
import {
  type ColumnSketch,
  countMissing,
  countValues,
  keyAt,
  type TableSketch,
  type TimeColumn,
} from './table-sketch.js';

export interface Rhythm {
  readonly direction: 'oldest first' | 'newest first' | 'unsorted';
  /** Most frequent step between neighbouring times of a series, in seconds; null: there are no two. */
  readonly stepSeconds: number | null;
  /** Steps longer than it, and the rows that are missing there. */
  readonly gaps: number;
  readonly missingRows: number;
  /** Times that come more than once within a series. */
  readonly repeated: number;
  /** Whether those are so few, and so near, as those of a clock that is set back in autumn. */
  readonly isSetBack: boolean;
}

/** Rows of each series in the order of the file. */
export type Groups = ReadonlyMap<string, readonly number[]>;

/** A series must have so many rows on average for its column to be taken for a name. */
const LEAST_ROWS_A_SERIES = 4;
/** A clock that is set back in autumn: by so much at the most, in seconds, and of so few rows. */
const MOST_SET_BACK = 7200;
const FEW = 0.01;
const MOST_OF_ONE = 0.05;
const HOUR = 3600;
const HOURS_A_YEAR = 8766;
/** Names that columns of names have. */
const ID_NAME =
  /(?:^|[_\s.-])(?:id|key|name|code|symbol|ticker|store|shop|item|sku|station|sensor|site|device|meter|region|country|city|location|series)s?(?:$|[_\s.-])/i;

/** `groups`: null for one series. */
export function measureRhythm(time: TimeColumn, groups: Groups | null): Rhythm {
  const counts = new Map<number, number>();
  let forwards = 0;
  let backwards = 0;
  let furthest = 0;
  let repeated = 0;
  const sorted = [...seriesOf(time, groups)].map((seconds) => {
    for (let row = 1; row < seconds.length; row++) {
      const step = seconds[row]! - seconds[row - 1]!;
      if (step > 0) forwards++;
      else if (step < 0) {
        backwards++;
        furthest = Math.max(furthest, -step);
      }
    }
    return Float64Array.from(seconds).sort();
  });
  for (const seconds of sorted)
    for (let row = 1; row < seconds.length; row++) {
      const step = seconds[row]! - seconds[row - 1]!;
      if (step === 0) repeated++;
      else counts.set(step, (counts.get(step) ?? 0) + 1);
    }
  const [stepSeconds = null] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  let gaps = 0;
  let missingRows = 0;
  for (const [step, count] of counts) {
    if (stepSeconds === null || step <= stepSeconds) continue;
    gaps += count;
    missingRows += count * (Math.round(step / stepSeconds) - 1);
  }
  const isFew = backwards <= FEW * forwards || (backwards === 1 && backwards <= MOST_OF_ONE * forwards);
  const isInOrder = backwards === 0 || (furthest <= MOST_SET_BACK && isFew);
  const direction = isInOrder ? 'oldest first' : forwards === 0 ? 'newest first' : 'unsorted';
  // Of hourly rows one a year comes twice, and none goes back.
  const isOfHour = stepSeconds === HOUR && repeated <= Math.ceil(forwards / HOURS_A_YEAR);
  const isSetBack =
    isInOrder && (backwards > 0 ? repeated <= FEW * (forwards + backwards) : isOfHour && repeated > 0);
  return { direction, stepSeconds, gaps, missingRows, repeated, isSetBack };
}

function* seriesOf(time: TimeColumn, groups: Groups | null): Generator<readonly number[]> {
  const rows = groups === null ? [[...time.seconds.keys()]] : groups.values();
  for (const group of rows)
    yield group.map((row) => time.seconds[row]!).filter((seconds) => !Number.isNaN(seconds));
}

/**
 * The column by which no time comes twice within a series; null: no time of one clock does anyway, or no one column does it. Of
 * several, one that is called like a name, then the one with the fewest series.
 */
export function findSeriesColumn(table: TableSketch, time: TimeColumn): ColumnSketch | null {
  // A few times come twice where a clock is set back: that makes no two series.
  const { repeated, isSetBack } = measureRhythm(time, null);
  if (repeated === 0 || isSetBack) return null;
  const most = Math.floor(table.rows / LEAST_ROWS_A_SERIES);
  const candidates = table.columns.flatMap((column) => {
    if (column === time || column.kind === 'time' || countMissing(column) > 0) return [];
    if (column.kind === 'number' && !column.values.every(Number.isInteger)) return [];
    const counts = countValues(column, most);
    if (counts === null || counts.size < 2) return [];
    if (measureRhythm(time, groupRows(table, column)).repeated > 0) return [];
    return [{ column, isNamed: ID_NAME.test(column.name), series: counts.size }];
  });
  candidates.sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || a.series - b.series);
  return candidates[0]?.column ?? null;
}

export function groupRows(table: TableSketch, column: ColumnSketch): Groups {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const key = keyAt(column, row);
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return groups;
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [365.25 * 86_400, 'year'],
  [30.4375 * 86_400, 'month'],
  [7 * 86_400, 'week'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];
/** Months and years are not equally long. */
const ABOUT = 0.05;

/** A span of time in words: `1 hour`, `10 minutes`, `3 months`. */
export function inWords(seconds: number): string {
  for (const [unit, name] of UNITS) {
    const count = Math.round(seconds / unit);
    const isWhole = unit > 7 * 86_400 ? Math.abs(seconds / unit - count) <= ABOUT : seconds === count * unit;
    if (count >= 1 && isWhole) return countOf(count, name);
  }
  return `${seconds} s`;
}
