// Reads a CSV file as rows of numbers, in order, in bounded memory. Splitting into fields is udsv's work; here stand the
// checks it leaves out (field counts, line numbers), missing values, time stamps, and errors that name line and column.
import type { CsvPlace, MissingValue, NothingBefore } from '../../error-facts.js';
import { SweepError } from '../../errors.js';
import type { CsvSource } from '../../study/dataset-source.js';
import { faultError, type Notice } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import { showField } from '../../wording/show-field.js';
import {
  type CsvLayout,
  checkQuotes,
  chooseColumns,
  countUnquoted,
  readHeader,
  rowParser,
  type TextColumn,
} from './csv-header.js';
import { type LineBlock, withoutBlankLines, withoutFirstLine } from './csv-lines.js';
import { isMissingText, parseNumber } from './csv-numbers.js';
import { readTextBlocks } from './csv-text.js';
import { GroupingMarks } from './grouping-marks.js';
import { MissingMarks } from './missing-marks.js';
import { numberHint } from './number-hint.js';
import { describeDisorder, requireOrder } from './row-order.js';
import { hasZone, parseEpoch, parseTimestamp, TIME_FORMS } from './time-stamps.js';
import { TimeSteps, type TimeSummary } from './time-steps.js';
import { UnreadTimes } from './unread-times.js';

/** How many rows decide which columns hold text. */
const PROBED_ROWS = 100;

export interface CsvHooks {
  /** Once, before the first row: names of the feature columns. */
  onColumns(names: readonly string[]): void;
  /**
   * Each row's values in the order of the columns, and its time in seconds since 1970 (NaN without a time column); the
   * array is used again for the next row. `line`: 1-based, in the file.
   */
  onRow(values: Float64Array, seconds: number, line: number): void;
  /** The raw bytes of the file, in order. */
  onBytes(bytes: Buffer): void;
}

export interface CsvSummary {
  readonly rows: number;
  readonly time: TimeSummary | null;
  /** Values that were filled, or values in rows that were dropped. */
  readonly missingValues: number;
  readonly droppedRows: number;
  /** Columns that hold no number. */
  readonly textColumns: readonly TextColumn[];
  readonly notices: readonly Notice[];
}

/**
 * Streams the file through `hooks`. O(bytes) time, memory independent of the file's length.
 * Throws CSV_SYNTAX, CSV_VALUE, CSV_MISSING_VALUE, SPEC_INVALID with `file:line:column`.
 */
export async function readCsv(source: CsvSource, hooks: CsvHooks): Promise<CsvSummary> {
  const notices: Notice[] = [];
  const blocks = readTextBlocks({
    path: source.path,
    onBytes: hooks.onBytes,
    onLatin1: () => notices.push(`${source.path} is not UTF-8: read as Latin-1`),
  });
  let header: { delimiter: string; names: string[] } | null = null;
  let rows: RowReader | null = null;
  for await (const found of blocks) {
    let block: LineBlock = withoutBlankLines(found);
    if (block.text === '') continue;
    if (header === null) {
      const end = block.text.indexOf('\n');
      header = readHeader(block.text.slice(0, end), source.path, block.lineOf(0));
      block = withoutFirstLine(block, end + 1);
      if (block.text === '') continue;
    }
    if (rows === null) {
      requireFieldCounts(firstLines(block), header, source.path);
      const layout = chooseColumns(source, header, firstRows(block, header));
      notices.push(...layout.notices);
      hooks.onColumns(layout.featureColumns.map((column) => layout.names[column] ?? ''));
      rows = new RowReader(source, layout, hooks);
    }
    rows.read(block);
  }
  if (header === null || rows === null) {
    const what = header === null ? 'is empty' : 'has a header but no rows';
    throw new SweepError('CSV_SYNTAX', `${source.path} ${what}`, {
      path: `${source.path}:1`,
      hint: 'the first line names the columns, each further line is one row',
    });
  }
  rows.requireValues();
  rows.requireOrder();
  rows.requireDecimals();
  const summary = rows.summary();
  if (summary.rows === 0) {
    throw faultError('CSV_MISSING_VALUE', { kind: 'every-row-missing', file: source.path });
  }
  return { ...summary, notices: [...notices, ...rows.notices()] };
}

