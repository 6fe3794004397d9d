// A small table for a terminal: columns as wide as what they hold, the least important ones left out where there is no room,
// the last one cut. Pure.

import { printable } from '../../../wording/printable.js';
import { type Line, pad, type Span, type Style, span, widthOf } from './styled-line.js';

export interface Column<Row> {
  readonly head: string;
  readonly align?: 'left' | 'right';
  cell(row: Row): string;
  style?(row: Row): Style | undefined;
  /** The highest go first when there is no room; absent: stays. */
  readonly dropOrder?: number;
  /** Not wider than so many columns. */
  readonly most?: number;
  /** Takes what the others leave, at least so much. */
  readonly least?: number;
}

const GAP = 2;

export interface LaidOut<Row> {
  readonly head: Line;
  line(row: Row, style?: Style): Line;
}

/** `rows`: all that are shown. Columns in which none has anything are left out. */
export function layOut<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): LaidOut<Row> {
  let shown = columns.map((column) => {
    const texts = rows.map((row) => printable(column.cell(row)));
    const natural = texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
    const isEmpty = natural === 0 && rows.length > 0;
    const wanted = Math.min(column.most ?? Number.POSITIVE_INFINITY, Math.max(natural, widthOf(column.head)));
    return { column, isEmpty, wanted, width: Math.min(wanted, column.least ?? wanted) };
  });
  shown = shown.filter(({ isEmpty }) => !isEmpty);
  const taken = (): number => shown.reduce((sum, one) => sum + one.width + GAP, -GAP);
  while (taken() > width) {
    const candidates = shown.filter(({ column }) => column.dropOrder !== undefined);
    const [first] = candidates.sort((left, right) => right.column.dropOrder! - left.column.dropOrder!);
    if (first === undefined) break;
    shown = shown.filter((one) => one !== first);
  }
  let spare = Math.max(0, width - taken());
  const widths = shown.map((one) => {
    const more = Math.min(spare, one.wanted - one.width);
    spare -= more;
    return one.width + more;
  });
  const join = (spanOf: (column: Column<Row>, width: number) => Span): Line =>
    shown.flatMap(({ column }, at) => [
      ...(at === 0 ? [] : [span(' '.repeat(GAP))]),
      spanOf(column, widths[at]!),
    ]);
  return {
    head: join((column, wide) => span(pad(column.head, wide, column.align), 'dim')),
    line: (row, style) =>
      join((column, wide) => span(pad(column.cell(row), wide, column.align), style ?? column.style?.(row))),
  };
}
