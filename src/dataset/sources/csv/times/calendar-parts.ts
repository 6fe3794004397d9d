// A date in parts, each in a column of its own beside that of the year: month, day or day of the year, hour, minute.
import { monthOf } from './named-periods.js';
import { daysFromCivil } from './time-stamps.js';

type Role = 'month' | 'dayOfYear' | 'day' | 'hour' | 'minute';

export interface CalendarPart {
  readonly column: number;
  readonly role: Role;
}

interface PartForm {
  readonly role: Role;
  readonly name: RegExp;
  readonly low: number;
  readonly high: number;
  /** Nothing is told by it unless one of these is there. */
  readonly after: readonly Role[];
  /** In strptime's words. */
  readonly format: string;
}

const FORMS: readonly PartForm[] = [
  { role: 'month', name: /^(?:month|mon|mo|monat|mois|mes|MM)$/, low: 1, high: 12, after: [], format: '%m' },
  {
    role: 'dayOfYear',
    name: /^(?:doy|jday|yday|day[ _]?of[ _]?year|julian[ _]?day)$/,
    low: 1,
    high: 366,
    after: [],
    format: '%j',
  },
  {
    role: 'day',
    name: /^(?:day|dy|dd|tag|jour|d[ií]a)$/,
    low: 1,
    high: 31,
    after: ['month'],
    format: '%d',
  },
  {
    role: 'hour',
    name: /^(?:hour|hr|hh|stunde|heure|hora)$/,
    low: 0,
    high: 24,
    after: ['day', 'dayOfYear'],
    format: '%H',
  },
  { role: 'minute', name: /^(?:minute|mn)$/, low: 0, high: 59, after: ['hour'], format: '%M' },
];

/** By names and the fields of the first rows, missing ones left out; from the longest part to the shortest. */
export function findParts(
  names: readonly string[],
  samples: readonly (readonly string[])[],
): readonly CalendarPart[] {
  const found: CalendarPart[] = [];
  for (const { role, name, low, high, after } of FORMS) {
    if (role === 'dayOfYear' && found.length > 0) continue;
    if (after.length > 0 && !found.some((part) => after.includes(part.role))) continue;
    const column = names.findIndex((one, at) => {
      const fields = samples[at] ?? [];
      const isNamed = name.test(one) || name.test(one.toLowerCase());
      const isOne = (field: string): boolean => partOf(field, role) >= low && partOf(field, role) <= high;
      return isNamed && fields.length > 0 && fields.every(isOne);
    });
    if (column >= 0) found.push({ column, role });
  }
  return found;
}

/** How the year and its parts are read as one time; null: they do not reach to the day, or some are words. */
export function formatOfParts(
  parts: readonly CalendarPart[],
  samples: readonly (readonly string[])[],
): string | null {
  const isDaily = parts.some(({ role }) => role === 'day' || role === 'dayOfYear');
  const isPlain = parts.every(({ column }) => samples[column]?.every((field) => /^\s*\d+\s*$/.test(field)));
  // An hour of 24 is read at the end of a time alone.
  const isClock = parts.every(
    ({ column, role }, at) =>
      role !== 'hour' || at === parts.length - 1 || samples[column]?.every((field) => Number(field) < 24),
  );
  if (!isDaily || !isPlain || !isClock) return null;
  return ['%Y', ...parts.map(({ role }) => FORMS.find((form) => form.role === role)!.format)].join(' ');
}

/** Seconds since 1970 of the fields of the year and its parts; NaN where one is none. */
export function partSeconds(fields: readonly string[], parts: readonly CalendarPart[]): number {
  const valueIn = (role: Role, otherwise: number): number => {
    const at = parts.findIndex((part) => part.role === role);
    return at < 0 ? otherwise : partOf(fields[at + 1] ?? '', role);
  };
  const first = daysFromCivil(wholeOf(fields[0] ?? ''), valueIn('month', 1), 1);
  const day = first + valueIn('day', 1) - 1 + valueIn('dayOfYear', 1) - 1;
  return day * 86_400 + valueIn('hour', 0) * 3600 + valueIn('minute', 0) * 60;
}

function partOf(field: string, role: Role): number {
  const value = wholeOf(field);
  return Number.isNaN(value) && role === 'month' ? monthOf(field) : value;
}

function wholeOf(field: string): number {
  return /^\s*\d+(?:\.0*)?\s*$/.test(field) ? Number(field) : Number.NaN;
}
