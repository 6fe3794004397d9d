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
  if (!/^\d{9,13}(?:\.\d+)?$/.test(text)) return Number.NaN;
  const value = Number(text);
  return value < FIRST_MILLISECONDS ? value : value / 1000;
}

/** Whether it has the form of a date, be it one that is read or another, such as 01/31/2009. */
export function looksLikeDate(text: string): boolean {
  return /^\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)/.test(text.trim());
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

  private meetDisorder(seconds: number, line: number): void {
    this.disordered++;
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
