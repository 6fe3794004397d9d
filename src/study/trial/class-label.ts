// When two spellings of a label are the same label, in a table as in a sweep file, and which two labels need no names.

/** Without case and blanks around; numbers as numbers: 1.0 is 1. */
export function plainLabel(written: string | number): string {
  const text = String(written).trim().toLowerCase();
  return /^[+-]?\d+(?:\.\d*)?$/.test(text) ? String(Number(text)) : text;
}

/** The two classes as everybody writes them. */
export const USUAL_LABELS: ReadonlyMap<string, 0 | 1> = new Map([
  ['0', 0],
  ['1', 1],
  ['neg', 0],
  ['pos', 1],
  ['negative', 0],
  ['positive', 1],
]);
