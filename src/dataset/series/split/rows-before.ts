// How many rows of a series lie before given times: where a split by date has its borders. Counted as rows come by.
import type { SplitSpec } from '../../../study/dataset-source.js';
import { hasZone, parseTimestamp } from '../../sources/csv/times/time-stamps.js';
import { zoneReader } from '../../sources/csv/times/zoned-clock.js';

/** Rows before a date as the split writes it. */
export type RowsBefore = (date: string) => number;

/** The dates of a split; none of one that names none. */
export function datesOf(split: SplitSpec): string[] {
  if (split.type === 'rolling') {
    const { blocks, test } = split;
    const ends = typeof test === 'object' && 'from' in test ? [test.from, test.until] : [];
    return [...(typeof blocks === 'number' ? [] : blocks), ...ends].filter((date) => date !== undefined);
  }
  if (split.type !== 'dates') return [];
  const parts = [split.train, split.validation, split.test];
  return parts.flatMap(({ from, until }) => [from, until]).filter((date) => date !== undefined);
}

/** Seconds of a date as a split writes it. `timeZone`: of dates that name no zone; null: they are of the clock that the rows have. */
export function dateReader(timeZone: string | null): (date: string) => number {
  const toUtc = timeZone === null ? null : zoneReader(timeZone);
  return (date) => {
    const seconds = parseTimestamp(date);
    return toUtc === null || hasZone(date) ? seconds : toUtc(seconds);
  };
}

export class RowCounter {
  private readonly borders: readonly number[];
  private readonly counts = new Map<string | null, Uint32Array>();

  constructor(
    private readonly dates: readonly string[],
    timeZone: string | null,
  ) {
    this.borders = dates.map(dateReader(timeZone));
  }

  append(seconds: Float64Array, count: number, series: readonly string[] | null): void {
    if (this.dates.length === 0) return;
    for (let row = 0; row < count; row++) {
      const name = series?.[row] ?? null;
      const counts = this.counts.get(name) ?? new Uint32Array(this.dates.length);
      this.counts.set(name, counts);
      for (const [at, border] of this.borders.entries()) if (seconds[row]! < border) counts[at]!++;
    }
  }

  /** Of one series; null: of the only one. */
  of(series: string | null): RowsBefore {
    const counts = this.counts.get(series);
    return (date) => counts?.[this.dates.indexOf(date)] ?? 0;
  }
}
