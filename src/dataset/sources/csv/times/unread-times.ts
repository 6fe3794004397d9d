// A column that tells the time in a form that is not read as one: of it the rows get no times, but whether they go from the
// oldest to the newest is looked at over the whole file, in each order of month and day that all its fields allow.
import { type CalendarPart, findParts, partSeconds } from './calendar-parts.js';
import {
  DATE_ORDERS,
  hasClock,
  isClock,
  looksLikeDate,
  looseSeconds,
  TIME_NAME,
  tellsDate,
} from './loose-dates.js';
import { isDigitDate, parseEpoch } from './time-stamps.js';
import { TimeSteps } from './time-steps.js';

export type UnreadKind = 'date' | 'digits' | 'epoch' | 'year';

export interface UnreadColumn {
  readonly column: number;
  readonly kind: UnreadKind;
  /** Columns that tell more of it: of a date the times of day, of a year its parts. */
  readonly others: readonly number[];
  /** What the others of a year are. */
  readonly parts: readonly CalendarPart[];
}

const YEAR_NAME = /^(?:year|jahr|yr|ann[ée]e|año)$/i;

const PERIOD_NAME = new RegExp(`${TIME_NAME.source}|quarter|quartal|week|woche|period`, 'i');

/** The column by which the order of the rows can be seen; null: there is none. By fields of the first rows, missing ones left out. */
export function findUnreadTimes(
  names: readonly string[],
  samples: readonly (readonly string[])[],
): UnreadColumn | null {
  const clockColumn = samples.findIndex((fields) => fields.length > 0 && fields.every(isClock));
  const found = names.flatMap((name, column): UnreadColumn[] => {
    const kind = kindOf(samples[column] ?? [], name, column);
    if (kind === null) return [];
    const parts = kind === 'year' ? findParts(names, samples) : [];
    const clock = kind === 'date' && clockColumn >= 0 ? [clockColumn] : [];
    return [{ column, kind, parts, others: [...clock, ...parts.map((part) => part.column)] }];
  });
  return found.find(({ column }) => tellsTime(names[column]!, column)) ?? found[0] ?? null;
}

function tellsTime(name: string, column: number): boolean {
  return column === 0 || TIME_NAME.test(name) || YEAR_NAME.test(name);
}

function kindOf(fields: readonly string[], name: string, column: number): UnreadKind | null {
  if (fields.length < 2) return null;
  if (fields.every((field) => isDigitDate(field.trim()))) return tellsTime(name, column) ? 'digits' : null;
  if (fields.every(looksLikeDate)) return 'date';
  if ((column === 0 || PERIOD_NAME.test(name)) && fields.every(tellsDate)) return 'date';
  // Numbers that only rise or only fall, as those of a clock do; a counter may begin anew, so that its name must speak of time.
  if (TIME_NAME.test(name) && isMonotone(fields.map((field) => parseEpoch(field.trim())))) return 'epoch';
  if (YEAR_NAME.test(name) && fields.every((field) => /^\s*(?:1[5-9]|20|21)\d\d\s*$/.test(field)))
    return 'year';
  return null;
}

/** Whether all are numbers that rise from row to row, or all that fall. */
export function isMonotone(values: readonly number[]): boolean {
  const [first = Number.NaN, second = Number.NaN] = values;
  const sign = Math.sign(second - first);
  return (
    sign !== 0 &&
    values.every((value, row) => !Number.isNaN(value) && (row === 0 || (value - values[row - 1]!) * sign > 0))
  );
}

interface Reading {
  readonly secondsOf: (text: string, fields: readonly string[]) => number;
  readonly steps: TimeSteps;
  isPossible: boolean;
}

export class UnreadTimes {
  private readonly readings: readonly Reading[];
  private first = '';
  private last = '';
  private rows = 0;
  private firstLine = 0;

  constructor(readonly column: UnreadColumn) {
    const readings: Readonly<Record<UnreadKind, readonly Reading['secondsOf'][]>> = {
      date: DATE_ORDERS.map((order) => (text) => looseSeconds(text, order)),
      digits: [(text) => looseSeconds(text, 'month first')],
      epoch: [(text) => parseEpoch(text)],
      year: [(_, fields) => partSeconds(fields, column.parts)],
    };
    this.readings = readings[column.kind].map((secondsOf) => ({
      secondsOf,
      steps: new TimeSteps(),
      isPossible: true,
    }));
  }

  /** `fields`: of the column and its others. */
  see(fields: readonly string[], line: number): void {
    const text = fields.map((field) => field.trim()).join(' ');
    if (this.rows++ === 0) {
      this.first = text;
      this.firstLine = line;
    }
    this.last = text;
    for (const reading of this.readings) {
      if (!reading.isPossible) continue;
      const seconds = reading.secondsOf(text, fields);
      if (Number.isNaN(seconds)) reading.isPossible = false;
      else reading.steps.add(seconds, line);
    }
  }

  /** Whether all fields could be compared. */
  get isKnown(): boolean {
    return this.readings.some(({ isPossible }) => isPossible);
  }

  /**
   * The steps of the reading that speaks best for the file, the one with the fewest rows out of order; null when no reading
   * holds for all rows.
   */
  steps(): TimeSteps | null {
    const disorderOf = ({ steps }: Reading): number => steps.disorder()?.steps ?? 0;
    const possible = this.readings.filter(({ isPossible }) => isPossible);
    possible.sort((left, right) => disorderOf(left) - disorderOf(right));
    return possible[0]?.steps ?? null;
  }

  /** Days, months and years that come more than once say nothing of rows within them. */
  get mayRepeat(): boolean {
    const { kind } = this.column;
    return (
      kind === 'year' ||
      (kind === 'date' && !hasClock(this.last)) ||
      (kind === 'digits' && this.last.length === 8)
    );
  }

  ends(): { readonly first: string; readonly last: string; readonly firstLine: number } {
    const { first, last, firstLine } = this;
    return { first, last, firstLine };
  }
}
