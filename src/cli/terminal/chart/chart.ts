// A chart of lines and dots over two axes for a terminal: round ticks, units in the titles, named lines for what all are
// compared with. Pure.
import { printable } from '../../../wording/printable.js';
import type { ScreenSize } from '../screen/screen.js';
import { cut, cutLine, type Line, pad, type Style, span, widthOf } from '../screen/styled-line.js';
import { BrailleCanvas, DOTS_ACROSS, DOTS_DOWN } from './braille.js';
import { type ChartTick, manyTicks, type Range, roundTicks } from './ticks.js';

export interface ChartSeries {
  readonly name: string;
  readonly style?: Style | undefined;
  /** In the order in which a line joins them. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly isDots?: boolean;
  /** The letter that a dot is where they are few; default: a bullet. */
  readonly mark?: string;
  /** At the end of its line, so that lines are told apart without colours. */
  readonly endMark?: string;
  /** Level up to each point, as what is best so far. */
  readonly isStepped?: boolean;
}

export interface Chart {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly ChartSeries[];
  /** Level lines, each with its name. */
  readonly marks?: readonly { readonly name: string; readonly value: number }[];
  /** Default: all that is drawn. */
  readonly xRange?: Range;
  readonly yRange?: Range;
  /** Default: round numbers, `room` letters for them. */
  xTicks?(range: Range, room: number): readonly ChartTick[];
  readonly size: ScreenSize;
}

const LEAST_COLUMNS = 12;
const LEAST_ROWS = 3;
const ROWS_PER_TICK = 4;
/** A longer number is cut. */
const LONGEST_TICK = 18;
/** Of a range around what is drawn. */
const MARGIN = 0.04;
const BULLET = '•';
/** More dots are dots of braille, which lie closer. */
const MOST_LETTERS = 200;

export function drawChart(chart: Chart): Line[] {
  const { size, series, marks = [] } = chart;
  const ys = series.flatMap(({ points }) => points.map(([, y]) => y));
  const xRange =
    chart.xRange ??
    rangeOf(
      series.flatMap(({ points }) => points.map(([x]) => x)),
      0,
    );
  const yRange = chart.yRange ?? rangeOf([...ys, ...marks.map(({ value }) => value)], MARGIN);
  // Title above; the axis and its numbers below.
  const rows = size.rows - 3;
  const yTicks = roundTicks(yRange, Math.max(2, Math.round(rows / ROWS_PER_TICK)));
  const labelWidth = Math.max(...yTicks.map(({ text }) => widthOf(text)), 1);
  const columns = size.columns - labelWidth - 2;
  if (rows < LEAST_ROWS || columns < LEAST_COLUMNS)
    return [cutLine([span('no room for a chart', 'dim')], size.columns)].slice(0, Math.max(0, size.rows));
  const canvas = new BrailleCanvas(columns, rows);
  const xOf = placer(xRange, columns * DOTS_ACROSS - 1);
  const yAt = placer(yRange, rows * DOTS_DOWN - 1);
  const yOf = (value: number): number => rows * DOTS_DOWN - 1 - yAt(value);
  const isInside = (value: number): boolean => value >= yRange.low && value <= yRange.high;
  for (const { value } of marks)
    if (isInside(value)) canvas.line(0, yOf(value), columns * DOTS_ACROSS - 1, yOf(value), 'yellow', 3);
  for (const one of series) drawSeries(canvas, one, xOf, yOf);
  for (const one of series) writeMarks(canvas, one, xOf, yOf);
  for (const { name, value } of marks) {
    if (!isInside(value)) continue;
    const text = cut(printable(name), columns);
    const row = Math.floor(yOf(value) / DOTS_DOWN);
    canvas.text(columns - widthOf(text), row === 0 ? 1 : row - 1, text, 'yellow');
  }
  const tickRows = new Map(yTicks.map(({ at, text }) => [Math.floor(yOf(at) / DOTS_DOWN), text]));
  const xTicks = (chart.xTicks ?? manyTicks)(xRange, columns);
  return [
    legend(chart),
    ...canvas
      .lines()
      .map(
        (line, row): Line => [
          span(`${pad(tickRows.get(row) ?? '', labelWidth, 'right')} `, 'dim'),
          span(tickRows.has(row) ? '┤' : '│', 'dim'),
          ...line,
        ],
      ),
    ...xAxis(chart.xTitle, xTicks, (value) => Math.floor(xOf(value) / DOTS_ACROSS), labelWidth, columns),
  ].map((line) => cutLine(line, size.columns));
}

