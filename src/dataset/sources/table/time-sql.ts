// Times of a table in SQL: seconds since 1970 of the texts of one column, or of several joined.
import { list, quoted } from './duck.js';
import type { TimeProjection } from './table.js';

/** Stands for a format: seconds or milliseconds since 1970. */
export const EPOCH_FORMAT = '@epoch';

/** NULL where no format fits; fractions of a second are cut off. */
export function secondsSql(fields: readonly string[], { formats, zone }: TimeProjection): string {
  if (formats.length === 0) return 'cast(null as double)';
  const text =
    fields.length === 1
      ? `trim(${fields[0]})`
      : `concat_ws(' ', ${fields.map((field) => `trim(${field})`).join(', ')})`;
  if (formats[0] === EPOCH_FORMAT) return epochSql(text);
  const parsed = (field: string): string =>
    `try_strptime(${field}, ${formats.length === 1 ? quoted(formats[0]!) : list(formats)})`;
  const end = endOfDay(formats);
  const read =
    end === null
      ? parsed(text)
      : `coalesce(${parsed(text)}, case when regexp_matches(${text}, ${quoted(end)}) then ${parsed(`regexp_replace(${text}, ${quoted(end)}, '\\100\\2')`)} + interval 24 hours end)`;
  return `floor(epoch(${zone === null ? read : `timezone(${quoted(zone)}, ${read})`}))`;
}

/** What stands behind an hour of 24, by the format. */
const BEHIND: readonly (readonly [word: string, text: string])[] = [
  ['%M', '00'],
  ['%S', '00'],
  ['%f', '0{1,6}'],
  ['%z', '[+-][0-9]{2}(?::?[0-9]{2})?'],
];

/**
 * An hour of 24, which strptime does not know, followed by noughts alone up to the end of the text: what comes before it, and what
 * behind. null: the format holds no hour, or a date behind it, or what comes before runs into it. `formats` differ in the zone.
 */
function endOfDay(formats: readonly string[]): string | null {
  const [head = ''] = formats[0]!.split('%H');
  const behind = formats.map((format) => format.slice(head.length + 2));
  const words = behind.join('').match(/%./g) ?? [];
  if (!formats.every((format) => format.startsWith(`${head}%H`))) return null;
  if (!words.every((word) => BEHIND.some(([known]) => known === word))) return null;
  const before = head === '%Y%m%d' ? '^([0-9]{8})' : /%.$/.test(head) ? null : '(^|[^0-9])';
  const texts = behind.map((one) =>
    one
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/%./g, (word) => BEHIND.find(([known]) => known === word)![1]),
  );
  return before === null ? null : `${before}24(${texts.join('|')})$`;
}

/** Without what may be a date written as digits: that is judged field by field. */
function epochSql(text: string): string {
  const value = `try_cast(${text} as double)`;
  const isSeconds = `${value} < 1.9e9`;
  const isMilliseconds = `(${value} >= 1e11 and ${value} < 1.9e12 and not (${value} between 1.9e11 and 2.2e11))`;
  return `case when regexp_full_match(${text}, '[1-9][0-9]{8,12}([.][0-9]+)?') and (${isSeconds} or ${isMilliseconds}) then if(${isSeconds}, ${value}, ${value} / 1000) end`;
}
