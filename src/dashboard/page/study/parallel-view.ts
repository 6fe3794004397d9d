// Parallel coordinates: a line for each trial through its values, the best on top. A brush on an axis keeps the trials that
// cross it, here and in every other plot.
import type { DashboardRow } from '../../wire.js';
import { button, element, panel, replace } from '../dom.js';
import type { PlotAxis } from '../plots/axis.js';
import { axisBrush, type BrushHandle } from '../plots/axis-brush.js';
import { FONT, fitCanvas, fitText } from '../plots/canvas-plot.js';
import { ink, onTheme } from '../plots/colors.js';
import { redrawer } from '../plots/redraw.js';
import { hideTooltip, showTooltip } from '../plots/tooltip.js';
import { rowColor, rowLines } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

const HEIGHT_PX = 320;
const TOP = 40;
const BOTTOM = 14;
const SIDE = 68;
/** Narrower ones cannot be read: the plot scrolls sideways instead. */
const LEAST_AXIS_PX = 92;
/** The best so many are drawn at once; what lies beneath them follows. */
const DRAWN_AT_ONCE = 1_200;
const DRAWN_A_FRAME = 1_500;
const NEAR_PX = 10;

interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly axes: readonly PlotAxis[];
  readonly xs: readonly number[];
  readonly shares: readonly Float32Array[];
  /** Place of each row in the shares. */
  readonly places: ReadonlyMap<number, number>;
}