/** The lines that decide which columns hold what. */
function firstLines({ text, lineCount, lineOf }: LineBlock): LineBlock {
  const lines = text.split('\n', Math.min(PROBED_ROWS, lineCount));
  return { text: `${lines.join('\n')}\n`, lineCount: lines.length, lineOf };
}

function firstRows(block: LineBlock, header: Header): string[][] {
  const { text } = firstLines(block);
  const rows: string[][] = [];
  rowParser(header.delimiter, header.names.length, text.includes('"'))(text, (fields) => rows.push(fields));
  return rows;
}

type Header = Pick<CsvLayout, 'delimiter' | 'names'>;

/** Throws CSV_SYNTAX for the first line of the block that has not one field for each column. */
function requireFieldCounts(block: LineBlock, { delimiter, names }: Header, path: string): void {
  const columns = names.length;
  let index = 0;
  for (let from = 0; from < block.text.length; index++) {
    const to = block.text.indexOf('\n', from);
    const line = block.text.slice(from, to);
    from = to + 1;
    const at = `${path}:${block.lineOf(index)}`;
    checkQuotes(line, at);
    const fields = countUnquoted(line, delimiter) + 1;
    if (fields === columns) continue;
    throw new SweepError(
      'CSV_SYNTAX',
      `${at}: ${countOf(fields, 'field')}, the header has ${countOf(columns, 'column')}`,
      {
        path: at,
        hint: line.trimEnd().endsWith(delimiter)
          ? 'the line ends with a delimiter: take it away, or name one more column in the first line'
          : 'a row has one field for each column; a field that holds the delimiter is written in quotes, and the first line of the file names the columns',
      },
    );
  }
}

class RowReader {
  private readonly values: Float64Array;
  private readonly missingMarks: readonly number[];
  private readonly parsePlain: ReturnType<typeof rowParser>;
  private readonly parseQuoted: ReturnType<typeof rowParser>;
  private readonly steps = new TimeSteps();
  private rows = 0;
  private missingValues = 0;
  private droppedRows = 0;
  private readonly grouping: GroupingMarks;
  private readonly hasValue: boolean[];
  /** The first value to be filled that no row stands before. */
  private unfilled: NothingBefore | null = null;
  private readonly marks: MissingMarks;
  private readonly unread: UnreadTimes | null;
  private zoned: string | null = null;
  private zoneless: string | null = null;
  /** Where the first missing value stands that may not be one: all are counted before it is an error. */
  private firstMissing: Omit<MissingValue, 'count'> | null = null;

  constructor(
    private readonly source: CsvSource,
    private readonly layout: CsvLayout,
    private readonly hooks: CsvHooks,
  ) {
    this.values = new Float64Array(layout.featureColumns.length);
    this.missingMarks = source.missing;
    this.grouping = new GroupingMarks(layout.featureColumns.length);
    this.marks = new MissingMarks(layout.featureColumns.length);
    this.hasValue = layout.featureColumns.map(() => false);
    this.unread = layout.unread === null ? null : new UnreadTimes(layout.unread);
    this.parsePlain = rowParser(layout.delimiter, layout.names.length, false);
    this.parseQuoted = rowParser(layout.delimiter, layout.names.length, true);
  }

  read(block: LineBlock): void {
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
  }

  summary(): Omit<CsvSummary, 'notices'> {
    return {
      rows: this.rows,
      time: this.layout.timeColumn < 0 ? null : this.steps.summary(),
      missingValues: this.missingValues,
      droppedRows: this.droppedRows,
      textColumns: this.layout.textColumns,
    };
  }

  /** Throws CSV_MISSING_VALUE when values are missing and nothing says what to do with them, or nothing can be done. */
  requireValues(): void {
    const empty = this.layout.featureColumns.filter((_, feature) => !this.hasValue[feature]);
    if (empty.length > 0) {
      const columns = empty.map((column) => this.layout.names[column] ?? '');
      throw faultError('CSV_MISSING_VALUE', { kind: 'no-value', file: this.source.path, columns });
    }
    if (this.unfilled !== null) throw faultError('CSV_MISSING_VALUE', this.unfilled);
    if (this.firstMissing === null) return;
    throw faultError('CSV_MISSING_VALUE', { ...this.firstMissing, count: this.missingValues });
  }

