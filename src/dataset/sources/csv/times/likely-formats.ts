// strptime words for dates in forms that are not read unasked, such as 01/31/2009 5:00 PM or 2020010100: what a person could set.
import { looseSeconds } from './loose-dates.js';
import { isDigitDate } from './time-stamps.js';

const CLOCKS: readonly (readonly [shape: string, format: string])[] = [
  ['', ''],
  [String.raw`[ T]\d{1,2}:\d\d`, ' %H:%M'],
  [String.raw`[ T]\d{1,2}:\d\d:\d\d`, ' %H:%M:%S'],
  [String.raw`[ T]\d{1,2}:\d\d:\d\d\.\d{1,6}`, ' %H:%M:%S.%f'],
  [String.raw`_\d{1,2}:\d\d:\d\d`, '_%H:%M:%S'],
  [String.raw`:\d\d:\d\d:\d\d`, ':%H:%M:%S'],
  ...['', ' '].flatMap((gap) => [
    [String.raw` \d{1,2}:\d\d${gap}[AaPp][Mm]`, ` %I:%M${gap}%p`] as const,
    [String.raw` \d{1,2}:\d\d:\d\d${gap}[AaPp][Mm]`, ` %I:%M:%S${gap}%p`] as const,
  ]),
  [String.raw`[ T]\d{1,2}:\d\d:\d\d[+-]\d\d(?::?\d\d)?`, ' %H:%M:%S%z'],
  [String.raw`[ T]\d{1,2}:\d\d [+-]\d\d:?\d\d`, ' %H:%M %z'],
  [String.raw`[ T]\d{1,2}:\d\d:\d\d [+-]\d\d:?\d\d`, ' %H:%M:%S %z'],
  // Those of summer are left out: a file that names one of them names another one in winter.
  ...['UTC', 'GMT', 'CET', 'EST', 'CST', 'MST', 'PST', 'IST', 'JST', 'MEZ'].flatMap((zone) => [
    [String.raw`[ T]\d{1,2}:\d\d ${zone}`, ` %H:%M ${zone}`] as const,
    [String.raw`[ T]\d{1,2}:\d\d:\d\d ${zone}`, ` %H:%M:%S ${zone}`] as const,
  ]),
];
const SHORT_MONTH = '(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)';
const LONG_MONTH = `${SHORT_MONTH}[a-z]*`;
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';

/** Day forms; `orders`: which number is the month, where the fields do not say. */
const DAYS: readonly (readonly [shape: string, formats: readonly string[]])[] = [
  [String.raw`(\d{1,2})/(\d{1,2})/\d{4}`, ['%m/%d/%Y', '%d/%m/%Y']],
  [String.raw`(\d{1,2})/(\d{1,2})/(\d\d)`, ['%m/%d/%y', '%d/%m/%y', '%y/%m/%d']],
  [String.raw`(\d{1,2})-(\d{1,2})-\d{4}`, ['%m-%d-%Y', '%d-%m-%Y']],
  [String.raw`(\d{1,2})-(\d{1,2})-(\d\d)`, ['%m-%d-%y', '%d-%m-%y', '%y-%m-%d']],
  [String.raw`(\d{1,2})\.(\d{1,2})\.\d{4}`, ['%m.%d.%Y', '%d.%m.%Y']],
  [String.raw`(\d{1,2})\.(\d{1,2})\.(\d\d)`, ['%m.%d.%y', '%d.%m.%y', '%y.%m.%d']],
  [String.raw`\d{4}/\d{1,2}/\d{1,2}`, ['%Y/%m/%d']],
  [String.raw`\d{4}-\d{1,2}-\d{1,2}`, ['%Y-%m-%d']],
  [String.raw`\d{4}\.\d{1,2}\.\d{1,2}`, ['%Y.%m.%d']],
  [String.raw`\d{4}\.\d{1,2}\.\d{1,2}\.`, ['%Y.%m.%d.']],
  [String.raw`\d{1,2}-[A-Za-z]{3}-\d{4}`, ['%d-%b-%Y']],
  [String.raw`\d{1,2}-[A-Za-z]{3}-\d\d`, ['%d-%b-%y']],
  [String.raw`\d{4}-\d\d`, ['%Y-%m']],
  [String.raw`\d{4}/\d\d`, ['%Y/%m']],
  [String.raw`\d{1,2} ${SHORT_MONTH} \d{4}`, ['%d %b %Y']],
  [String.raw`\d{1,2} ${LONG_MONTH} \d{4}`, ['%d %B %Y']],
  [String.raw`${SHORT_MONTH} \d{1,2}, \d{4}`, ['%b %d, %Y']],
  [String.raw`${LONG_MONTH} \d{1,2}, \d{4}`, ['%B %d, %Y']],
  [String.raw`${SHORT_MONTH}-\d\d`, ['%b-%y']],
  [String.raw`${SHORT_MONTH}-\d{4}`, ['%b-%Y']],
  [String.raw`${SHORT_MONTH} \d{4}`, ['%b %Y']],
  [String.raw`${LONG_MONTH} \d{4}`, ['%B %Y']],
  [String.raw`\d{1,2}[A-Za-z]{3}\d{4}`, ['%d%b%Y']],
  [String.raw`${WEEKDAY}, \d{1,2} ${SHORT_MONTH} \d{4}`, ['%a, %d %b %Y']],
];
/** Days and clocks in digits, with one mark between them. */
const DIGITS_APART = /^\d{8}([T :_-])\d{4}(\d\d)?(Z?)$/;
const DIGITS: Readonly<Record<number, string>> = {
  8: '%Y%m%d',
  10: '%Y%m%d%H',
  12: '%Y%m%d%H%M',
  14: '%Y%m%d%H%M%S',
};
const LAST_MONTH = 12;

