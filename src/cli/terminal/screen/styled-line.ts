// A line of the terminal as pieces of text, each with a style, and how it is cut to a width. What is others' text becomes
// printable here: nothing that a line holds moves the cursor.
import stringWidth from 'string-width';
import { printable } from '../../../wording/printable.js';
import type { Colors } from '../../context.js';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'blue' | 'inverse';

export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

export type Line = readonly Span[];

const ELLIPSIS = '…';
/** One column each, and one letter each: nearly all that is written here, told at once. */
const PLAIN =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u00ff\u2013\u2014\u2018-\u201f\u2026\u2190-\u2193\u2212\u2248\u2500-\u259f\u2800-\u28ff]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function span(text: string, style?: Style): Span {
  return style === undefined ? { text } : { text, style };
}

/** Columns that a text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** At most `width` columns of it; what is cut ends in an ellipsis. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  if (PLAIN.test(text)) return `${text.slice(0, width - 1)}${ELLIPSIS}`;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = used + widthOf(segment);
    if (next > width - 1) break;
    kept += segment;
    used = next;
  }
  return `${kept}${ELLIPSIS}`;
}

/** Exactly `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const kept = cut(printable(text), width);
  const rest = ' '.repeat(Math.max(0, width - widthOf(kept)));
  return align === 'left' ? `${kept}${rest}` : `${rest}${kept}`;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(printable(text)), 0);
}

/** The line in at most `width` columns, each piece printable. */
export function cutLine(line: Line, width: number): Line {
  const kept: Span[] = [];
  let left = width;
  for (const { text, style } of line) {
    if (left <= 0) break;
    const safe = cut(printable(text), left);
    left -= widthOf(safe);
    kept.push(span(safe, style));
    if (safe !== printable(text)) break;
  }
  return kept;
}

/** As it is written to a stream. */
export function paintLine(line: Line, width: number, colors: Colors): string {
  return cutLine(line, width)
    .map(({ text, style }) => (style === undefined || text === '' ? text : colors[style](text)))
    .join('');
}

/** Text over as many lines as it takes, broken between words. */
export function wrapText(text: string, width: number, style?: Style): Line[] {
  const lines: string[] = [];
  let current = '';
  for (const word of printable(text).split(' ')) {
    const next = current === '' ? word : `${current} ${word}`;
    if (current !== '' && widthOf(next) > width) {
      lines.push(current);
      current = word;
    } else current = next;
  }
  return [...lines, current].map((line) => [span(line, style)]);
}
