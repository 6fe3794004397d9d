// Where the parts of a split may begin: places on an axis, and how amounts (shares, rows, lengths of time) and dates are
// measured along it. Of one series a place is a row; of several, which are split at the same times, a step of time.
import { SweepError } from '../../../errors.js';
import type { Amount } from '../../../study/dataset-source.js';
import { formatDuration } from '../../../wording/duration.js';
import type { TimeRuns } from './time-runs.js';

/** Shares such as 0.1 of a thousand rows may fall a little short of 100. */
const ROUNDING = 1e-9;

/** A place, and the time that it stands for where it was reached by one: rows may be missing there. */
export interface Mark {
  readonly place: number;
  readonly seconds?: number;
}

export interface TimeAxis {
  /** Places: rows, or steps of time. */
  readonly length: number;
  /** First place that is not before a date as the split writes it. */
  dated(date: string): Mark;
  /** Time of a place; of `length` that of the row that would come next. Throws where there are no times. */
  timeOf(place: number): number;
  /** Places before a time; beyond the ends as many more as steps fit in. */
  before(seconds: number): number;
  /** Smallest length of time that is a place. */
  readonly stepSeconds: number | null;
}

/** `sign` 1: on from the mark; −1: back from it. A length of time is counted from the mark's own time. */
export function moveMark(axis: TimeAxis, from: Mark, amount: Amount, sign: 1 | -1): Mark {
  if (typeof amount === 'number') return { place: from.place + sign * rowsOf(amount, axis.length) };
  const seconds = (from.seconds ?? axis.timeOf(from.place)) + sign * amount.seconds;
  return { place: axis.before(seconds), seconds };
}

/** Of a share or of rows. */
function rowsOf(amount: number, length: number): number {
  return amount < 1 ? Math.floor(amount * length + ROUNDING * length) : amount;
}

/** As a message says it: `a share of 0.001 of 100 rows`. */
export function tellAmount(amount: Amount, { length, stepSeconds }: TimeAxis): string {
  if (typeof amount !== 'number')
    return `a length of ${formatDuration(amount.seconds * 1000)} of rows ${formatDuration(1000 * (stepSeconds ?? 0))} apart`;
  return amount < 1 ? `a share of ${amount} of ${length} rows` : `${amount} of ${length} rows`;
}

/** Rows without times, or those of a split that names none. `before`: of dates. */
export function rowAxis(rows: number, before?: (date: string) => number): TimeAxis {
  return {
    length: rows,
    stepSeconds: null,
    dated(date) {
      if (before === undefined) throw new SweepError('INTERNAL', 'a split by date of rows without times');
      return { place: before(date) };
    },
    timeOf: unknownTime,
    before: unknownTime,
  };
}

function unknownTime(): never {
  throw new SweepError('INTERNAL', 'a split by lengths of time of rows without times');
}

/** The rows of one series. */
export function timedAxis(
  runs: TimeRuns,
  stepSeconds: number,
  secondsOf: (date: string) => number,
): TimeAxis {
  const end = runs.last + stepSeconds;
  return {
    length: runs.rows,
    stepSeconds,
    dated: (date) => ({ place: runs.before(secondsOf(date)), seconds: secondsOf(date) }),
    timeOf: (place) =>
      place >= 0 && place < runs.rows
        ? runs.timeOf(place)
        : place < 0
          ? runs.first + place * stepSeconds
          : end + (place - runs.rows) * stepSeconds,
    before: (seconds) =>
      seconds < runs.first ? Math.floor((seconds - runs.first) / stepSeconds) : runs.before(seconds),
  };
}

/** The steps of time from the first row of any of several series to the last. */
export function commonAxis(
  all: readonly TimeRuns[],
  stepSeconds: number,
  secondsOf: (date: string) => number,
): TimeAxis {
  const first = all.reduce((least, runs) => Math.min(least, runs.first), Number.POSITIVE_INFINITY);
  const last = all.reduce((most, runs) => Math.max(most, runs.last), Number.NEGATIVE_INFINITY);
  const before = (seconds: number): number => Math.ceil((seconds - first) / stepSeconds);
  return {
    length: Math.round((last - first) / stepSeconds) + 1,
    stepSeconds,
    dated: (date) => ({ place: before(secondsOf(date)), seconds: secondsOf(date) }),
    timeOf: (place) => first + place * stepSeconds,
    before,
  };
}
