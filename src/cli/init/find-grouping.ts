// Finds in the first rows of a text table which mark stands between thousands, where numbers themselves say so: 45.023,12 and
// 1,234.5 hold both marks, 45 023 and 45'023 hold one that marks nothing else. 1.234 alone says nothing. Reading a table takes
// no such guess, it wants to be told: here it becomes a setting that a person sees. Pure.
import { isMissingText } from '../../dataset/sources/csv/csv-numbers.js';

export interface Grouping {
  readonly decimal: '.' | ',';
  readonly thousands: string;
}

/** Marks that stand for nothing but thousands. */
const PLAIN_MARKS = [' ', '\u00a0', '\u202f', "'"];
const FORMS: readonly Grouping[] = [
  { decimal: ',', thousands: '.' },
  { decimal: '.', thousands: ',' },
  ...PLAIN_MARKS.flatMap((thousands) => [
    { decimal: '.', thousands } as const,
    { decimal: ',', thousands } as const,
  ]),
];

/** `isDecimal`: whether a mark may stand before decimals. null: no number says how it is grouped. */
export function findGrouping(
  rows: readonly (readonly string[])[],
  isDecimal: (mark: '.' | ',') => boolean,
): Grouping | null {
  const columns = rows[0]?.map((_, column) => rows.map((fields) => (fields[column] ?? '').trim())) ?? [];
  const found = FORMS.filter(({ decimal }) => isDecimal(decimal)).filter((form) => {
    const { number, telling } = shapesOf(form);
    return columns.some(
      (fields) =>
        fields.some((field) => telling.test(field)) &&
        fields.every((field) => isMissingText(field) || number.test(field)),
    );
  });
  // Of a mark that stands alone the decimals are found as in other tables.
  return found[0] ?? null;
}

function shapesOf({ decimal, thousands }: Grouping): { readonly number: RegExp; readonly telling: RegExp } {
  const [mark, point] = [`[${thousands}]`, `[${decimal}]`];
  const whole = `[+-]?\\d{1,3}(?:${mark}\\d{3})+`;
  return {
    number: new RegExp(`^(?:${whole}|[+-]?\\d+)(?:${point}\\d+)?$`),
    telling: new RegExp(
      PLAIN_MARKS.includes(thousands) ? `^${whole}(?:${point}\\d+)?$` : `^${whole}${point}\\d+$`,
    ),
  };
}