function drawSeries(
  canvas: BrailleCanvas,
  { points, style, isDots, isStepped }: ChartSeries,
  xOf: (value: number) => number,
  yOf: (value: number) => number,
): void {
  let before: readonly [number, number] | null = null;
  for (const [x, y] of points) {
    const here = [xOf(x), yOf(y)] as const;
    if (isDots === true || before === null) canvas.dot(...here, style);
    else if (isStepped === true) {
      canvas.line(before[0], before[1], here[0], before[1], style);
      canvas.line(here[0], before[1], here[0], here[1], style);
    } else canvas.line(...before, ...here, style);
    before = here;
  }
}

/** Letters over the lines: dots where they are few, and what a line is at its end. */
function writeMarks(
  canvas: BrailleCanvas,
  { points, style, isDots, mark = BULLET, endMark }: ChartSeries,
  xOf: (value: number) => number,
  yOf: (value: number) => number,
): void {
  const write = ([x, y]: readonly [number, number], text: string): void =>
    canvas.text(
      Math.floor(Math.round(xOf(x)) / DOTS_ACROSS),
      Math.floor(Math.round(yOf(y)) / DOTS_DOWN),
      text,
      style,
    );
  if (isDots === true && points.length <= MOST_LETTERS) for (const point of points) write(point, mark);
  const last = points.at(-1);
  if (endMark !== undefined && last !== undefined) write(last, endMark);
}

function legend({ yTitle, series, marks = [] }: Chart): Line {
  const names = series.filter(({ name }) => name !== '');
  const isOne = names.length === 1 && marks.length === 0;
  return [
    span(yTitle, 'bold'),
    ...(isOne
      ? []
      : names.flatMap(({ name, style, isDots, mark = BULLET }) => [
          span(`  ${isDots === true ? mark : '─'} ${name}`, style),
        ])),
  ];
}

function xAxis(
  title: string,
  ticks: readonly ChartTick[],
  columnOf: (value: number) => number,
  labelWidth: number,
  columns: number,
): Line[] {
  const indent = ' '.repeat(labelWidth + 1);
  const axis = Array.from({ length: columns }, () => '─');
  const numbers = new BrailleCanvas(columns, 1);
  const name = cut(printable(title), Math.floor(columns / 2));
  const room = name === '' ? columns : columns - widthOf(name) - 1;
  let free = 0;
  for (const { at, text } of ticks) {
    const column = Math.max(0, Math.min(columns - 1, columnOf(at)));
    axis[column] = '┬';
    const shown = cut(printable(text), LONGEST_TICK);
    const start = Math.max(0, Math.min(column - Math.floor(widthOf(shown) / 2), columns - widthOf(shown)));
    if (start < free || start + widthOf(shown) > room) continue;
    numbers.text(start, 0, shown, 'dim');
    free = start + widthOf(shown) + 1;
  }
  numbers.text(columns - widthOf(name), 0, name, 'bold');
  return [[span(`${indent}└${axis.join('')}`, 'dim')], [span(`${indent} `), ...numbers.lines()[0]!]];
}

function placer({ low, high }: Range, span: number): (value: number) => number {
  return (value) => {
    const at = high === low ? span / 2 : ((value - low) / (high - low)) * span;
    // Far beyond the edge is beyond the edge: a line there has an end all the same.
    return Math.max(-2 * span, Math.min(3 * span, at));
  };
}

/** Of all values that are finite, and `margin` of it around. */
export function rangeOf(values: readonly number[], margin: number): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1 };
  const around = low === high ? Math.abs(low || 1) * 0.05 : (high - low) * margin;
  return { low: low - around, high: high + around };
}
