// Parallel coordinates: a line for each trial through its values, the best on top. A brush on an axis keeps the trials that
// cross it, here and in every other plot.
import { countOf } from '../../../wording/plural.js';
import type { DashboardRow } from '../../wire.js';
import { button, element, panel, replace } from '../dom.js';
import { baselineMarks, type PlotAxis } from '../plots/axis.js';
import { axisBrush, type BrushHandle } from '../plots/axis-brush.js';
import { fitCanvas, fitText } from '../plots/canvas-plot.js';
import { ink, onTheme } from '../plots/colors.js';
import { LineSheet } from '../plots/line-sheet.js';
import { laidOutSize, redrawer } from '../plots/redraw.js';
import { hideTooltip, showTooltip } from '../plots/tooltip.js';
import { rowColor, rowLines } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

const HEIGHT_PX = 320;
const TOP = 40;
const BOTTOM = 14;
const SIDE = 68;
/** Narrower ones cannot be read: the plot scrolls sideways instead. */
const LEAST_AXIS_PX = 92;
/** Of the first frame and of those that follow, for drawing: in the first much else is to be drawn. */
const FIRST_MS = 5;
const DRAWING_MS = 18;
/** Beneath so many lines the edges of a line are not seen. */
const SMOOTH = 1_500;
const DRAWN_BETWEEN_LOOKS = 60;
/** Of what the filter hides, so many tell as much as all. */
const MOST_HIDDEN = 1_500;
const NEAR_PX = 10;

interface Layout {
  readonly axes: readonly PlotAxis[];
  readonly xs: readonly number[];
  readonly width: number;
}

