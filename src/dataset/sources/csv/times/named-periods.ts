// Dates with a month's name in other places than 1-Jan-20 has it, and months, quarters and weeks of a year: Jan 24, 2020; Wed, 01 Jan
// 2020; Jan-20; 2020-Q1; 2020-W05.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const YEAR = String.raw`((?:1[5-9]|20|21)\d\d)`;
const PART_NAME = new RegExp(String.raw`^(?:${MONTH}|q[1-4]|[ap]\.?m\.?)$`, 'i');
const MONTH_DAY = new RegExp(String.raw`^${MONTH}\.? (\d{1,2}),? ${YEAR}(?!\d)`, 'i');
const DAY_MONTH = new RegExp(
  String.raw`^(?:(?:mon|tue|wed|thu|fri|sat|sun),? )?(\d{1,2})[- ]?${MONTH}[- ]?${YEAR}(?!\d)`,
  'i',
);
const MONTH_YEAR = new RegExp(String.raw`^${MONTH}(?:-(\d\d)|[- ]${YEAR})$`, 'i');
const YEAR_PART = new RegExp(String.raw`^${YEAR}-?(?:M(\d\d?)|Q([1-4])|W(\d\d)(?:-?([1-7]))?)$`, 'i');
const QUARTER_YEAR = new RegExp(`^Q([1-4])[- ]?${YEAR}$`, 'i');
const MONTHS_A_QUARTER = 3;
const DAYS_A_WEEK = 7;

export interface PeriodStart {
  readonly year: number;
  readonly month: number;
  /** May lie beyond the month: weeks are counted by days. */
  readonly day: number;
}

export function looksLikePeriod(text: string): boolean {
  return periodStart(text) !== null;
}

/** Whether it names a month, a quarter or a half of a day, without the year or the day: `Jan`, `Q1`, `AM`. */
export function namesPart(text: string): boolean {
  return PART_NAME.test(text.trim());
}

/** Good for comparing periods of one form; null: it is none. */
export function periodStart(text: string): PeriodStart | null {
  const dated = MONTH_DAY.exec(text);
  if (dated !== null) return { year: Number(dated[3]), month: monthOf(dated[1]!), day: Number(dated[2]) };
  const named = DAY_MONTH.exec(text);
  if (named !== null) return { year: Number(named[3]), month: monthOf(named[2]!), day: Number(named[1]) };
  const monthly = MONTH_YEAR.exec(text);
  if (monthly !== null)
    return { year: wholeYear(monthly[2] ?? monthly[3]!), month: monthOf(monthly[1]!), day: 1 };
  const quarterly = QUARTER_YEAR.exec(text);
  if (quarterly !== null) return quarterOf(Number(quarterly[2]), Number(quarterly[1]));
  const [, year, month, quarter, week, day = '1'] = YEAR_PART.exec(text) ?? [];
  if (year === undefined) return null;
  if (quarter !== undefined) return quarterOf(Number(year), Number(quarter));
  if (week !== undefined)
    return { year: Number(year), month: 1, day: DAYS_A_WEEK * (Number(week) - 1) + Number(day) };
  const isMonth = Number(month) >= 1 && Number(month) <= MONTHS.length;
  return isMonth ? { year: Number(year), month: Number(month), day: 1 } : null;
}

function quarterOf(year: number, quarter: number): PeriodStart {
  return { year, month: MONTHS_A_QUARTER * (quarter - 1) + 1, day: 1 };
}

/** By its name, whole or its first three letters; NaN when it is none. */
export function monthOf(name: string): number {
  const at = MONTHS.indexOf(name.trim().slice(0, 3).toLowerCase());
  return at < 0 ? Number.NaN : at + 1;
}

/** 99 is before 00: years of two digits are those from 1970 on. */
export function wholeYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year + (year < 70 ? 2000 : 1900);
}
