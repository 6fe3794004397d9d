// What of the time of a row can be a column, and how the columns are called that it makes. Pure.

const HOLIDAY = 'holiday:';
/** What goes round: each is two columns, a sine and a cosine. */
export const CALENDAR_CIRCLES = ['hour', 'weekday', 'month'] as const;
export type CalendarCircle = (typeof CALENDAR_CIRCLES)[number];
/** A country, and one of its states, and one of its regions: `holiday:US`, `holiday:US-CA`. */
export const CALENDAR_FIELD = /^(?:hour|weekday|month|holiday:[A-Z]{2}(?:-[A-Z0-9]{1,3}){0,2})$/;

/** Names of the columns, in order. */
export function calendarColumns(of: readonly string[]): string[] {
  return of.flatMap((field) =>
    placeOfHolidays(field) === null ? [`${field} sine`, `${field} cosine`] : [field],
  );
}

/** `US-CA` of `holiday:US-CA`; null: it is of no holidays. */
export function placeOfHolidays(field: string): string | null {
  return field.startsWith(HOLIDAY) ? field.slice(HOLIDAY.length) : null;
}
