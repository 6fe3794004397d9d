// Columns made from the time of a row: hour, day of the week and month as points on a circle, so that the last is next to the
// first, and whether the day is a public holiday. By the local clock: known for every time to come.
import { type CalendarCircle, placeOfHolidays } from '../../study/calendar-fields.js';
import { zonedClock } from '../sources/csv/times/zoned-clock.js';
import { cosTurns, sinTurns } from '../sources/synthetic/deterministic-math.js';
import { type HolidaysOfYear, openHolidays } from './holidays.js';

const DAY_SECONDS = 86_400;
/** 1970 began on a Thursday; weeks begin with Monday, 0. */
const FIRST_WEEKDAY = 3;
/** What goes round: where on its circle, from 0 to 1, a local time is, in seconds since 1970. */
const CIRCLES: Readonly<Record<CalendarCircle, (seconds: number) => number>> = {
  hour: (seconds) => (((seconds % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS) / DAY_SECONDS,
  weekday: (seconds) => ((((Math.floor(seconds / DAY_SECONDS) + FIRST_WEEKDAY) % 7) + 7) % 7) / 7,
  month: (seconds) => new Date(seconds * 1000).getUTCMonth() / 12,
};
export interface CalendarSpec {
  readonly of: readonly string[];
  /** null: times are of the clock that they are to be read by. */
  readonly timeZone: string | null;
}

export interface Calendar {
  /** Writes the columns of a time, in seconds since 1970, to `out` from `at` on. */
  write(seconds: number, out: Float64Array, at: number): void;
}

/** Throws SPEC_INVALID for a place whose holidays nobody knows. */
export async function openCalendar({ of, timeZone }: CalendarSpec): Promise<Calendar> {
  const toLocal = timeZone === null ? (seconds: number) => seconds : zonedClock(timeZone);
  const writers = await Promise.all(of.map((field) => openField(field)));
  return {
    write(seconds, out, at) {
      const local = toLocal(seconds);
      let place = at;
      for (const writer of writers) place = writer(local, out, place);
    },
  };
}

type Writer = (local: number, out: Float64Array, at: number) => number;

async function openField(field: string): Promise<Writer> {
  const place = placeOfHolidays(field);
  if (place === null) {
    const circle = CIRCLES[field as CalendarCircle];
    return (local, out, at) => {
      out[at] = sinTurns(circle(local));
      out[at + 1] = cosTurns(circle(local));
      return at + 2;
    };
  }
  const ofYear = remember(await openHolidays(place));
  return (local, out, at) => {
    const day = Math.floor(local / DAY_SECONDS);
    out[at] = ofYear(new Date(local * 1000).getUTCFullYear()).has(day) ? 1 : 0;
    return at + 1;
  };
}

function remember(ofYear: HolidaysOfYear): HolidaysOfYear {
  const known = new Map<number, ReadonlySet<number>>();
  return (year) => {
    const days = known.get(year) ?? ofYear(year);
    known.set(year, days);
    return days;
  };
}
