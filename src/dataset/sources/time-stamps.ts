// Time stamps of a series: reads them by integer arithmetic (no Date a row), and finds the steps that break the rhythm.
// All times are taken as UTC: a series has no daylight saving time of its own, and differences are all that counts.

const DAY_SECONDS = 86_400;
const ZERO = 48;

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant's days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
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
  return /:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)$/.test(text);
}

/**
 * Whether dates in a form that is not read run from the newest to the oldest, whichever of month and day stands first.
 * false when they are no such dates, or one reading has them run forward.
 */
export function runsBackwards(texts: readonly string[]): boolean {
  const readings = [true, false].map((isMonthFirst) => texts.map((text) => looseSeconds(text, isMonthFirst)));
  const valid = readings.filter((days) => days.every((day) => !Number.isNaN(day)));
  return (
    valid.length > 0 &&
    valid.every(
      (days) => days[0]! > days.at(-1)! && days.every((day, row) => row === 0 || day <= days[row - 1]!),
    )
  );
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const NAMED_MONTH = /^(\d{1,2})[- ]([A-Za-z]{3})[A-Za-z]*[-, ]+(\d{4}|\d\d)(?!\d)/;

/** Seconds, good for comparing rows only, of a date in any common form; NaN when it is none. */
function looseSeconds(text: string, isMonthFirst: boolean): number {
  const trimmed = text.trim();
  const clock = /\s(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:\s*([ap])\.?m)?/i.exec(trimmed);
  const [, hour = '0', minute = '0', second = '0', half = ''] = clock ?? [];
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return dayOf(trimmed, isMonthFirst) * DAY_SECONDS + hours * 3600 + Number(minute) * 60 + Number(second);
}

function dayOf(text: string, isMonthFirst: boolean): number {
  if (isDigitDate(text) && text.length !== 10) {
    const rest = digits(text.padEnd(14, '0'), 8, 14);
    return daysFromCivil(digits(text, 0, 4), digits(text, 4, 6), digits(text, 6, 8)) + rest / 1e6;
  }
  if (isDigitDate(text)) return Number(text);
  const named = NAMED_MONTH.exec(text);
  if (named !== null) {
    const month = MONTHS.indexOf(named[2]!.toLowerCase()) + 1;
    return month === 0 ? Number.NaN : daysFromCivil(Number(named[3]), month, Number(named[1]));
  }
  const match = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)/.exec(text);
  if (match === null) return Number.NaN;
  const [, first = '', , second = '', third = ''] = match;
  const isYearFirst = first.length > 2;
  const year = Number(isYearFirst ? first : third);
  const month = Number(isYearFirst ? second : isMonthFirst ? first : second);
  const day = Number(isYearFirst ? third : isMonthFirst ? second : first);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN;
  return daysFromCivil(year, month, day);
}

/** Whether it has the form of a date, be it one that is read or another, such as 01/31/2009. */
export function looksLikeDate(text: string): boolean {
  const trimmed = text.trim();
  return /^\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)/.test(trimmed) || NAMED_MONTH.test(trimmed);
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

export interface IrregularStep {
  /** Line of the source, 1-based, of the row that comes after the step. */
  readonly line: number;
  readonly time: string;
  readonly stepSeconds: number;
}

export interface TimeSummary {
  readonly first: string;
  readonly last: string;
  readonly stepSeconds: number;
  readonly irregularSteps: number;
  readonly irregular: readonly IrregularStep[];
}

/** A clock set back repeats an hour or two; a jump beyond that, over this share of the series so far, begins another one. */
const LONGEST_REPEAT_SECONDS = 7200;
const RETURN_SHARE = 0.1;
const RETURN_STEPS = 1;

const LISTED_STEPS = 5;
/** More distinct steps than this are counted together: memory must not grow with a series that has no rhythm. */
const DISTINCT_STEPS = 1024;

