// Points on a canvas over two axes, those that a filter leaves out behind the others; the one under the pointer is told.
import type { DashboardRow } from '../../wire.js';
import { rowLines } from '../row-text.js';
import type { StudyStore } from '../study-store.js';
import { type Canvas, canvasPlot, fitText } from './canvas-plot.js';
import { ink } from './colors.js';
import { packColor, Stamps } from './pixels.js';
import { hideTooltip, showTooltip } from './tooltip.js';

export interface ScatterAxis {
  readonly title: string;
  /** In [0, 1]; NaN: the row has no place. */
  shareOf(row: DashboardRow, place: number): number;
  readonly ticks: readonly { readonly share: number; readonly text: string }[];
}

export interface ScatterOptions {
  readonly label: string;
  readonly heightPx: number;
  x(): ScatterAxis;
  y(): ScatterAxis;
  /** Room at the left for the ticks of y. */
  readonly leftPx?: number;
  /** A choice's points are spread sideways a little, always alike. */
  readonly isSpread?: boolean;
  /** Lines across, in shares of y: of common sense, with its name where there is room for one. */
  marks?(): readonly { readonly share: number; readonly name: string }[];
  /** Drawn over the points; `at` turns shares into places. */
  paint?(context: CanvasRenderingContext2D, at: (x: number, y: number) => readonly [number, number]): void;
  onPick(row: DashboardRow): void;
}

const TOP = 8;
const RIGHT = 10;
const BOTTOM = 34;
const NEAR_PX = 9;
const ROOM_FOR_NAME = 260;
const SPREAD = 0.05;

export function scatter(store: StudyStore, options: ScatterOptions): Canvas {
  const left = options.leftPx ?? 46;
  /** What was drawn: places of the rows, and where they stand. */
  let drawn = {
    rows: store.rows,
    count: 0,
    places: new Uint32Array(),
    xs: new Float32Array(),
    ys: new Float32Array(),
  };
  const canvas = canvasPlot(options.label, options.heightPx, (context, width, height) => {
    const [xAxis, yAxis] = [options.x(), options.y()];
    const at = (x: number, y: number): readonly [number, number] => [
      left + x * (width - left - RIGHT),
      TOP + (1 - y) * (height - TOP - BOTTOM),
    ];
    drawAxes(context, xAxis, yAxis, at, width, height);
    const colors = ink();
    const { rows } = store;
    const ratio = devicePixelRatio || 1;
    const stamps = new Stamps(width * ratio, height * ratio);
    const size = (rows.length > 2_000 ? 2 : rows.length > 300 ? 3 : 5) * ratio;
    const [places, xs, ys] = [
      new Uint32Array(rows.length),
      new Float32Array(rows.length),
      new Float32Array(rows.length),
    ];
    let count = 0;
    const dim = packColor(colors.dim);
    for (const [place, row] of rows.entries()) {
      if (row.objective === null) continue;
      const x = xAxis.shareOf(row, place);
      const y = yAxis.shareOf(row, place);
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      const spread = options.isSpread === true ? (((row.point * 0.618) % 1) - 0.5) * SPREAD : 0;
      const [px, py] = at(Math.min(1, Math.max(0, x + spread)), y);
      if (!store.isVisibleAt(place)) stamps.put(px * ratio, py * ratio, size, size, dim);
      else {
        places[count] = place;
        xs[count] = px;
        ys[count++] = py;
      }
    }
    for (const isComplete of [false, true]) {
      const color = packColor(isComplete ? colors.accent : colors.quiet);
      // What was stopped has less area, not only another colour.
      for (let one = 0; one < count; one++)
        if ((rows[places[one]!]!.state === 'COMPLETE') === isComplete)
          stamps.put(xs[one]! * ratio, ys[one]! * ratio, size, isComplete ? size : ratio, color);
    }
    stamps.drawOn(context, 0, 0);
    for (const { share, name } of options.marks?.() ?? [])
      drawMark(context, name, at(0, share), at(1, share));
    drawn = { rows, count, places, xs, ys };
    options.paint?.(context, at);
  });
  const find = ({ offsetX, offsetY }: MouseEvent): DashboardRow | null => {
    let found: DashboardRow | null = null;
    let distance = NEAR_PX;
    for (let one = 0; one < drawn.count; one++) {
      const away = Math.hypot(drawn.xs[one]! - offsetX, drawn.ys[one]! - offsetY);
      if (away >= distance) continue;
      distance = away;
      found = drawn.rows[drawn.places[one]!]!;
    }
    return found;
  };
  canvas.canvas.addEventListener('pointermove', (event) => {
    const row = find(event);
    if (row === null) hideTooltip();
    else showTooltip(rowLines(store, row), event.clientX, event.clientY);
  });
  canvas.canvas.addEventListener('click', (event) => {
    const row = find(event);
    if (row !== null) options.onPick(row);
  });
  return canvas;
}

function drawMark(
  context: CanvasRenderingContext2D,
  name: string,
  [left, y]: readonly [number, number],
  [right]: readonly [number, number],
): void {
  const colors = ink();
  context.strokeStyle = colors.baseline;
  context.lineWidth = 1;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(right, y);
  context.stroke();
  context.setLineDash([]);
  if (right - left < ROOM_FOR_NAME) return;
  context.textAlign = 'right';
  context.lineWidth = 3;
  context.strokeStyle = colors.paper;
  context.strokeText(name, right - 2, y - 7);
  context.fillStyle = colors.baseline;
  context.fillText(name, right - 2, y - 7);
}

export function drawAxes(
  context: CanvasRenderingContext2D,
  x: Pick<ScatterAxis, 'title' | 'ticks'>,
  y: Pick<ScatterAxis, 'title' | 'ticks'>,
  at: (x: number, y: number) => readonly [number, number],
  width: number,
  height: number,
): void {
  const colors = ink();
  const [left, bottom] = at(0, 0);
  const [right, top] = at(1, 1);
  context.lineWidth = 1;
  context.fillStyle = colors.quiet;
  context.textAlign = 'right';
  for (const { share, text } of y.ticks) {
    if (share < -0.001 || share > 1.001) continue;
    const place = at(0, share)[1];
    context.strokeStyle = colors.veil;
    context.beginPath();
    context.moveTo(left, place);
    context.lineTo(right, place);
    context.stroke();
    context.fillText(fitText(context, text, left - 8), left - 6, place);
  }
  context.textAlign = 'center';
  let free = left - 30;
  for (const { share, text } of x.ticks) {
    if (share < -0.001 || share > 1.001) continue;
    const [place] = at(share, 0);
    const fitted = fitText(context, text, 90);
    const half = context.measureText(fitted).width / 2;
    const middle = Math.min(width - half - 1, place);
    if (middle - half < free + 6) continue;
    free = middle + half;
    context.strokeStyle = colors.line;
    context.beginPath();
    context.moveTo(place, bottom);
    context.lineTo(place, bottom + 4);
    context.stroke();
    context.fillText(fitted, middle, bottom + 12);
  }
  context.strokeStyle = colors.line;
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left, bottom);
  context.lineTo(right, bottom);
  context.stroke();
  context.fillStyle = colors.text;
  context.fillText(fitText(context, x.title, right - left), (left + right) / 2, height - 7);
}
