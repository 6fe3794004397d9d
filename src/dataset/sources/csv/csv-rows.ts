// The lines of a CSV file as rows of numbers, in order. Splitting into fields is udsv's work; here stand the checks it
// leaves out (field counts, line numbers), missing values, and errors that name line and column.
import type { CsvPlace, MissingValue, NothingBefore } from '../../../error-facts.js';
import { SweepError } from '../../../errors.js';
import type { CsvSource } from '../../../study/dataset-source.js';
import { faultError, type Notice } from '../../../wording/fault-words.js';
import type { RowBlock } from '../row-source.js';
import { type CsvLayout, rowParser, type TextColumn } from './csv-header.js';
import type { LineBlock } from './csv-lines.js';
import { isMissingText, parseNumber } from './csv-numbers.js';
import { requireFieldCounts } from './field-counts.js';
import { GroupingMarks } from './grouping-marks.js';
import { MissingMarks } from './missing-marks.js';
import { numberHint } from './number-hint.js';
import { RowLines } from './row-lines.js';
import { RowTimes } from './row-times.js';
import { mergeTimes, type TimeSummary } from './time-steps.js';

export interface CsvSummary {
  readonly rows: number;
  readonly time: TimeSummary | null;
  /** Values that were filled, or values in rows that were dropped. */
  readonly missingValues: number;
  readonly droppedRows: number;
  /** Columns that hold no number. */
  readonly textColumns: readonly TextColumn[];
  readonly notices: readonly Notice[];
  /** Where row `row` (0-based) stands, for people: `file.csv:12`. */
  readonly placeOf: (row: number) => string;
}

/** `seconds`: each row's time since 1970 (NaN without a time column); `lines`: where it stands in the file, from 1. */
export interface CsvBlock extends RowBlock {
  readonly seconds: Float64Array;
  readonly lines: Float64Array;
  /** Name of each row's series; null: the file is one series. */
  readonly series: readonly string[] | null;
}

/** What is known of a series so far; a file of one has one. */
interface SeriesState {
  /** The row that is read; until then the one before. */
  readonly values: Float64Array;
  readonly times: RowTimes;
  rows: number;
  /** Whether a value had to be filled that no row of the series stands before. */
  isUnfilled: boolean;
}

export class RowReader {
  private readonly states = new Map<string, SeriesState>();
  private names: string[] = [];
  private block = { values: new Float64Array(), seconds: new Float64Array(), lines: new Float64Array() };
  private count = 0;
  private readonly rowLines = new RowLines();
  private readonly missingMarks: readonly number[];
  private readonly parsePlain: ReturnType<typeof rowParser>;
  private readonly parseQuoted: ReturnType<typeof rowParser>;
  private rows = 0;
  private missingValues = 0;
  private droppedRows = 0;
  private readonly grouping: GroupingMarks;
  private readonly hasValue: boolean[];
  /** The first value to be filled that no row stands before. */
  private unfilled: NothingBefore | null = null;
  private readonly marks: MissingMarks;
  /** Where the first missing value stands that may not be one: all are counted before it is an error. */
  private firstMissing: Omit<MissingValue, 'count'> | null = null;

  constructor(
    private readonly source: CsvSource,
    private readonly layout: CsvLayout,
  ) {
    this.missingMarks = source.missing;
    this.grouping = new GroupingMarks(layout.featureColumns.length);
    this.marks = new MissingMarks(layout.featureColumns.length);
    this.hasValue = layout.featureColumns.map(() => false);
    this.parsePlain = rowParser(layout.delimiter, layout.names.length, false);
    this.parseQuoted = rowParser(layout.delimiter, layout.names.length, true);
  }

  read(block: LineBlock): CsvBlock {
    this.reserve(block.lineCount);
    this.count = 0;
    this.names = [];
    const isQuoted = block.text.includes('"');
    if (isQuoted) this.checkFieldCounts(block);
    let row = 0;
    const parse = isQuoted ? this.parseQuoted : this.parsePlain;
    const { delimiter } = this.layout;
    parse(block.text, (fields) => {
      // A line with too many fields keeps the rest in its last one.
      if (!isQuoted && fields[fields.length - 1]!.includes(delimiter)) this.checkFieldCounts(block);
      this.readRow(fields, block, row++);
    });
    // udsv lets a short line run on into the next one: then there are fewer rows than lines.
    if (row !== block.lineCount) this.checkFieldCounts(block);
    return { ...this.block, count: this.count, series: this.layout.seriesColumn < 0 ? null : this.names };
  }

  private reserve(rows: number): void {
    if (this.block.lines.length >= rows) return;
    this.block = {
      values: new Float64Array(rows * this.layout.featureColumns.length),
      seconds: new Float64Array(rows),
      lines: new Float64Array(rows),
    };
  }

  /** Throws for what shows only when all rows were read. */
  checkWhole(): void {
    this.requireValues();
    for (const { times } of this.states.values()) times.requireOrder();
    this.requireDecimals();
    if (this.rows === 0)
      throw faultError('CSV_MISSING_VALUE', { kind: 'every-row-missing', file: this.source.path });
  }

  summary(): CsvSummary {
    return {
      rows: this.rows,
      time: mergeTimes([...this.states.values()].map(({ times }) => times.summary())),
      missingValues: this.missingValues,
      droppedRows: this.droppedRows,
      textColumns: this.layout.textColumns,
      notices: this.notices(),
      placeOf: (row) => `${this.source.path}:${this.rowLines.lineOf(row)}`,
    };
  }