  /** Throws CSV_VALUE when the rows do not follow each other in time. */
  requireOrder(): void {
    const { clock, names } = this.layout;
    requireOrder(this.steps, { at: (line) => this.timeAt(line), mayRepeat: false, ends: null, clock });
    const steps = this.unread?.steps() ?? null;
    if (this.unread === null || steps === null) return;
    const name = names[this.unread.column.column];
    requireOrder(steps, {
      at: (line) => `${this.source.path}:${line}:${name}`,
      mayRepeat: this.unread.mayRepeat,
      ends: this.unread.ends(),
      clock,
    });
  }

  /** Throws CSV_VALUE for a column whose points may group thousands. */
  requireDecimals(): void {
    const found = this.grouping.found();
    if (found === null) return;
    const { line, field, feature } = found;
    const place = this.placeOf(line, this.layout.featureColumns[feature]!);
    throw faultError('CSV_VALUE', { kind: 'point-of-thousands', ...place, field });
  }

  notices(): Notice[] {
    const disorder = this.steps.disorder();
    const nameOf = (feature: number): string => this.layout.names[this.layout.featureColumns[feature]!] ?? '';
    return [
      ...(disorder === null ? [] : [`line ${disorder.line}: ${describeDisorder(disorder, disorder.steps)}`]),
      ...(this.unread === null ? [] : [this.describeUnread(this.unread)]),
      ...(this.zoned === null
        ? []
        : [`times such as ${this.zoned} name a zone: they are read, shown and written as UTC`]),
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

  private timeAt(line: number): string {
    return `${this.source.path}:${line}:${this.layout.names[this.layout.timeColumn]}`;
  }

  private readRow(fields: readonly string[], block: LineBlock, row: number): void {
    const { featureColumns, timeColumn } = this.layout;
    const { values } = this;
    let missing = 0;
    for (let feature = 0; feature < values.length; feature++) {
      const field = fields[featureColumns[feature]!]!;
      const value = parseNumber(field);
      if (Number.isNaN(value) || this.missingMarks.includes(value)) {
        this.meetMissing(field, value, featureColumns[feature]!, block, row);
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
      if (this.source.onMissing !== 'forward-fill' || this.unfilled !== null) return;
    }
    this.unread?.see(fields, block.lineOf(row));
    const seconds = timeColumn < 0 ? Number.NaN : this.readTime(fields[timeColumn]!, block, row);
    this.rows++;
    this.hooks.onRow(values, seconds, block.lineOf(row));
  }

  /** Returns when the value may be filled, its row dropped or counted; throws otherwise. `values` still holds the row before. */
  private meetMissing(field: string, value: number, column: number, block: LineBlock, row: number): void {
    const isMark = !Number.isNaN(value);
    const isMissing = isMark || isMissingText(field);
    const { onMissing } = this.source;
    if (isMissing && (onMissing === 'drop' || (onMissing === 'forward-fill' && this.rows > 0))) return;
    if (isMissing && this.firstMissing !== null) return;
    this.checkFieldCounts(block);
    const place = this.placeOf(block.lineOf(row), column);
    if (!isMissing)
      throw faultError('CSV_VALUE', { kind: 'not-a-number', ...place, field, rewrite: numberHint(field) });
    if (onMissing === 'forward-fill') {
      this.unfilled ??= { kind: 'nothing-before', ...place, field };
      return;
    }
    this.firstMissing = { kind: 'missing-value', ...place, field, marks: isMark ? this.missingMarks : null };
  }

  private placeOf(line: number, column: number): CsvPlace {
    return { file: this.source.path, line, column: this.layout.names[column] ?? '' };
  }

  private readTime(field: string, block: LineBlock, row: number): number {
    const line = block.lineOf(row);
    let seconds = parseTimestamp(field.trim());
    // A column of plain numbers is a time only when it is named as one.
    if (Number.isNaN(seconds) && this.source.time !== null) seconds = parseEpoch(field.trim());
    if (Number.isNaN(seconds)) {
      this.checkFieldCounts(block);
      const at = this.timeAt(line);
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
    const at = this.timeAt(line);
    throw new SweepError(
      'CSV_VALUE',
      `${at}: times such as ${this.zoned} name a zone, others such as ${this.zoneless} name none`,
      { path: at, hint: 'write all times in one way: which zone the others are of is not in the file' },
    );
  }

  private checkFieldCounts(block: LineBlock): void {
    requireFieldCounts(block, this.layout, this.source.path);
  }
}
