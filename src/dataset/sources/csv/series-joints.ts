// Several series one below the other whose times do not overlap, so that the order of rows tells nothing: a column that is no
// feature, or a number of a station, stays the same for long, never comes back, and changes where the time or a value jumps.
import { SweepError } from '../../../errors.js';
import { settingWords } from '../table/dialect.js';
import { quoted, quotedName } from '../table/duck.js';
import type { Table, TablePlace, TextRun } from '../table/table.js';
import type { CsvBlock } from './csv-block.js';
import type { CsvLayout } from './csv-header.js';
import { isCalendarText } from './times/calendar-text.js';
import { formatTimestamp } from './times/time-stamps.js';

/** More runs than this are no series that somebody reads one by one. */
const MOST_RUNS = 2000;
/** Shorter ones are not "long": rows, on the average of all runs. */
const LEAST_ROWS = 3;
/** A difference to the row before that is so many times the largest within the runs is a jump. */
const JUMP = 3;
/** Numbers that are a name. */
const ID_NAME =
  /(?:^|[ _-])(?:id|site|station|store|shop|series|sensor|device|unit|item|sku|location|region|customer|meter|household|machine|engine|patient|subject|group|stations?_id)$/i;

/** Texts by such a name tell series apart even where nothing but the time jumps: a plant that stood still keeps its site. */
const SERIES_NAME =
  /(?:^|[ _-])(?:name|ticker|symbol|asset|product|brand|city|country|state|province|zone|plant|building|house|node)$/i;

interface Joint extends TextRun {
  /** To a run that was left: the order of time takes turns. */
  readonly isReturn: boolean;
  readonly before: string;
  readonly seconds: number;
  readonly secondsBefore: number;
  readonly values: Float64Array;
  readonly valuesBefore: Float64Array;
}

/** Of columns that may tell series apart, the runs of each; those with one run, whose texts come back, or say when, left out. */
export async function findRuns(
  table: Table,
  layout: CsvLayout,
  isNamed: boolean,
): Promise<{ readonly column: number; readonly runs: readonly TextRun[] }[]> {
  const texts = layout.textColumns.map(({ name }) => layout.names.indexOf(name));
  const ids = isNamed ? [] : idColumns(table, layout);
  const found: { column: number; runs: readonly TextRun[] }[] = [];
  for (const column of [...texts, ...ids]) {
    const fields = table.sample.map((row) => row[column] ?? '');
    if (!areLong(runsOf(fields), fields.length)) continue;
    const runs = await table.runs(column, MOST_RUNS);
    if (runs === null || runs.length < 2 || !isNew(runs)) continue;
    if (!ids.includes(column) && runs.every(({ text }) => isCalendarText(text))) continue;
    found.push({ column, runs });
  }
  return found;
}

/** Features that are numbers of something. */
export function idColumns({ sample }: Table, { names, featureColumns }: CsvLayout): number[] {
  return featureColumns.filter(
    (column) => ID_NAME.test(names[column]!) && sample.every((row) => /^\s*\d+\s*$/.test(row[column] ?? '')),
  );
}

function runsOf(fields: readonly string[]): TextRun[] {
  return fields.flatMap((text, row) => (row > 0 && fields[row - 1] === text ? [] : [{ row, text }]));
}

function areLong(runs: readonly TextRun[], rows: number): boolean {
  return isNew(runs) && rows / runs.length >= LEAST_ROWS;
}

/** Whether no text comes back once it was left. */
function isNew(runs: readonly TextRun[]): boolean {
  return new Set(runs.map(({ text }) => text)).size === runs.length;
}

/** Looks at the rows where one column changes. */
export class SeriesJoints {
  private run = 0;
  private readonly met = new Set<number>();
  private rows = 0;
  private seconds = Number.NaN;
  private readonly values: Float64Array;
  private largestStep = 0;
  private readonly largest: Float64Array;
  private readonly joints: Joint[] = [];

  constructor(
    private readonly column: number,
    private readonly runs: readonly TextRun[],
    private readonly layout: Pick<CsvLayout, 'featureColumns' | 'names'>,
  ) {
    this.values = new Float64Array(layout.featureColumns.length);
    this.largest = new Float64Array(layout.featureColumns.length);
  }