export function parallelView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  const back = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  const front = element('canvas', { role: 'img' });
  const top = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  const brushes = element('div', { class: 'brushes' });
  const inner = element(
    'div',
    { class: 'parallel-inner', style: { height: `${HEIGHT_PX}px` } },
    back,
    front,
    top,
    brushes,
  );
  const host = element(
    'div',
    { class: 'parallel', role: 'group', attributes: { 'aria-label': 'Parallel coordinates' } },
    inner,
  );
  const count = element('span', { class: 'quiet number' });
  const clear = button('Clear', () => store.clearBrushes(), { class: 'small' });
  let handles: BrushHandle[] = [];
  let known = '';
  let isBackDrawn = false;
  let work = 0;

  const yOf = (share: number): number => TOP + (1 - share) * (HEIGHT_PX - TOP - BOTTOM);
  const layout = (): { axes: readonly PlotAxis[]; xs: number[]; width: number } => {
    const { axes } = store;
    const width = Math.max(host.clientWidth, axes.length * LEAST_AXIS_PX);
    const gap = axes.length > 1 ? (width - 2 * SIDE) / (axes.length - 1) : 0;
    return { axes, xs: axes.map((_, at) => SIDE + at * gap), width };
  };
  const drawingOn = (canvas: HTMLCanvasElement): Drawing | null => {
    const { axes, xs, width } = layout();
    inner.style.setProperty('width', `${width}px`);
    const context = fitCanvas(canvas, width, HEIGHT_PX);
    if (context === null) return null;
    const places = new Map(store.rows.map(({ point }, place) => [point, place]));
    return { context, axes, xs, shares: axes.map((axis) => store.sharesOf(axis)), places };
  };

  const trace = ({ context, xs, shares }: Drawing, place: number): void => {
    let isDown = false;
    for (let at = 0; at < xs.length; at++) {
      const share = shares[at]![place]!;
      if (Number.isNaN(share)) {
        isDown = false;
        continue;
      }
      if (isDown) context.lineTo(xs[at]!, yOf(share));
      else context.moveTo(xs[at]!, yOf(share));
      isDown = true;
    }
  };
  const stroke = (drawing: Drawing, row: DashboardRow): void => {
    const place = drawing.places.get(row.point);
    if (place === undefined) return;
    drawing.context.strokeStyle = rowColor(store, row);
    drawing.context.beginPath();
    trace(drawing, place);
    drawing.context.stroke();
  };

  const drawBack = (): void => {
    const drawing = drawingOn(back);
    if (drawing === null) return;
    isBackDrawn = true;
    const { context } = drawing;
    context.strokeStyle = ink().dim;
    context.globalAlpha = store.rows.length > 500 ? 0.25 : 0.6;
    // Only what is hidden shows it: of very many a share tells as much.
    const every = Math.ceil(store.rows.length / 2_000);
    for (let place = 0; place < store.rows.length; place += every) {
      context.beginPath();
      trace(drawing, place);
      context.stroke();
    }
  };
  const drawFront = (): void => {
    const drawing = drawingOn(front);
    if (drawing === null) return;
    const { context } = drawing;
    back.style.setProperty('visibility', store.isFiltered ? 'visible' : 'hidden');
    if (store.isFiltered && !isBackDrawn) drawBack();
    const drawn = store.visible.filter(({ state }) => state !== 'PENDING');
    const alpha = drawn.length > 3_000 ? 0.35 : drawn.length > 120 ? 0.55 : 0.9;
    const first = drawn.slice(0, DRAWN_AT_ONCE);
    context.lineWidth = drawn.length > 400 ? 1 : 1.4;
    context.globalAlpha = alpha;
    for (let at = first.length - 1; at >= 0; at--) stroke(drawing, first[at]!);
    drawFrame(drawing);
    const mine = ++work;
    let next = first.length;
    const drawMore = (): void => {
      if (mine !== work || next >= drawn.length) return;
      context.globalCompositeOperation = 'destination-over';
      context.globalAlpha = alpha;
      context.lineWidth = 1;
      for (const row of drawn.slice(next, next + DRAWN_A_FRAME)) stroke(drawing, row);
      context.globalCompositeOperation = 'source-over';
      next += DRAWN_A_FRAME;
      requestAnimationFrame(drawMore);
    };
    requestAnimationFrame(drawMore);
    front.setAttribute(
      'aria-label',
      `${store.visible.length} of ${store.rows.length} trials over ${store.axes.map(({ title }) => title).join(', ')}`,
    );
  };
  const redraw = redrawer(inner, drawFront);

  const rebuild = (): void => {
    const { axes, xs } = layout();
    const signature = axes
      .map(({ name, ticks }) => `${name} ${ticks.map(({ text }) => text).join()}`)
      .join('\n');
    if (signature !== known) {
      known = signature;
      handles = axes.map((axis) =>
        axisBrush({
          axis,
          topPx: TOP,
          heightPx: HEIGHT_PX - TOP - BOTTOM,
          onBrush: (ends) => store.brush(axis.name, ends),
        }),
      );
      replace(brushes, ...handles.map(({ host: handle }) => handle));
    }
    for (const [at, handle] of handles.entries()) {
      handle.place(xs[at]!, axes.length > 1 ? xs[1]! - xs[0]! : 200);
      handle.show(store.brushes.get(axes[at]!.name) ?? null);
    }
    count.textContent = store.isFiltered
      ? `${store.visible.length} of ${store.rows.length}`
      : `${store.rows.length} trials`;
    clear.hidden = !store.isFiltered;
  };

  const find = (clientX: number, clientY: number): DashboardRow | null => {
    const box = inner.getBoundingClientRect();
    const { axes, xs } = layout();
    const [x, y] = [clientX - box.left, clientY - box.top];
    const right = xs.findIndex((one) => one >= x);
    if (right < 1) return null;
    const mix = (x - xs[right - 1]!) / (xs[right]! - xs[right - 1]!);
    const [from, to] = [store.sharesOf(axes[right - 1]!), store.sharesOf(axes[right]!)];
    let found: DashboardRow | null = null;
    let distance = NEAR_PX;
    for (const [place, row] of store.rows.entries()) {
      if (!store.isVisible(row)) continue;
      const away = Math.abs(yOf(from[place]! * (1 - mix) + to[place]! * mix) - y);
      if (away >= distance) continue;
      distance = away;
      found = row;
    }
    return found;
  };
  const showHovered = (row: DashboardRow | null): void => {
    const drawing = drawingOn(top);
    if (row === null || drawing === null) return;
    drawing.context.lineWidth = 3;
    stroke(drawing, row);
  };
  inner.addEventListener('pointermove', (event) => {
    if (event.buttons !== 0 || event.pointerType === 'touch') return;
    const row = find(event.clientX, event.clientY);
    showHovered(row);
    if (row === null) hideTooltip();
    else showTooltip(rowLines(store, row), event.clientX, event.clientY);
  });
  inner.addEventListener('pointerleave', () => {
    showHovered(null);
    hideTooltip();
  });
  front.addEventListener('click', ({ clientX, clientY }) => {
    const row = find(clientX, clientY);
    if (row !== null) open(row);
  });

  const onRows = (): void => {
    isBackDrawn = false;
    rebuild();
    redraw();
  };
  store.on(['rows'], onRows);
  store.on(['visible'], () => {
    rebuild();
    redraw();
  });
  new ResizeObserver(onRows).observe(host);
  onTheme(() => host.isConnected && onRows());
  onRows();
  return panel(
    'Parallel coordinates',
    'drag along an axis to filter everything on this page',
    [count, clear],
    host,
  );

  function drawFrame({ context, axes, xs }: Drawing): void {
    const colors = ink();
    context.globalAlpha = 1;
    context.font = FONT;
    for (const [at, axis] of axes.entries()) {
      const x = xs[at]!;
      context.strokeStyle = colors.line;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, TOP - 4);
      context.lineTo(x, HEIGHT_PX - BOTTOM + 4);
      context.stroke();
      context.textAlign = 'right';
      for (const { share, text } of axis.ticks) {
        const y = yOf(share);
        if (y < TOP - 6 || y > HEIGHT_PX - BOTTOM + 6) continue;
        const fitted = fitText(context, text, SIDE - 12);
        context.lineWidth = 3;
        context.strokeStyle = colors.paper;
        context.strokeText(fitted, x - 7, y);
        context.fillStyle = colors.quiet;
        context.fillText(fitted, x - 7, y);
        context.lineWidth = 1;
        context.strokeStyle = colors.line;
        context.beginPath();
        context.moveTo(x - 4, y);
        context.lineTo(x, y);
        context.stroke();
      }
    }
  }
}
