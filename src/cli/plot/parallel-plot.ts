// Each trial as a line through all parameters to its objective, the best on top; the best tenth stands out. Pure.

import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import { BrailleCanvas, DOTS_ACROSS, DOTS_DOWN } from '../terminal/chart/braille.js';
import { roundTicks } from '../terminal/chart/ticks.js';
import { cut, cutLine, type Line, span, widthOf } from '../terminal/screen/styled-line.js';
import { paramAxes } from './param-axes.js';
import { type DrawnPlot, objectiveRange, type PlotInput, rowsOf } from './plot.js';

const BEST_SHARE = 0.1;
/** Of more, those that are worse only make the rest grey. */
const MOST_DIM = 400;
const LEAST_ROWS = 6;
const COLUMNS_PER_AXIS = 8;

export function parallelPlot({ view, words }: PlotInput): DrawnPlot {
  const direction = view.header?.direction ?? 'minimize';
  const sign = direction === 'minimize' ? 1 : -1;
  const axes = paramAxes(view);
  const rows = rowsOf(view)
    .filter(({ state }) => state === 'COMPLETE')
    .sort((left, right) => sign * (left.objective - right.objective));
  return {
    numbers: {
      unit: words.unit,
      params: axes.map(({ name }) => name),
      rows: rows.map(({ trial, params, objective }) => ({
        trial,
        params,
        objective: objective * words.scale,
      })),
    },
    draw({ columns, rows: height }) {
      const canvasRows = height - 3;
      const names = [...axes.map(({ name }) => name), words.title];
      if (rows.length === 0) return [[span('no trial is complete yet', 'dim')]];
      if (canvasRows < LEAST_ROWS || columns < names.length * COLUMNS_PER_AXIS)
        return [
          cutLine([span(`no room for ${names.length} axes: a wider terminal shows them`, 'dim')], columns),
        ];
      const canvas = new BrailleCanvas(columns, canvasRows);
      const range = objectiveRange(
        rows.map(({ objective }) => objective * words.scale),
        direction,
        [],
      );
      const left = 4;
      const step = (columns - 2 * left - 1) / Math.max(1, names.length - 1);
      const columnOf = (at: number): number => Math.round(left + at * step);
      const bottom = canvasRows * DOTS_DOWN - 1;
      const yOf = (share: number): number => (1 - share) * bottom;
      const shareOf = (objective: number): number => {
        const share =
          (Math.max(range.low, Math.min(range.high, objective)) - range.low) / (range.high - range.low);
        return sign === 1 ? 1 - share : share;
      };
      const best = Math.max(1, Math.round(rows.length * BEST_SHARE));
      const draw = (at: number): void => {
        const { params, objective } = rows[at]!;
        const shares = [
          ...axes.map((axis) =>
            params[axis.name] === undefined ? Number.NaN : axis.shareOf(params[axis.name]!),
          ),
          shareOf(objective * words.scale),
        ];
        for (let place = 1; place < shares.length; place++) {
          const [from, to] = [shares[place - 1]!, shares[place]!];
          if (Number.isNaN(from) || Number.isNaN(to)) continue;
          const x = (one: number): number => columnOf(one) * DOTS_ACROSS;
          canvas.line(x(place - 1), yOf(from), x(place), yOf(to), at < best ? 'green' : 'dim');
        }
      };
      const worst = rows.length - 1;
      const every = Math.max(1, Math.ceil((worst - best) / MOST_DIM));
      for (let at = worst; at >= best; at -= every) draw(at);
      for (let at = best - 1; at >= 0; at--) draw(at);
      for (const place of names.keys())
        for (let row = 0; row < canvasRows; row++) canvas.text(columnOf(place), row, '│', 'dim');
      for (const [place, axis] of axes.entries()) {
        for (const { at, text } of axis.ticks) {
          const row = Math.min(canvasRows - 1, Math.floor(yOf(at) / DOTS_DOWN));
          canvas.text(columnOf(place) + 1, row, cut(printable(text), Math.max(1, Math.floor(step) - 2)));
        }
      }
      const inside = roundTicks(range, 4);
      for (const { at, text } of inside) {
        const row = Math.min(canvasRows - 1, Math.floor(yOf(shareOf(at)) / DOTS_DOWN));
        canvas.text(columns - left - 2 - widthOf(text), row, text);
      }
      return [
        [
          span(`${countOf(rows.length, 'complete trial')}, the best tenth in `, 'dim'),
          span('green', 'green'),
        ],
        ...canvas.lines(),
        nameLine(names, columnOf, columns, Math.floor(step) - 1),
      ].map((line) => cutLine(line, columns));
    },
  };
}

function nameLine(
  names: readonly string[],
  columnOf: (at: number) => number,
  columns: number,
  room: number,
): Line {
  const canvas = new BrailleCanvas(columns, 1);
  for (const [at, name] of names.entries()) {
    const text = cut(printable(name), Math.max(1, room));
    const start = Math.max(
      0,
      Math.min(columns - widthOf(text), columnOf(at) - Math.floor(widthOf(text) / 2)),
    );
    canvas.text(start, 0, text, 'bold');
  }
  return canvas.lines()[0]!;
}
