// Time stamps of a series, read by integer arithmetic (no Date a row); time-steps.ts finds the steps that break the rhythm.
// All times are taken as UTC: a series has no daylight saving time of its own, and differences are all that counts.

const DAY_SECONDS = 86_400;
const ZERO = 48;

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant's days_from_civil). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The number in `text[from, to)`, NaN if a character is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Seconds since 1970 of `yyyy-mm-dd`, `dd.mm.yyyy`, each alone or with ` hh:mm`, ` hh:mm:ss` or `Thh:mm…`;
 * fractions of a second are cut off, a zone (`Z`, `+01:00`) is applied. NaN when the text is none of these.
 */
export function parseTimestamp(text: string): number {
  const third = text.charCodeAt(2);
  const isDayFirst = third === 46; // "."
  const year = isDayFirst ? digits(text, 6, 10) : digits(text, 0, 4);
  const month = isDayFirst ? digits(text, 3, 5) : digits(text, 5, 7);
  const day = isDayFirst ? digits(text, 0, 2) : digits(text, 8, 10);
  const separators = isDayFirst
    ? text.charCodeAt(5) === 46
    : text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45;
  if (!(separators && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)))
    return Number.NaN;
  const midnight = daysFromCivil(year, month, day) * DAY_SECONDS;
  return text.length === 10 ? midnight : midnight + parseClock(text);
}

/** What parseTimestamp reads, for people. */
export const TIME_FORMS = '2009-01-31 00:10:00 (or with a T), 31.01.2009 00:10:00, or the day alone';

/** Ten digits or fewer are seconds until the year 5138, 12 and 13 are milliseconds. */
const FIRST_MILLISECONDS = 1e11;

/** Seconds since 1970 of a number of seconds or milliseconds since then, from the year 1973 on; NaN of anything else. */
export function parseEpoch(text: string): number {
  if (!/^[1-9]\d{8,12}(?:\.\d+)?$/.test(text) || isDigitDate(text)) return Number.NaN;
  const value = Number(text);
  return value < FIRST_MILLISECONDS ? value : value / 1000;
}

/**
 * Whether the digits are a date rather than a count: yyyymmdd with hour, minute and second as far as given, or yymmddhhmm
 * from 2019 on. As seconds since 1970 the ten-digit ones would lie after 2030, as milliseconds the longer ones in the 1970s.
 */
export function isDigitDate(text: string): boolean {
  const whole = /^((?:19|20)\d\d)(\d\d)(\d\d)(?:([01]\d|2[0-4])(?:[0-5]\d(?:[0-5]\d)?)?)?$/.exec(text);
  const short = /^(19|[2-9]\d)(\d\d)(\d\d)(?:[01]\d|2[0-4])[0-5]\d$/.exec(text);
  return [whole, short].some((match) => {
    if (match === null) return false;
    const [month, day] = [Number(match[2]), Number(match[3])];
    return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(Number(match[1]), month);
  });
}

/** Whether a time that is read says its zone. */
export function hasZone(text: string): boolean {
  if (text.length < 17) return false;
  const last = text.charCodeAt(text.length - 1);
  if (last === 90) return true; // "Z"
  return [text.charCodeAt(text.length - 6), text.charCodeAt(text.length - 5)].some(
    (sign, back) => (sign === 43 || sign === 45) && text.length - (back === 0 ? 6 : 5) >= 16,
  );
}

/** Seconds of the day of the clock that begins at character 10; NaN if it is none. */
function parseClock(text: string): number {
  const separator = text.charCodeAt(10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  if ((separator !== 32 && separator !== 84) || text.charCodeAt(13) !== 58) return Number.NaN;
  if (!(hour <= 24 && minute <= 59)) return Number.NaN;
  let second = 0;
  let at = 16;
  if (text.charCodeAt(at) === 58) {
    second = digits(text, 17, 19);
    at = 19;
    if (!(second <= 60)) return Number.NaN;
  }
  const seconds = hour * 3600 + minute * 60 + second;
  // 24:00:00 is the end of the day, and nothing after it.
  if (seconds > DAY_SECONDS) return Number.NaN;
  return at === text.length ? seconds : seconds - zoneSeconds(text.slice(at));
}

function zoneSeconds(tail: string): number {
  const match = /^(?:[.,]\d+)?(?:Z|([+-])(\d\d):?(\d\d))?$/.exec(tail);
  if (match === null) return Number.NaN;
  const [, sign, hours, minutes] = match;
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

/** `2009-01-01 00:10:00`: for metadata and messages. */
export function formatTimestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
