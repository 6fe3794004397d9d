// In which form dates stand, where neither order of day and month is ruled out.
import { likelyFormats, unevennessOf } from '../../dataset/sources/csv/times/likely-formats.js';
import { type DateOrder, looseSeconds } from '../../dataset/sources/csv/times/loose-dates.js';

/** In strptime words; where neither order of day and month is ruled out, the one in which rows follow each other evenly. */
export function formOf(texts: readonly string[]): string | undefined {
  const forms = likelyFormats(texts);
  if (forms.length < 2) return forms[0];
  const spreads = forms.map((form) =>
    unevennessOf(Float64Array.from(texts, (text) => looseSeconds(text, orderOf(form)))),
  );
  return forms[spreads.indexOf(Math.min(...spreads))];
}

function orderOf(form: string): DateOrder {
  if (form.startsWith('%m')) return 'month first';
  return form.startsWith('%y') ? 'year first' : 'day first';
}
