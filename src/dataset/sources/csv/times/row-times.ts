// The times of a table's rows: read by their form, or seen in a column that was not read; that they go forwards, and how far
// they are apart. Rows are counted by their place in the table; lines are told when all were read.
import { SweepError } from '../../../../errors.js';
import { showField } from '../../../../wording/show-field.js';
import type { TablePlace } from '../../table/table.js';
import type { CsvLayout } from '../csv-header.js';
import { RowFault } from '../row-fault.js';
import { describeDisorder, requireOrder } from '../row-order.js';
import { RepeatedHour } from './repeated-hour.js';
import { joinTime, type TimeForm } from './time-form.js';
import { hasZone } from './time-stamps.js';
import { TimeSteps, type TimeSummary } from './time-steps.js';
import { UnreadTimes } from './unread-times.js';

export type PlaceOf = (row: number) => TablePlace;

export class RowTimes {
  private readonly steps = new TimeSteps();
  private readonly unread: UnreadTimes | null;
  private readonly repeated: RepeatedHour | null;
  private zoned: string | null = null;
  private zoneless: string | null = null;

  constructor(
    private readonly layout: Pick<CsvLayout, 'clock' | 'names' | 'timeColumns' | 'unread'>,
    private readonly form: TimeForm,
    private readonly isSorted: boolean,
    /** Of several in the table, the one whose rows these are; null: there is one. */
    private readonly series: string | null,
  ) {
    this.repeated = form.localOf === null ? null : new RepeatedHour(form.localOf);
    this.unread = layout.unread === null ? null : new UnreadTimes(layout.unread);
    if ((form.projection?.formats.length ?? 0) > 0) this.meetZone(form.example, 0);
  }

  /** Columns whose texts `see` wants. */
  get texts(): readonly number[] {
    if (this.unread === null) return [];
    const { column, others } = this.unread.column;
    return [column, ...others];
  }

  /** The row's fields of those columns, the first ones of the texts that were asked for. */
  see(texts: readonly (readonly (string | null)[])[], index: number, row: number): void {
    if (this.unread === null) return;
    const { others } = this.unread.column;
    this.unread.see(
      [-1, ...others].map((_, at) => texts[at]?.[index] ?? ''),
      row,
    );
  }

  /** A row's seconds since 1970, as DuckDB read them: what they are beside those of the row before. */
  add(seconds: number, row: number): number {
    const settled = this.repeated?.settle(seconds) ?? seconds;
    this.steps.add(settled, row);
    return settled;
  }

  /** Seconds since 1970 of fields that DuckDB did not read. Throws a fault for what is no time. */
  read(fields: readonly (string | null)[], row: number): number {
    const field = joinTime(fields.map((one) => one ?? ''));
    // What DuckDB did not read it did not sort either.
    const seconds = this.isSorted ? Number.NaN : this.form.parse(field);
    if (Number.isNaN(seconds)) throw this.fault(row, `${showField(field)} is not a date`, this.form.accepted);
    this.meetZone(field, row);
    return this.add(seconds, row);
  }

  /** A row that is left out: it may be the first one of an hour that the clock shows twice. */
  pass(seconds: number, fields: readonly (string | null)[]): void {
    if (this.repeated === null) return;
    const known = Number.isNaN(seconds) ? this.form.parse(joinTime(fields.map((one) => one ?? ''))) : seconds;
    if (!Number.isNaN(known)) this.repeated.settle(known);
  }

  /** null without a time column. */
  summary(placeOf: PlaceOf): TimeSummary | null {
    if (this.layout.timeColumns.length === 0) return null;
    return this.steps.summary((row) => placeOf(row).line);
  }

  /** Throws CSV_VALUE when the rows do not follow each other in time. */
  requireOrder(placeOf: PlaceOf): void {
    const { clock, names } = this.layout;
    const { series } = this;
    const at =
      (name: string) =>
      (row: number): string => {
        const { file, line } = placeOf(row);
        return `${file}:${line}:${name}`;
      };
    requireOrder(this.steps, {
      at: at(this.name),
      mayRepeat: false,
      ends: null,
      clock,
      name: this.name,
      series,
    });
    const steps = this.unread?.steps() ?? null;
    if (this.unread === null || steps === null) return;
    const name = names[this.unread.column.column] ?? '';
    const { mayRepeat } = this.unread;
    requireOrder(steps, { at: at(name), mayRepeat, ends: this.unread.ends(), clock, name, series });
  }

  notices(placeOf: PlaceOf): string[] {
    const disorder = this.steps.disorder();
    return [
      ...(disorder === null
        ? []
        : [`line ${placeOf(disorder.line).line}: ${describeDisorder(disorder, disorder.steps)}`]),
      ...(this.unread === null ? [] : [this.describeUnread(this.unread, placeOf)]),
      ...(this.zoned === null
        ? []
        : [`times such as ${this.zoned} name a zone: they are read, shown and written as UTC`]),
    ];
  }

  private get name(): string {
    return this.layout.timeColumns.map((column) => this.layout.names[column]).join(' ');
  }

  private describeUnread(unread: UnreadTimes, placeOf: PlaceOf): string {
    const { names } = this.layout;
    const { column, parts } = unread.column;
    const name = names[column];
    const steps = unread.steps();
    if (steps === null)
      return `no column was read as the time, and "${name}" is in no one form of a date, so that the order of the rows is not checked: they must go from the oldest to the newest`;
    const disorder = steps.disorder();
    if (!steps.rises && (disorder?.backward ?? 0) === 0)
      return `no column was read as the time, and "${name}" is the same in all rows, so that their order is not checked: they must go from the oldest to the newest`;
    const by = [column, ...parts.map((part) => part.column)].map((one) => `"${names[one]}"`).join(', ');
    const place =
      disorder === null || (unread.mayRepeat && disorder.backward === 0)
        ? ''
        : `; line ${placeOf(disorder.line).line}: ${describeDisorder(disorder, disorder.steps)}`;
    return `no column was read as the time: that the rows go from the oldest to the newest was checked by ${by} alone${place}`;
  }

  private fault(row: number, what: string, hint: string): RowFault {
    return new RowFault(row, ({ file, line }) => {
      const at = `${file}:${line}:${this.name}`;
      return new SweepError('CSV_VALUE', `${at}: ${what}`, { path: at, hint });
    });
  }

  /** Throws a fault where some times of the file name a zone and others do not. */
  private meetZone(field: string, row: number): void {
    if (this.zoned !== null && this.zoneless !== null) return;
    if (hasZone(field)) this.zoned ??= field;
    else if (field.length > 10) this.zoneless ??= field;
    if (this.zoned === null || this.zoneless === null) return;
    throw this.fault(
      row,
      `times such as ${this.zoned} name a zone, others such as ${this.zoneless} name none`,
      'write all times in one way: which zone the others are of is not in the file',
    );
  }
}
