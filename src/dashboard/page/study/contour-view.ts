// Two parameters against each other: the mean objective of the trials around each place, and the trials themselves.
import type { DashboardRow } from '../../wire.js';
import { element, panel, replace, select } from '../dom.js';
import { objectiveTitle } from '../figures.js';
import type { PlotAxis } from '../plots/axis.js';
import { type Canvas, canvasPlot } from '../plots/canvas-plot.js';
import { ink, rampColor } from '../plots/colors.js';
import { drawAxes } from '../plots/scatter.js';
import { hideTooltip, showTooltip } from '../plots/tooltip.js';
import { rowLines } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

const CELLS = 24;
/** Of a place's surroundings, in shares: nearer trials count more. */
const REACH = 0.06;
const LEFT = 64;
const TOP = 8;
const BOTTOM = 34;
const KEY = 74;
const MOST_DRAWN = 3_000;
const MOST_OUTLINED = 300;

export function contourView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement | null {
  const params = store.axes.filter(({ isObjective }) => !isObjective);
  const [first, second] = params;
  if (first === undefined || second === undefined) return null;
  let names = [first.name, second.name] as const;
  let points: { row: DashboardRow; x: number; y: number }[] = [];
  const axisOf = (name: string): PlotAxis =>
    store.axes.find((axis) => axis.name === name && !axis.isObjective) ?? first;

  const plot: Canvas = canvasPlot('Mean objective over two parameters', 300, (context, width, height) => {
    const [x, y, objective] = [axisOf(names[0]), axisOf(names[1]), store.axes.at(-1)!];
    const [xs, ys, values] = [store.sharesOf(x), store.sharesOf(y), store.sharesOf(objective)];
    const right = width - KEY;
    const at = (shareX: number, shareY: number): readonly [number, number] => [
      LEFT + shareX * (right - LEFT),
      TOP + (1 - shareY) * (height - TOP - BOTTOM),
    ];
    points = store.rows.flatMap((row, place) => {
      const isShown = store.isVisible(row) && row.state === 'COMPLETE';
      if (!isShown || Number.isNaN(xs[place]!) || Number.isNaN(ys[place]!) || Number.isNaN(values[place]!))
        return [];
      const [px, py] = at(xs[place]!, ys[place]!);
      return [{ row, x: px, y: py, shareX: xs[place]!, shareY: ys[place]!, value: values[place]! }];
    });
    const cells = smooth(points as unknown as readonly Known[], x, y);
    for (const { fromX, toX, fromY, toY, value } of cells) {
      const [px, py] = at(fromX, toY);
      const [qx, qy] = at(toX, fromY);
      context.fillStyle = rampColor(value);
      context.fillRect(px, py, qx - px + 0.6, qy - py + 0.6);
    }
    drawAxes(
      context,
      { title: x.title, ticks: x.ticks },
      { title: y.title, ticks: y.ticks },
      at,
      right,
      height,
    );
    const colors = ink();
    const every = Math.ceil(points.length / MOST_DRAWN);
    // Around them paper, where there is room for it: on the strongest colour they would not be seen.
    const layers = [
      [colors.paper, points.length <= MOST_OUTLINED ? 4 : 0] as const,
      [colors.text, 2] as const,
    ];
    for (const [color, size] of layers) {
      context.fillStyle = color;
      for (let place = 0; place < points.length; place += every) {
        const { x: px, y: py } = points[place]!;
        context.fillRect(px - size / 2, py - size / 2, size, size);
      }
    }
    drawKey(context, objective, width, height);
  });
  plot.canvas.addEventListener('pointermove', (event) => {
    const near = points.find(({ x, y }) => Math.hypot(x - event.offsetX, y - event.offsetY) < 7);
    if (near === undefined) hideTooltip();
    else showTooltip(rowLines(store, near.row), event.clientX, event.clientY);
  });
  plot.canvas.addEventListener('click', (event) => {
    const near = points.find(({ x, y }) => Math.hypot(x - event.offsetX, y - event.offsetY) < 7);
    if (near !== undefined) open(near.row);
  });
  const choices = params.map(({ name }) => [name, name] as const);
  const selectors = element('span', { class: 'fields' });
  const rebuild = (): void => {
    replace(
      selectors,
      select('x', choices, names[0], (value) => choose([value, names[1]])),
      select('y', choices, names[1], (value) => choose([names[0], value])),
    );
  };
  const choose = (next: readonly [string, string]): void => {
    names = next;
    plot.redraw();
  };
  rebuild();
  store.on(['rows', 'visible'], plot.redraw);
  plot.redraw();
  return panel(
    'Contours',
    `mean ${objectiveTitle(store.facts!)} nearby; the stronger the colour, the better`,
    [selectors],
    plot.host,
  );
}

interface Known {
  readonly shareX: number;
  readonly shareY: number;
  readonly value: number;
}

/** Gaussian means by cells; a cell without trials nearby stays empty. O(cells² · occupied cells). */
function smooth(points: readonly Known[], x: PlotAxis, y: PlotAxis) {
  const sizeOf = (axis: PlotAxis): number => (axis.isChoice ? Math.max(1, axis.ticks.length) : CELLS);
  const [columns, lines] = [sizeOf(x), sizeOf(y)];
  const sums = new Float64Array(columns * lines);
  const counts = new Float64Array(columns * lines);
  for (const { shareX, shareY, value } of points) {
    const cell =
      Math.min(lines - 1, Math.floor(shareY * lines)) * columns +
      Math.min(columns - 1, Math.floor(shareX * columns));
    sums[cell]! += value;
    counts[cell]! += 1;
  }
  const weight = (from: number, to: number, count: number, isChoice: boolean): number =>
    isChoice ? Number(from === to) : Math.exp(-0.5 * ((from - to) / count / REACH) ** 2);
  const cells = [];
  for (let line = 0; line < lines; line++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      let total = 0;
      for (let otherLine = 0; otherLine < lines; otherLine++) {
        const byLine = weight(line, otherLine, lines, y.isChoice);
        if (byLine < 0.01) continue;
        for (let other = 0; other < columns; other++) {
          const cell = otherLine * columns + other;
          if (counts[cell] === 0) continue;
          const by = byLine * weight(column, other, columns, x.isChoice);
          sum += by * sums[cell]!;
          total += by * counts[cell]!;
        }
      }
      if (total > 0.05)
        cells.push({
          fromX: column / columns,
          toX: (column + 1) / columns,
          fromY: line / lines,
          toY: (line + 1) / lines,
          value: sum / total,
        });
    }
  return cells;
}

function drawKey(
  context: CanvasRenderingContext2D,
  objective: PlotAxis,
  width: number,
  height: number,
): void {
  const [top, bottom] = [TOP + 4, height - BOTTOM - 4];
  const left = width - KEY + 16;
  const steps = 40;
  for (let step = 0; step < steps; step++) {
    context.fillStyle = rampColor(1 - step / (steps - 1));
    context.fillRect(left, top + ((bottom - top) * step) / steps, 9, (bottom - top) / steps + 0.6);
  }
  context.fillStyle = ink().quiet;
  context.textAlign = 'left';
  for (const { share, text } of objective.ticks)
    if (share >= 0 && share <= 1) context.fillText(text, left + 13, bottom - share * (bottom - top));
}
