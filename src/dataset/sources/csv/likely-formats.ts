// strptime words for dates in forms that are not read unasked, such as 01/31/2009 5:00 PM or 2020010100: what a person could set.
import { isDigitDate } from './time-stamps.js';

const CLOCKS: readonly (readonly [shape: string, format: string])[] = [
  ['', ''],
  [String.raw`[ T]\d{1,2}:\d\d`, ' %H:%M'],
  [String.raw`[ T]\d{1,2}:\d\d:\d\d`, ' %H:%M:%S'],
  [String.raw` \d{1,2}:\d\d ?[AaPp][Mm]`, ' %I:%M %p'],
  [String.raw` \d{1,2}:\d\d:\d\d ?[AaPp][Mm]`, ' %I:%M:%S %p'],
];

/** Day forms; `orders`: which number is the month, where the fields do not say. */
const DAYS: readonly (readonly [shape: string, formats: readonly string[]])[] = [
  [String.raw`(\d{1,2})/(\d{1,2})/\d{4}`, ['%m/%d/%Y', '%d/%m/%Y']],
  [String.raw`(\d{1,2})/(\d{1,2})/\d\d`, ['%m/%d/%y', '%d/%m/%y']],
  [String.raw`(\d{1,2})-(\d{1,2})-\d{4}`, ['%m-%d-%Y', '%d-%m-%Y']],
  [String.raw`(\d{1,2})\.(\d{1,2})\.\d{4}`, ['%m.%d.%Y', '%d.%m.%Y']],
  [String.raw`(\d{1,2})\.(\d{1,2})\.\d\d`, ['%m.%d.%y', '%d.%m.%y']],
  [String.raw`\d{4}/\d{1,2}/\d{1,2}`, ['%Y/%m/%d']],
  [String.raw`\d{4}-\d{1,2}-\d{1,2}`, ['%Y-%m-%d']],
  [String.raw`\d{1,2}-[A-Za-z]{3}-\d{4}`, ['%d-%b-%Y']],
  [String.raw`\d{1,2}-[A-Za-z]{3}-\d\d`, ['%d-%b-%y']],
  [String.raw`\d{4}-\d\d`, ['%Y-%m']],
];
const DIGITS: Readonly<Record<number, string>> = {
  8: '%Y%m%d',
  10: '%Y%m%d%H',
  12: '%Y%m%d%H%M',
  14: '%Y%m%d%H%M%S',
};
const LAST_MONTH = 12;

/** None, one, or two where month and day can't be told apart. */
export function likelyFormats(fields: readonly string[]): string[] {
  const texts = fields.map((field) => field.trim());
  if (texts.length === 0) return [];
  const [{ length }] = texts as [string];
  const digits = DIGITS[length];
  if (digits !== undefined && texts.every((text) => isDigitDate(text) && /^(?:19|20)/.test(text)))
    return [digits];
  for (const [day, formats] of DAYS)
    for (const [clock, clockFormat] of CLOCKS) {
      const shape = new RegExp(`^${day}${clock}$`);
      const matches = texts.map((text) => shape.exec(text));
      if (!matches.every((match) => match !== null)) continue;
      const separator = texts[0]!.includes('T') && clockFormat !== '' ? 'T' : ' ';
      return ordered(matches, formats).map((format) => format + clockFormat.replace(' ', separator));
    }
  return [];
}

/** The month first unless it is seen to be the day, and the other way round. */
function ordered(matches: readonly RegExpExecArray[], formats: readonly string[]): readonly string[] {
  const [monthFirst, dayFirst] = formats;
  if (monthFirst === undefined || dayFirst === undefined) return formats;
  if (matches.some((match) => Number(match[1]) > LAST_MONTH)) return [dayFirst];
  return matches.some((match) => Number(match[2]) > LAST_MONTH) ? [monthFirst] : formats;
}
