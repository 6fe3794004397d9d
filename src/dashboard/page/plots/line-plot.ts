// Lines over numbers or times, by uPlot: drag to zoom, shift-drag to pan, double click for all; with the keyboard arrows pan,
// + and − zoom, 0 shows all.
import uPlot from 'uplot';
import { element } from '../dom.js';
import { fitCanvas } from './canvas-plot.js';
import { onTheme } from './colors.js';
import { type LinePlotOptions, nearest, type PlotContent, plotOptions } from './line-plot-options.js';
import { laidOutSize, redrawer } from './redraw.js';
import { hideTooltip } from './tooltip.js';

export interface LinePlot {
  readonly host: HTMLElement;
  set(content: PlotContent): void;
  /** What `paint` of the content draws has changed, and nothing else. */
  repaint(): void;
  showAll(): void;
}

export function linePlot(options: LinePlotOptions): LinePlot {
  const host = element('div', {
    class: 'line-plot',
    tabIndex: 0,
    role: 'img',
    style: { 'min-height': `${options.heightPx}px` },
    attributes: { 'aria-label': `${options.label}. Arrow keys pan, plus and minus zoom, 0 shows all.` },
  });
  const under = element('canvas', { class: 'under', attributes: { 'aria-hidden': 'true' } });
  host.append(under);
  let content: PlotContent | null = null;
  let plot: uPlot | null = null;
  let isPaintAlone = false;
  let zoom: { readonly low: number; readonly high: number } | null = null;

  const wholeX = (): { low: number; high: number } => {
    const x = content?.x ?? [];
    const range = content?.xRange ?? { low: x[0] ?? 0, high: x.at(-1) ?? 1 };
    return range.low === range.high ? { low: range.low - 0.5, high: range.high + 0.5 } : range;
  };
  const paintUnder = (of: uPlot): void => {
    if (content?.paint === undefined) return;
    const context = fitCanvas(under, size.width, size.height);
    if (context === null) return;
    // Places that uPlot tells are in pixels of the device.
    context.setTransform(1, 0, 0, 1, 0, 0);
    content.paint(context, of);
  };
  const draw = (): void => {
    if (content === null || size.width < 40) return;
    if (isPaintAlone && plot !== null) {
      paintUnder(plot);
      return;
    }
    isPaintAlone = true;
    plot?.destroy();
    const { x, lines } = content;
    plot = new uPlot(
      plotOptions(options, content, size.width, size.height, () => zoom ?? wholeX(), paintUnder),
      [x, ...lines.map(({ values }) => values)] as uPlot.AlignedData,
      host,
    );
    plot.over.addEventListener('pointerleave', hideTooltip);
    plot.over.addEventListener('dblclick', () => zoomTo(null));
    listenForPan(plot, () => zoom ?? wholeX(), zoomTo);
    if (options.onPick !== undefined)
      plot.over.addEventListener('click', () => {
        const at = plot === null ? null : nearest(plot, lines);
        if (at !== null) options.onPick?.(at);
      });
  };
  const ask = redrawer(host, draw);
  const redraw = (): void => {
    isPaintAlone = false;
    ask();
  };
  const zoomTo = (range: { low: number; high: number } | null): void => {
    const whole = wholeX();
    zoom = range === null || (range.low <= whole.low && range.high >= whole.high) ? null : range;
    const shown = zoom ?? whole;
    plot?.setScale('x', { min: shown.low, max: shown.high });
  };
  host.addEventListener('keydown', (event) => {
    const { low, high } = zoom ?? wholeX();
    const span = high - low;
    const ranges: Readonly<Record<string, { low: number; high: number } | null>> = {
      ArrowLeft: { low: low - span / 5, high: high - span / 5 },
      ArrowRight: { low: low + span / 5, high: high + span / 5 },
      '+': { low: low + span / 4, high: high - span / 4 },
      '=': { low: low + span / 4, high: high - span / 4 },
      '-': { low: low - span / 2, high: high + span / 2 },
      '0': null,
    };
    const wanted = ranges[event.key];
    if (wanted === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    zoomTo(wanted === null ? null : within(wanted, wholeX()));
  });
  host.addEventListener('zoomed', (event) =>
    zoomTo((event as CustomEvent<{ low: number; high: number }>).detail),
  );
  const size = laidOutSize(host, redraw);
  onTheme(() => host.isConnected && redraw());
  return {
    host,
    set(next) {
      content = next;
      redraw();
    },
    repaint: ask,
    showAll: () => zoomTo(null),
  };
}

/** Of the same width, moved to where there is something. */
function within(range: { low: number; high: number }, whole: { low: number; high: number }) {
  const span = Math.min(range.high - range.low, whole.high - whole.low);
  const low = Math.min(whole.high - span, Math.max(whole.low, range.low));
  return { low, high: low + span };
}

function listenForPan(
  plot: uPlot,
  range: () => { low: number; high: number },
  zoomTo: (range: { low: number; high: number }) => void,
): void {
  plot.over.addEventListener(
    'mousedown',
    (down) => {
      if (!down.shiftKey) return;
      down.stopImmediatePropagation();
      const { low, high } = range();
      const perPixel = (high - low) / plot.over.clientWidth;
      const move = ({ clientX }: MouseEvent): void => {
        const by = (down.clientX - clientX) * perPixel;
        zoomTo({ low: low + by, high: high + by });
      };
      addEventListener('mousemove', move);
      addEventListener('mouseup', () => removeEventListener('mousemove', move), { once: true });
    },
    { capture: true },
  );
}
