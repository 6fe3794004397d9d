// The times of a CSV's rows: read from its time column, or seen in one that was not read; that they go forwards, and how far
// they are apart.
import { SweepError } from '../../../errors.js';
import type { CsvSource } from '../../../study/dataset-source.js';
import { showField } from '../../../wording/show-field.js';
import type { CsvLayout } from './csv-header.js';
import { describeDisorder, requireOrder } from './row-order.js';
import { hasZone, parseEpoch, parseTimestamp, TIME_FORMS } from './time-stamps.js';
import { TimeSteps, type TimeSummary } from './time-steps.js';
import { UnreadTimes } from './unread-times.js';

export class RowTimes {
  private readonly steps = new TimeSteps();
  private readonly unread: UnreadTimes | null;
  private zoned: string | null = null;
  private zoneless: string | null = null;

  constructor(
    private readonly source: Pick<CsvSource, 'path' | 'time'>,
    private readonly layout: Pick<CsvLayout, 'clock' | 'names' | 'timeColumn' | 'unread'>,
    /** Of several in the file, the one whose rows these are; null: there is one. */
    private readonly series: string | null,
  ) {
    this.unread = layout.unread === null ? null : new UnreadTimes(layout.unread);
  }

  /**
   * Seconds since 1970; NaN without a time column. Throws CSV_VALUE for a field that is no date: of a line with too few
   * or too many fields `checkFieldCounts` throws before.
   */
  read(fields: readonly string[], line: number, checkFieldCounts: () => void): number {
    this.unread?.see(fields, line);
    const { timeColumn } = this.layout;
    return timeColumn < 0 ? Number.NaN : this.readTime(fields[timeColumn]!, line, checkFieldCounts);
  }

  /** null without a time column. */
  summary(): TimeSummary | null {
    return this.layout.timeColumn < 0 ? null : this.steps.summary();
  }

  /** Throws CSV_VALUE when the rows do not follow each other in time. */
  requireOrder(): void {
    const { clock, names } = this.layout;
    const { series } = this;
    requireOrder(this.steps, { at: (line) => this.at(line), mayRepeat: false, ends: null, clock, series });
    const steps = this.unread?.steps() ?? null;
    if (this.unread === null || steps === null) return;
    const name = names[this.unread.column.column];
    requireOrder(steps, {
      at: (line) => `${this.source.path}:${line}:${name}`,
      mayRepeat: this.unread.mayRepeat,
      ends: this.unread.ends(),
      clock,
      series,
    });
  }

  notices(): string[] {
    const disorder = this.steps.disorder();
    return [
      ...(disorder === null ? [] : [`line ${disorder.line}: ${describeDisorder(disorder, disorder.steps)}`]),
      ...(this.unread === null ? [] : [this.describeUnread(this.unread)]),
      ...(this.zoned === null
        ? []
        : [`times such as ${this.zoned} name a zone: they are read, shown and written as UTC`]),
    ];
  }

  private describeUnread(unread: UnreadTimes): string {
    const name = this.layout.names[unread.column.column];
    const steps = unread.steps();
    if (steps === null)
      return `no column was read as the time, and "${name}" is in no one form of a date, so that the order of the rows is not checked: they must go from the oldest to the newest`;
    const disorder = steps.disorder();
    const place =
      disorder === null || (unread.mayRepeat && disorder.backward === 0)
        ? ''
        : `; line ${disorder.line}: ${describeDisorder(disorder, disorder.steps)}`;
    return `no column was read as the time: that the rows go from the oldest to the newest was checked by "${name}" alone${place}`;
  }

  private at(line: number): string {
    return `${this.source.path}:${line}:${this.layout.names[this.layout.timeColumn]}`;
  }

  private readTime(field: string, line: number, checkFieldCounts: () => void): number {
    let seconds = parseTimestamp(field.trim());
    // A column of plain numbers is a time only when it is named as one.
    if (Number.isNaN(seconds) && this.source.time !== null) seconds = parseEpoch(field.trim());
    if (Number.isNaN(seconds)) {
      checkFieldCounts();
      const at = this.at(line);
      throw new SweepError('CSV_VALUE', `${at}: ${showField(field)} is not a date`, {
        path: at,
        hint: `accepted are ${TIME_FORMS}; seconds or milliseconds since 1970 in a column named as the time`,
      });
    }
    if (this.zoned === null || this.zoneless === null) this.meetZone(field.trim(), line);
    this.steps.add(seconds, line);
    return seconds;
  }

  /** Throws CSV_VALUE where some times of the file name a zone and others do not. */
  private meetZone(field: string, line: number): void {
    if (hasZone(field)) this.zoned ??= field;
    else if (field.length > 10) this.zoneless ??= field;
    if (this.zoned === null || this.zoneless === null) return;
    const at = this.at(line);
    throw new SweepError(
      'CSV_VALUE',
      `${at}: times such as ${this.zoned} name a zone, others such as ${this.zoneless} name none`,
      { path: at, hint: 'write all times in one way: which zone the others are of is not in the file' },
    );
  }
}
