// The columns of the calendar beside those of a table, while its rows come by.
import { SweepError } from '../../errors.js';
import { calendarColumns } from '../../study/calendar-fields.js';
import { type CalendarSpec, openCalendar } from './calendar.js';

export function withCalendar(columns: readonly string[], of: readonly string[]): string[] {
  const made = calendarColumns(of);
  const twice = made.find((name) => columns.includes(name));
  if (twice === undefined) return [...columns, ...made];
  throw new SweepError('SPEC_INVALID', `the calendar makes a column "${twice}", and the table has one`, {
    path: 'dataset.calendar',
    hint: 'name the columns that a model reads in "columns" of the source, without that one',
  });
}

/** Gives rows with the columns of the calendar after their own. */
export async function openWidener(
  spec: CalendarSpec | null,
): Promise<
  (values: Float64Array, count: number, seconds: Float64Array | undefined, features: number) => Float64Array
> {
  if (spec === null) return (values) => values;
  const calendar = await openCalendar(spec);
  const made = calendarColumns(spec.of).length;
  let wide = new Float64Array(0);
  return (values, count, seconds, features) => {
    if (wide.length < count * features) wide = new Float64Array(count * features);
    const read = features - made;
    for (let row = 0; row < count; row++) {
      wide.set(values.subarray(row * read, (row + 1) * read), row * features);
      calendar.write(seconds?.[row] ?? Number.NaN, wide, row * features + read);
    }
    return wide;
  };
}

/** What cannot do without the time of each row, as a field of the sweep file and in words. */
export type TimedBy = readonly [path: string, what: string];

/** Throws SPEC_INVALID where a row has no time. */
export function requireTimes(seconds: Float64Array | undefined, count: number, [path, what]: TimedBy): void {
  const isKnown = seconds !== undefined && !seconds.subarray(0, count).some(Number.isNaN);
  if (isKnown) return;
  throw new SweepError(
    'SPEC_INVALID',
    `${what} needs the time of each row, and the table has no column of times`,
    {
      path,
      hint: 'name it in the source: {"csv": "load.csv", "time": "date"}',
    },
  );
}