/** Rows that are not later than the row before them. */
export interface Disorder {
  readonly steps: number;
  /** Their share of all steps. */
  readonly share: number;
  /** The first of them. */
  readonly line: number;
  readonly time: string;
  readonly before: string;
}

export function describeDisorder({ time, before, steps }: Disorder): string {
  const further = steps === 1 ? '' : `, nor are ${steps - 1} further ones`;
  return `${time} is not later than the time of the row before (${before})${further}`;
}

interface StepCount {
  count: number;
  /** The first few occurrences: one of these lists is shown once the most frequent step is known. */
  readonly seen: { line: number; seconds: number; stepSeconds: number }[];
}

/** Collects the steps between rows as they come by. O(1) a row, bounded memory. */
export class TimeSteps {
  private first = Number.NaN;
  private last = Number.NaN;
  private rows = 0;
  private readonly steps = new Map<number, StepCount>();
  private readonly further: StepCount = { count: 0, seen: [] };
  private lastStep = Number.NaN;
  private lastCount: StepCount = this.further;
  private disordered = 0;
  private firstReturn: Omit<Disorder, 'steps' | 'share'> | null = null;
  private firstDisorder: Omit<Disorder, 'steps' | 'share'> | null = null;

  add(seconds: number, line: number): void {
    if (this.rows++ === 0) {
      this.first = seconds;
    } else {
      const step = seconds - this.last;
      if (step <= 0) this.meetDisorder(seconds, line);
      if (step !== this.lastStep) {
        this.lastStep = step;
        this.lastCount = this.countOf(step);
      }
      this.lastCount.count++;
      if (this.lastCount.seen.length < LISTED_STEPS)
        this.lastCount.seen.push({ line, seconds, stepSeconds: step });
    }
    this.last = seconds;
  }

  /** null when no row was added. */
  summary(): TimeSummary | null {
    if (this.rows === 0) return null;
    let stepSeconds = 0;
    let most = 0;
    for (const [step, { count }] of this.steps) {
      if (count > most) {
        most = count;
        stepSeconds = step;
      }
    }
    const others = [...this.steps].filter(([step]) => step !== stepSeconds).map(([, count]) => count);
    const irregular = [...others, this.further]
      .flatMap((count) => count.seen)
      .sort((a, b) => a.line - b.line)
      .slice(0, LISTED_STEPS)
      .map((seen) => ({
        line: seen.line,
        time: formatTimestamp(seen.seconds),
        stepSeconds: seen.stepSeconds,
      }));
    return {
      first: formatTimestamp(this.first),
      last: formatTimestamp(this.last),
      stepSeconds,
      irregularSteps: this.rows - 1 - most,
      irregular,
    };
  }

  /** null when each row is later than the one before. */
  disorder(): Disorder | null {
    if (this.firstDisorder === null) return null;
    return { ...this.firstDisorder, steps: this.disordered, share: this.disordered / (this.rows - 1) };
  }

  /** The first jump back over much of the series: another series begins there. null: there is none. */
  returned(): Omit<Disorder, 'steps' | 'share'> | null {
    return this.firstReturn;
  }

  private meetDisorder(seconds: number, line: number): void {
    this.disordered++;
    const jump = this.last - seconds;
    const farthest = Math.max(RETURN_SHARE * (this.last - this.first), LONGEST_REPEAT_SECONDS);
    if (jump > farthest && jump > RETURN_STEPS * this.lastStep)
      this.firstReturn ??= { line, time: formatTimestamp(seconds), before: formatTimestamp(this.last) };
    this.firstDisorder ??= { line, time: formatTimestamp(seconds), before: formatTimestamp(this.last) };
  }

  private countOf(step: number): StepCount {
    const known = this.steps.get(step);
    if (known !== undefined) return known;
    if (this.steps.size >= DISTINCT_STEPS) return this.further;
    const created: StepCount = { count: 0, seen: [] };
    this.steps.set(step, created);
    return created;
  }
}
