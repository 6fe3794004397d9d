// A field of a table for a message: cut, blanks at its ends left out, those that look like nothing or like a plain blank
// escaped.

const SHOWN_CHARACTERS = 40;

export function showField(field: string): string {
  return JSON.stringify(field.trim().slice(0, SHOWN_CHARACTERS)).replaceAll(
    /[^\S ]|[\u200b-\u200f\u2060\ufeff]/gu,
    (blank) => `\\u${blank.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