  see({ values, seconds, rows, count }: CsvBlock): void {
    const features = this.values.length;
    for (let index = 0; index < count; index++) {
      const own = values.subarray(index * features, (index + 1) * features);
      if (this.rows++ > 0) this.compare(own, seconds[index]!, rows[index]!);
      else this.enter(this.runOf(rows[index]!));
      this.values.set(own);
      this.seconds = seconds[index]!;
    }
  }

  private enter(run: number): void {
    this.run = run;
    this.met.add(run);
  }

  private compare(values: Float64Array, seconds: number, row: number): void {
    const run = this.runOf(row);
    if (run !== this.run) {
      const { text } = this.runs[run]!;
      const before = this.runs[this.run]!.text;
      const [secondsBefore, valuesBefore] = [this.seconds, this.values.slice()];
      const isReturn = this.met.has(run);
      const joint = {
        row,
        text,
        before,
        isReturn,
        seconds,
        secondsBefore,
        values: values.slice(),
        valuesBefore,
      };
      // Rows that take turns have many.
      if (this.joints.length < this.runs.length) this.joints.push(joint);
      this.enter(run);
      return;
    }
    const step = seconds - this.seconds;
    if (step > this.largestStep) this.largestStep = step;
    for (const [feature, value] of values.entries()) {
      const difference = Math.abs(value - this.values[feature]!);
      if (difference > this.largest[feature]!) this.largest[feature] = difference;
    }
  }

  /** Sorted rows may come back to one. */
  private runOf(row: number): number {
    const { runs } = this;
    const isIn = (run: number): boolean => row >= runs[run]!.row && row < (runs[run + 1]?.row ?? Infinity);
    return isIn(this.run) ? this.run : runs.findLastIndex((run) => run.row <= row);
  }

  /** The refusal of a table that is several series, or what to say of one that may be; null: nothing. */
  finding(placeOf: (row: number) => TablePlace, isNamed: boolean): SweepError | string | null {
    const [first] = this.joints;
    if (first === undefined || this.rows / this.runs.length < LEAST_ROWS) return null;
    const name = this.layout.names[this.column]!;
    const isSeriesName = ID_NAME.test(name) || SERIES_NAME.test(name);
    const begins = (joint: Joint): boolean =>
      joint.isReturn || this.valueJump(joint) !== null || (isSeriesName && this.timeJump(joint) !== null);
    const beginning = isNamed ? undefined : this.joints.find(begins);
    const joint = beginning ?? this.joints.find((one) => this.jumpAt(one) !== null) ?? first;
    const jump = this.jumpAt(joint);
    const { file, line } = placeOf(joint.row);
    const [text, before] = [joint.text, joint.before].map((one) => JSON.stringify(one.trim()));
    const change = `${JSON.stringify(name)} is ${before} in the rows before and ${text} from here on${jump === null ? '' : `, and ${jump}`}`;
    const where = `${/^[a-z_]\w*$/i.test(name) ? name : quotedName(name)} = ${quoted(joint.before)}`;
    const apart = `${settingWords('series', name)} tells them apart, ${settingWords('where', where)} takes one`;
    if (beginning === undefined) return `line ${line}: ${change}: if these are several series, ${apart}`;
    const at = `${file}:${line}:${name}`;
    return new SweepError('CSV_VALUE', `${at}: ${change}, as where another series begins`, {
      path: at,
      hint: `of several series in one table, ${apart}; of one series, name the columns to be read in "columns"`,
    });
  }

  /** What jumps from the row before; null: nothing. */
  private jumpAt(joint: Joint): string | null {
    if (joint.isReturn) return 'by time their rows take turns';
    return this.timeJump(joint) ?? this.valueJump(joint);
  }

  private timeJump({ seconds, secondsBefore }: Joint): string | null {
    if (this.largestStep <= 0 || !(seconds - secondsBefore > this.largestStep)) return null;
    return `the time jumps from ${formatTimestamp(secondsBefore)} to ${formatTimestamp(seconds)}`;
  }

  private valueJump({ values, valuesBefore }: Joint): string | null {
    const { featureColumns, names } = this.layout;
    const feature = featureColumns.findIndex(
      (column, place) =>
        column !== this.column &&
        this.largest[place]! > 0 &&
        Math.abs(values[place]! - valuesBefore[place]!) > JUMP * this.largest[place]!,
    );
    if (feature < 0) return null;
    return `${JSON.stringify(names[featureColumns[feature]!])} jumps from ${valuesBefore[feature]} to ${values[feature]}`;
  }
}
