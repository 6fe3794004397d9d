// A column of times of day beside one of dates, by which rows of the same day are told apart: 13:05, 1305, or hours as numbers.
import { likelyFormats } from './likely-formats.js';
import { isClock, looksLikeDate } from './loose-dates.js';

export interface ClockColumn {
  readonly column: number;
  readonly name: string;
  /** In which form it is read behind the dates; null: in one that is read unasked. */
  readonly format: string | null;
}

const HOUR_NAME = /^(?:hour|hr|hh|hour[ _]?ending|stunde|heure|hora)$/i;

const DIGITS_NAME = /^(?:time|hhmm|hrmn|clock|zeit|uhrzeit|heure|hora)$/i;

/** 1305: four digits always, or it may be any number. */
const DIGITS = /^\s*(?:[01]\d|2[0-4])[0-5]\d\s*$/;

/** 18.00.00, which no day of a month can be. */
const DOTTED = /^\s*\d{1,2}\.[0-5]\d\.[0-5]\d\s*$/;

/** By fields of the first rows, missing ones left out; `timeFormat`: of the dates, as it is set. null: there is none. */
export function findClock(
  names: readonly string[],
  samples: readonly (readonly string[])[],
  dates: readonly string[],
  timeFormat?: string,
): ClockColumn | null {
  const clock = samples.findIndex((fields) => fields.length > 0 && fields.every(isClock));
  if (clock >= 0) return { column: clock, name: names[clock]!, format: null };
  const [format, other] = timeFormat === undefined ? likelyFormats(dates) : [timeFormat];
  const dotted = samples.findIndex(
    (fields) => fields.every((field) => DOTTED.test(field)) && fields.some((field) => !looksLikeDate(field)),
  );
  if (dotted >= 0 && format !== undefined && other === undefined)
    return { column: dotted, name: names[dotted]!, format: `${format} %H.%M.%S` };
  const digits = samples.findIndex(
    (fields, column) =>
      DIGITS_NAME.test(names[column]!) && fields.length > 0 && fields.every((field) => DIGITS.test(field)),
  );
  if (digits >= 0 && format !== undefined && other === undefined)
    return { column: digits, name: names[digits]!, format: `${format} %H%M` };
  const hour = samples.findIndex(
    (fields, column) =>
      HOUR_NAME.test(names[column]!) && fields.length > 0 && fields.every((field) => isHour(field)),
  );
  // A day whose month nobody knows is none to strptime.
  if (hour < 0 || format === undefined || other !== undefined) return null;
  return { column: hour, name: names[hour]!, format: `${format} %H` };
}

function isHour(field: string): boolean {
  return /^\s*\d{1,2}\s*$/.test(field) && Number(field) <= 24;
}
