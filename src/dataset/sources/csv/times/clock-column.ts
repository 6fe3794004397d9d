// A column of times of day beside one of dates, by which rows of the same day are told apart: 13:05, or hours as numbers.
import { likelyFormats } from './likely-formats.js';
import { isClock } from './loose-dates.js';

export interface ClockColumn {
  readonly column: number;
  readonly name: string;
  /** In which form it is read behind the dates; null: in one that is read unasked. */
  readonly format: string | null;
}

const HOUR_NAME = /^(?:hour|hours|hr|hh|stunde|heure|hora)$/i;

/** By fields of the first rows, missing ones left out; null: there is none. */
export function findClock(
  names: readonly string[],
  samples: readonly (readonly string[])[],
  dates: readonly string[],
): ClockColumn | null {
  const clock = samples.findIndex((fields) => fields.length > 0 && fields.every(isClock));
  if (clock >= 0) return { column: clock, name: names[clock]!, format: null };
  const [format, other] = likelyFormats(dates);
  const hour = samples.findIndex(
    (fields, column) =>
      HOUR_NAME.test(names[column]!) && fields.length > 0 && fields.every((field) => isHour(field)),
  );
  // An hour of 24 is none to strptime, nor is a day whose month nobody knows.
  if (hour < 0 || format === undefined || other !== undefined) return null;
  return { column: hour, name: names[hour]!, format: `${format} %H` };
}

function isHour(field: string): boolean {
  return /^\s*\d{1,2}\s*$/.test(field) && Number(field) < 24;
}
