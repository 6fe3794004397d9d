// The fields of one line of a text table: by delimiter and quote, as RFC 4180 has them. For the first lines of a file and for
// errors; DuckDB splits all others.

/** A field's text without its quotes; null of `quote` empty. Blanks around a quoted field are no part of it. */
export function splitFields(line: string, delimiter: string, quote: string): string[] {
  if (quote === '' || !line.includes(quote)) return line.split(delimiter).map((field) => field.trim());
  const fields: string[] = [];
  for (let from = 0; ; ) {
    const end = fieldEnd(line, from, delimiter, quote);
    fields.push(unquoted(line.slice(from, end), quote));
    if (end >= line.length) return fields;
    from = end + delimiter.length;
  }
}

/** Whether `line` ends inside a quoted field; a quote within a field that does not begin with one is a character. */
export function endsInside(line: string, delimiter: string, quote: string, beginsInside: boolean): boolean {
  if (quote === '') return false;
  let from = 0;
  if (beginsInside) {
    const close = closingQuote(line, 0, quote);
    if (close < 0) return true;
    from = line.indexOf(delimiter, close);
    if (from < 0) return false;
    from += delimiter.length;
  }
  while (from <= line.length) {
    const open = openingQuote(line, from, quote);
    if (open >= 0 && closingQuote(line, open + 1, quote) < 0) return true;
    const end = fieldEnd(line, from, delimiter, quote);
    if (end >= line.length) return false;
    from = end + delimiter.length;
  }
  return false;
}

/** Place, from 1, of the first field that goes on behind its closing quote; 0: none does. */
export function unwholeField(line: string, delimiter: string, quote: string): number {
  if (quote === '') return 0;
  for (let from = 0, field = 1; ; field++) {
    const open = openingQuote(line, from, quote);
    const close = open < 0 ? -1 : closingQuote(line, open + 1, quote);
    const end = fieldEnd(line, from, delimiter, quote);
    if (close >= 0 && line.slice(close + 1, end).trim() !== '') return field;
    if (end >= line.length) return 0;
    from = end + delimiter.length;
  }
}

/** Where the field that begins at `from` ends. */
function fieldEnd(line: string, from: number, delimiter: string, quote: string): number {
  const open = openingQuote(line, from, quote);
  const close = open < 0 ? from : closingQuote(line, open + 1, quote);
  if (close < 0) return line.length;
  const end = line.indexOf(delimiter, close);
  return end < 0 ? line.length : end;
}

/** Place of the quote that a field begins with, after blanks; −1: it begins with none. */
function openingQuote(line: string, from: number, quote: string): number {
  let at = from;
  while (line[at] === ' ') at++;
  return line[at] === quote ? at : -1;
}

/** A doubled quote is a character. */
function closingQuote(line: string, from: number, quote: string): number {
  let close = line.indexOf(quote, from);
  while (close >= 0 && line[close + 1] === quote) close = line.indexOf(quote, close + 2);
  return close;
}

function unquoted(field: string, quote: string): string {
  const trimmed = field.trim();
  const isQuoted = trimmed.length > 1 && trimmed.startsWith(quote) && trimmed.endsWith(quote);
  return isQuoted ? trimmed.slice(1, -1).replaceAll(quote + quote, quote) : trimmed;
}