  /** Throws CSV_MISSING_VALUE when values are missing and nothing says what to do with them, or nothing can be done. */
  private requireValues(): void {
    const empty = this.layout.featureColumns.filter((_, feature) => !this.hasValue[feature]);
    if (empty.length > 0) {
      const columns = empty.map((column) => this.layout.names[column] ?? '');
      throw faultError('CSV_MISSING_VALUE', { kind: 'no-value', file: this.source.path, columns });
    }
    if (this.unfilled !== null) throw faultError('CSV_MISSING_VALUE', this.unfilled);
    if (this.firstMissing === null) return;
    throw faultError('CSV_MISSING_VALUE', { ...this.firstMissing, count: this.missingValues });
  }

  /** Throws CSV_VALUE for a column whose points may group thousands. */
  private requireDecimals(): void {
    const found = this.grouping.found();
    if (found === null) return;
    const { line, field, feature } = found;
    const place = this.placeOf(line, this.layout.featureColumns[feature]!);
    throw faultError('CSV_VALUE', { kind: 'point-of-thousands', ...place, field });
  }

  private notices(): Notice[] {
    const nameOf = (feature: number): string => this.layout.names[this.layout.featureColumns[feature]!] ?? '';
    return [
      ...new Set([...this.states.values()].flatMap(({ times }) => times.notices())),
      ...this.marks.suspected().map(
        ({ feature, value, count, low, high }): Notice => ({
          kind: 'suspected-mark',
          column: nameOf(feature) ?? '',
          value,
          rows: count,
          others: [low, high],
        }),
      ),
    ];
  }

  private readRow(fields: readonly string[], block: LineBlock, row: number): void {
    const { featureColumns, seriesColumn } = this.layout;
    const name = seriesColumn < 0 ? '' : this.nameOf(fields, block, row);
    const state = this.states.get(name) ?? this.meetSeries(name);
    const { values } = state;
    let missing = 0;
    for (let feature = 0; feature < values.length; feature++) {
      const field = fields[featureColumns[feature]!]!;
      const value = parseNumber(field);
      if (Number.isNaN(value) || this.missingMarks.includes(value)) {
        this.meetMissing(field, value, featureColumns[feature]!, block, row, state);
        missing++;
      } else {
        values[feature] = value;
        this.hasValue[feature] = true;
        this.grouping.see(feature, field, block, row);
        this.marks.see(feature, value);
      }
    }
    if (missing > 0) {
      this.missingValues += missing;
      if (this.source.onMissing === 'drop') this.droppedRows++;
      if (this.source.onMissing !== 'forward-fill' || state.isUnfilled) return;
    }
    const line = block.lineOf(row);
    const seconds = state.times.read(fields, line, () => this.checkFieldCounts(block));
    this.block.values.set(values, this.count * values.length);
    this.block.seconds[this.count] = seconds;
    this.block.lines[this.count] = line;
    this.rowLines.append(line);
    if (seriesColumn >= 0) this.names.push(name);
    this.count++;
    this.rows++;
    state.rows++;
  }

  /** Returns when the value may be filled, its row dropped or counted; throws otherwise. `values` still holds the row before. */
  private meetMissing(
    field: string,
    value: number,
    column: number,
    block: LineBlock,
    row: number,
    state: SeriesState,
  ): void {
    const isMark = !Number.isNaN(value);
    const isMissing = isMark || isMissingText(field);
    const { onMissing } = this.source;
    if (isMissing && (onMissing === 'drop' || (onMissing === 'forward-fill' && state.rows > 0))) return;
    if (isMissing && this.firstMissing !== null) return;
    this.checkFieldCounts(block);
    const place = this.placeOf(block.lineOf(row), column);
    if (!isMissing)
      throw faultError('CSV_VALUE', { kind: 'not-a-number', ...place, field, rewrite: numberHint(field) });
    if (onMissing === 'forward-fill') {
      this.unfilled ??= { kind: 'nothing-before', ...place, field };
      state.isUnfilled = true;
      return;
    }
    this.firstMissing = { kind: 'missing-value', ...place, field, marks: isMark ? this.missingMarks : null };
  }

  private meetSeries(name: string): SeriesState {
    const times = new RowTimes(this.source, this.layout, this.layout.seriesColumn < 0 ? null : name);
    const values = new Float64Array(this.layout.featureColumns.length);
    const state: SeriesState = { values, times, rows: 0, isUnfilled: false };
    this.states.set(name, state);
    return state;
  }

  /** Throws CSV_MISSING_VALUE for a row that is of no series. */
  private nameOf(fields: readonly string[], block: LineBlock, row: number): string {
    const name = fields[this.layout.seriesColumn]!.trim();
    if (name !== '') return name;
    this.checkFieldCounts(block);
    const { file, line, column } = this.placeOf(block.lineOf(row), this.layout.seriesColumn);
    const at = `${file}:${line}:${column}`;
    throw new SweepError('CSV_MISSING_VALUE', `${at}: the row names no series`, {
      path: at,
      hint: 'name one in each row of the column that tells series apart, or remove the row',
    });
  }

  private placeOf(line: number, column: number): CsvPlace {
    return { file: this.source.path, line, column: this.layout.names[column] ?? '' };
  }

  private checkFieldCounts(block: LineBlock): void {
    requireFieldCounts(block, this.layout, this.source.path);
  }
}
