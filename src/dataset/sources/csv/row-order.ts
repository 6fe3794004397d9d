// Whether the rows of a file go from the oldest to the newest: a few that do not are noted, more are refused.
import { SweepError } from '../../../errors.js';
import { settingWords } from '../table/dialect.js';
import type { ClockColumn } from './times/clock-column.js';
import type { DisorderPlace, TimeSteps } from './times/time-steps.js';

/**
 * A few rows out of order are noted: real loggers repeat a row now and then, and local clocks go back an hour in autumn.
 * Beyond this share of the steps the rows are not in the order of time.
 */
const MOST_DISORDER = 0.01;
/** One or two such steps may be a greater share: of a file that is short. */
const FEW_STEPS = 2;
const MOST_OF_FEW = 0.05;
/** Beyond this share the rows go back: from the newest to the oldest. */
const MOST_BACKWARD = 0.5;

export interface OrderedColumn {
  /** `file:line:column`. */
  readonly at: (line: number) => string;
  /** Equal times say nothing, such as days of hourly rows. */
  readonly mayRepeat: boolean;
  /** First and last time as the file has them, and the line of the first; null: they are those of the steps. */
  readonly ends: { readonly first: string; readonly last: string; readonly firstLine: number } | null;
  /** A column of times of day beside it, by which equal dates may be told apart; null: there is none. */
  readonly clock: ClockColumn | null;
  readonly name: string;
  /** Whose rows these are, of several series in the table; null: the table is one. */
  readonly series: string | null;
}

const APART = 'of several series in one table, name the column that tells them apart: "series": "store"';
const FURTHER = 'where two columns tell series apart together, name both: "series": ["store", "product"]';

/** Throws CSV_VALUE when the rows do not follow each other in time. */
export function requireOrder(steps: TimeSteps, column: OrderedColumn): void {
  const { at, mayRepeat, ends, clock, name, series } = column;
  const refuse = (where: string, what: string, hint: string): SweepError =>
    refusal(where, series === null ? what : `of ${JSON.stringify(series)}, ${what}`, hint);
  const apart = `; ${series === null ? APART : FURTHER}`;
  const disorder = steps.disorder();
  if (disorder === null) return;
  const count = mayRepeat ? disorder.backward : disorder.steps;
  if (disorder.backward > 0 && (!steps.rises || steps.shareOf(disorder.backward) > MOST_BACKWARD)) {
    const { first, last, firstLine } = ends ?? { ...steps.ends(), firstLine: disorder.line };
    throw refuse(
      at(firstLine),
      `${ends === null ? `${describeDisorder(disorder, count)}: ` : ''}the rows go from the newest to the oldest: ${JSON.stringify(first)} comes before ${JSON.stringify(last)}`,
      `sort the rows by time, the oldest first, or let it be done by "order": "sort"${steps.rises ? apart : ''}`,
    );
  }
  const returned = steps.returned();
  if (returned !== null) {
    throw refuse(
      at(returned.line),
      `${returned.time} goes back over much of the series (the row before is ${returned.before}), as where another series begins`,
      series === null
        ? `${APART}, or take one by a condition, such as "where": "store = 7"`
        : `${FURTHER}; or sort the rows of each series by time ("order": "sort")`,
    );
  }
  const share = steps.shareOf(count);
  if (share > (count <= FEW_STEPS ? MOST_OF_FEW : MOST_DISORDER)) {
    throw refuse(
      at(disorder.line),
      describeDisorder(disorder, count),
      clock !== null && disorder.backward === 0
        ? `write date and time into one column: the time of day stands in "${clock.name}"; or join them by ${settingWords('time', [name, clock.name])}${clock.format === null ? '' : `, ${settingWords('timeFormat', clock.format)}`}`
        : `sort the rows by time, the oldest first (or let it be done by "order": "sort"), and keep one of those with the same time${apart}`,
    );
  }
  const turned = steps.turned();
  if (turned !== null) {
    throw refuse(
      at(turned.line),
      `${turned.time} is earlier than the row before (${turned.before}), and the rows after it go back further`,
      `sort the rows by time, the oldest first (or let it be done by "order": "sort")${apart}`,
    );
  }
}

export function describeDisorder({ time, before }: DisorderPlace, count: number): string {
  const further = count === 1 ? '' : `, nor are ${count - 1} further ones`;
  return `${time} is not later than the time of the row before (${before})${further}`;
}

function refusal(at: string, what: string, hint: string): SweepError {
  return new SweepError('CSV_VALUE', `${at}: ${what}`, { path: at, hint });
}