export function parallelView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  const back = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  const front = element('canvas', { role: 'img' });
  const frame = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  const top = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  const brushes = element('div', { class: 'brushes' });
  const inner = element(
    'div',
    { class: 'parallel-inner', style: { height: `${HEIGHT_PX}px` } },
    back,
    front,
    frame,
    top,
    brushes,
  );
  const host = element(
    'div',
    { class: 'parallel', role: 'group', attributes: { 'aria-label': 'Parallel coordinates' } },
    inner,
  );
  const count = element('span', { class: 'quiet number', style: { 'text-align': 'right' } });
  const clear = button('Clear', () => store.clearBrushes(), { class: 'small' });
  let handles: BrushHandle[] = [];
  let known = '';
  /** Of back and frame. */
  let isLaidOut = false;
  let isBackDrawn = false;
  let work = 0;
  let frontSheet: LineSheet | null = null;

  const yOf = (share: number): number => TOP + (1 - share) * (HEIGHT_PX - TOP - BOTTOM);
  const layout = (): Layout => {
    const { axes } = store;
    const width = Math.max(size.width, axes.length * LEAST_AXIS_PX);
    const gap = axes.length > 1 ? (width - 2 * SIDE) / (axes.length - 1) : 0;
    return { axes, xs: axes.map((_, at) => SIDE + at * gap), width };
  };
  const fit = (canvas: HTMLCanvasElement, { width }: Layout): CanvasRenderingContext2D | null => {
    inner.style.setProperty('width', `${width}px`);
    return fitCanvas(canvas, width, HEIGHT_PX);
  };
  /** Calls `line` for each piece of a row's way, in pixels of the page. */
  const traceOver = ({ axes, xs }: Layout) => {
    const shares = axes.map((axis) => store.sharesOf(axis));
    return (place: number, line: (x: number, y: number, toX: number, toY: number) => void): void => {
      for (let at = 1; at < xs.length; at++) {
        const [from, to] = [shares[at - 1]![place]!, shares[at]![place]!];
        if (!Number.isNaN(from) && !Number.isNaN(to)) line(xs[at - 1]!, yOf(from), xs[at]!, yOf(to));
      }
    };
  };
  const sheetFor = (canvas: HTMLCanvasElement, plan: Layout, known: LineSheet | null = null) => {
    const ratio = devicePixelRatio || 1;
    const size = [canvas.width, canvas.height, Math.max(1, Math.round(ratio))] as const;
    const isKnown = known !== null && known.size.join() === size.join();
    const sheet = isKnown ? known : new LineSheet(...size);
    if (isKnown) sheet.clear();
    const trace = traceOver(plan);
    const line = (x: number, y: number, toX: number, toY: number): void =>
      sheet.line(x * ratio, y * ratio, toX * ratio, toY * ratio);
    return { sheet, put: (place: number): void => trace(place, line) };
  };

  const drawBack = (plan: Layout): void => {
    const context = fit(back, plan);
    if (context === null) return;
    isBackDrawn = true;
    const { sheet, put } = sheetFor(back, plan);
    sheet.ink(ink().dim, store.rows.length > 500 ? 0.25 : 0.6, true);
    const every = Math.ceil(store.rows.length / MOST_HIDDEN);
    for (let place = 0; place < store.rows.length; place += every) put(place);
    sheet.drawOn(context);
  };
  const drawFront = (): void => {
    const plan = layout();
    const context = fit(front, plan);
    if (context === null) return;
    back.style.setProperty('visibility', store.isFiltered ? 'visible' : 'hidden');
    if (!isLaidOut) {
      const onFrame = fit(frame, plan);
      if (onFrame !== null) drawFrame(onFrame, plan);
      isLaidOut = true;
    }
    const { rows, visible } = store;
    const alpha = visible.length > 3_000 ? 0.35 : visible.length > 120 ? 0.55 : 0.9;
    const { sheet, put } = sheetFor(front, plan, frontSheet);
    frontSheet = sheet;
    const mine = ++work;
    let next = 0;
    let count = 1;
    const drawMore = (): void => {
      if (mine !== work || !host.isConnected) return;
      const until = performance.now() + (next === 0 ? FIRST_MS : DRAWING_MS);
      // The best come first, and lie above those that follow.
      for (; next < rows.length; next++) {
        const row = rows[next]!;
        if (!store.isVisibleAt(next) || row.state === 'PENDING') continue;
        sheet.ink(rowColor(store, row), alpha, count < SMOOTH);
        put(next);
        if (count++ % DRAWN_BETWEEN_LOOKS === 0 && performance.now() > until) break;
      }
      sheet.drawOn(context);
      if (next < rows.length) requestAnimationFrame(drawMore);
      // So that it is there when the first brush needs it.
      else if (!isBackDrawn) requestAnimationFrame(() => mine === work && drawBack(plan));
    };
    drawMore();
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
      : countOf(store.rows.length, 'trial');
    // Their place stays: the head would grow, and what is beneath move, under the pointer that brushes.
    count.style.setProperty('min-width', `${2 * String(store.rows.length).length + 4}ch`);
    clear.style.setProperty('visibility', store.isFiltered ? 'visible' : 'hidden');
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
      if (!store.isVisibleAt(place)) continue;
      const away = Math.abs(yOf(from[place]! * (1 - mix) + to[place]! * mix) - y);
      if (away >= distance) continue;
      distance = away;
      found = row;
    }
    return found;
  };
  const showHovered = (row: DashboardRow | null): void => {
    const plan = layout();
    const context = fit(top, plan);
    if (row === null || context === null) return;
    context.lineWidth = 3;
    context.strokeStyle = rowColor(store, row);
    context.beginPath();
    traceOver(plan)(store.placeOf(row), (x, y, toX, toY) => {
      context.moveTo(x, y);
      context.lineTo(toX, toY);
    });
    context.stroke();
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
  inner.addEventListener('click', ({ target, clientX, clientY }) => {
    const row = target instanceof HTMLCanvasElement ? find(clientX, clientY) : null;
    if (row !== null) open(row);
  });

  const size = laidOutSize(host, () => onRows());
  const onRows = (): void => {
    isBackDrawn = false;
    isLaidOut = false;
    rebuild();
    redraw();
  };
  store.on(['rows'], onRows);
  store.on(['visible'], () => {
    rebuild();
    redraw();
  });
  onTheme(() => host.isConnected && onRows());
  onRows();
  return panel(
    'Parallel coordinates',
    'drag along an axis to filter everything on this page',
    [clear, count],
    host,
  );

  function drawFrame(context: CanvasRenderingContext2D, { axes, xs }: Layout): void {
    const colors = ink();
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
    const [objective, x] = [axes.at(-1), xs.at(-1)];
    if (objective?.isObjective !== true || x === undefined) return;
    for (const { share, name } of baselineMarks(store.facts!, objective)) {
      const y = yOf(share);
      context.strokeStyle = colors.baseline;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x - 5, y);
      context.lineTo(x + 5, y);
      context.stroke();
      context.textAlign = 'left';
      context.fillStyle = colors.baseline;
      context.fillText(fitText(context, name.replace(/ .*/, ''), SIDE - 12), x + 8, y);
    }
  }
}