/** Of a column that is named as the time also years, months and days in fewer digits. */
const SHORT_DIGITS: readonly (readonly [shape: RegExp, format: string])[] = [
  [/^(?:1[5-9]|20|21)\d\d$/, '%Y'],
  [/^(?:19|20)\d\d(?:0[1-9]|1[0-2])$/, '%Y%m'],
  [/^(?:19|20)\d\d(?:[0-2]\d\d|3[0-5]\d|36[0-6])$/, '%Y%j'],
  [/^\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/, '%y%m%d'],
];

/** Of fields that a person says are times. */
export function likelyTimeFormats(fields: readonly string[]): readonly string[] {
  const texts = fields.map((field) => field.trim());
  const formats = likelyFormats(texts);
  if (formats.length > 0 || texts.length === 0) return formats;
  return SHORT_DIGITS.filter(([shape]) => texts.every((text) => shape.test(text))).map(
    ([, format]) => format,
  );
}

/** None, one, or several where year, month and day can't be told apart. */
export function likelyFormats(fields: readonly string[]): string[] {
  const texts = fields.map((field) => field.trim());
  if (texts.length === 0) return [];
  const [{ length }] = texts as [string];
  const digits = DIGITS[length];
  if (digits !== undefined && texts.every((text) => isDigitDate(text) && /^(?:19|20)/.test(text)))
    return [digits];
  const apart = texts.map((text) =>
    DIGITS_APART.exec(text)
      ?.slice(1)
      .map((part) => part?.replace(/\d+/, '%S') ?? ''),
  );
  const [form] = apart;
  if (form !== undefined && apart.every((one) => one?.join() === form.join()) && texts.every(holdsDigits))
    return [`%Y%m%d${form[0]}%H%M${form[1]}${form[2]}`];
  for (const [day, formats] of DAYS)
    for (const [clock, clockFormat] of CLOCKS) {
      const shape = new RegExp(`^${day}${clock}$`);
      const matches = texts.map((text) => shape.exec(text));
      if (!matches.every((match) => match !== null)) continue;
      const separator = clockFormat !== '' && /\dT\d/.test(texts[0]!) ? 'T' : ' ';
      return ordered(matches, formats).map((format) => format + clockFormat.replace(' ', separator));
    }
  return [];
}

function holdsDigits(text: string): boolean {
  return isDigitDate(text.replaceAll(/\D/g, ''));
}

/**
 * The month first unless it is seen to be the day, and the other way round. Of years in two digits the year may come first: where
 * the rows do not say, that is one more.
 */
function ordered(matches: readonly RegExpExecArray[], formats: readonly string[]): readonly string[] {
  const [monthFirst, dayFirst, yearFirst] = formats;
  if (monthFirst === undefined || dayFirst === undefined) return formats;
  const years = yearFirst === undefined ? 'no' : comesYearFirst(matches.map(([text]) => text));
  if (years === 'yes') return [yearFirst!];
  const further = years === 'maybe' ? [yearFirst!] : [];
  if (matches.some((match) => Number(match[1]) > LAST_MONTH)) return [dayFirst, ...further];
  const isMonthFirst = matches.some((match) => Number(match[2]) > LAST_MONTH);
  return [monthFirst, ...(isMonthFirst ? [] : [dayFirst]), ...further];
}

/** So much more evenly rows follow each other, or so much less far they reach, in the order that they are written in. */
const MUCH = 2;

/** By how evenly the rows follow each other in each order, then by how far they reach. */
function comesYearFirst(texts: readonly string[]): 'yes' | 'maybe' | 'no' {
  const [years, ...others] = (['year first', 'month first', 'day first'] as const).map((order) =>
    Float64Array.from(texts, (text) => looseSeconds(text, order)),
  ) as [Float64Array, ...Float64Array[]];
  const isRead = (seconds: Float64Array): boolean => !seconds.includes(Number.NaN);
  if (!isRead(years)) return 'no';
  const rivals = others.filter(isRead);
  if (rivals.length === 0) return 'yes';
  for (const measure of [unevennessOf, reachOf]) {
    const own = measure(years);
    const least = Math.min(...rivals.map(measure));
    if (own * MUCH < least) return 'yes';
    if (own > least * MUCH) return 'no';
  }
  return 'maybe';
}

/** How many times longer than the shortest step between neighbouring rows the longest one is. */
export function unevennessOf(seconds: Float64Array): number {
  let [shortest, longest] = [Number.POSITIVE_INFINITY, 0];
  for (let row = 1; row < seconds.length; row++) {
    const step = Math.abs(seconds[row]! - seconds[row - 1]!);
    if (!(step > 0)) continue;
    shortest = Math.min(shortest, step);
    longest = Math.max(longest, step);
  }
  return longest / shortest;
}

/** Seconds from the first row to the last, where all between follow each other in one direction; else infinite. */
function reachOf(seconds: Float64Array): number {
  const reach = seconds.at(-1)! - seconds[0]!;
  const isOneWay = seconds.every(
    (one, row) => row === 0 || (one - seconds[row - 1]!) * Math.sign(reach) >= 0,
  );
  return isOneWay && reach !== 0 ? Math.abs(reach) : Number.POSITIVE_INFINITY;
}
