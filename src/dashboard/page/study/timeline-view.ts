// Who trained what, and when: a lane for each slot of each worker.
import type { DashboardRow } from '../../wire.js';
import { panel } from '../dom.js';
import { formatDuration } from '../figures.js';
import { canvasPlot, fitText } from '../plots/canvas-plot.js';
import { ink } from '../plots/colors.js';
import { roundTicks } from '../plots/ticks.js';
import { hideTooltip, showTooltip } from '../plots/tooltip.js';
import { rowColor, rowLines } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

const LEFT = 110;
const RIGHT = 12;
const TOP = 6;
const BOTTOM = 24;
const LANE_PX = 15;
/** More are left out, and said to be. */
const MOST_LANES = 48;

interface Span {
  readonly row: DashboardRow;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lane: number;
}

export function timelineView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  /** Of the rows as they are: a filter moves nothing. */
  let laid = { spans: [] as Span[], lanes: [] as { worker: string; freeMs: number }[], fromMs: 0, toMs: 1 };
  let drawn: { readonly span: Span; readonly x: number; readonly y: number; readonly width: number }[] = [];
  const lay = () => {
    const timed = store.rows
      .filter(({ startedMs, worker, cached }) => startedMs !== null && worker !== null && !cached)
      .sort((left, right) => left.startedMs! - right.startedMs!);
    const nowMs = Math.max(
      store.status?.nowMs ?? 0,
      ...timed.map(({ startedMs, endedMs }) => endedMs ?? startedMs!),
    );
    const lanes: { worker: string; freeMs: number }[] = [];
    const workers = [...new Set(timed.map(({ worker }) => worker!))].sort();
    const spans = workers.flatMap((worker) => {
      const first = lanes.length;
      return timed.flatMap((row): Span[] => {
        if (row.worker !== worker) return [];
        const [fromMs, toMs] = [row.startedMs!, row.endedMs ?? nowMs];
        let lane = lanes.findIndex(({ freeMs }, place) => place >= first && freeMs <= fromMs);
        if (lane < 0) lane = lanes.push({ worker, freeMs: 0 }) - 1;
        lanes[lane]!.freeMs = toMs;
        return lane < MOST_LANES ? [{ row, fromMs, toMs, lane }] : [];
      });
    });
    const fromMs = timed[0]?.startedMs ?? 0;
    return { spans, lanes, fromMs, toMs: Math.max(fromMs + 1, nowMs) };
  };
  const plot = canvasPlot('Timeline of the trials by worker', 45, (context, width, height) => {
    const { spans, lanes, fromMs, toMs } = laid;
    const colors = ink();
    const scale = (width - LEFT - RIGHT) / (toMs - fromMs);
    drawn = [];
    for (const seconds of roundTicks(0, (toMs - fromMs) / 1000, 6)) {
      const x = LEFT + seconds * 1000 * scale;
      context.strokeStyle = colors.veil;
      context.beginPath();
      context.moveTo(x, TOP);
      context.lineTo(x, height - BOTTOM);
      context.stroke();
      context.fillStyle = colors.quiet;
      context.textAlign = 'center';
      context.fillText(
        seconds === 0 ? '0' : formatDuration(seconds * 1000),
        Math.min(width - 26, x),
        height - 10,
      );
    }
    for (const span of spans) {
      const x = LEFT + (span.fromMs - fromMs) * scale;
      const y = TOP + span.lane * LANE_PX;
      context.globalAlpha = store.isVisible(span.row) ? 1 : 0.25;
      context.fillStyle = rowColor(store, span.row);
      const long = Math.max(1, (span.toMs - span.fromMs) * scale - 0.6);
      context.fillRect(x, y, long, LANE_PX - 3);
      drawn.push({ span, x, y, width: long });
    }
    context.globalAlpha = 1;
    context.fillStyle = colors.text;
    context.textAlign = 'right';
    for (const [lane, { worker }] of lanes.slice(0, MOST_LANES).entries())
      if (lanes[lane - 1]?.worker !== worker)
        context.fillText(
          fitText(context, worker, LEFT - 12),
          LEFT - 8,
          TOP + lane * LANE_PX + LANE_PX / 2 - 1,
        );
  });
  const find = ({ offsetX, offsetY }: MouseEvent) =>
    drawn.find(
      ({ x, y, width }) =>
        offsetX >= x - 1 && offsetX <= x + width + 1 && offsetY >= y && offsetY < y + LANE_PX,
    );
  plot.canvas.addEventListener('pointermove', (event) => {
    const found = find(event);
    if (found === undefined) {
      hideTooltip();
      return;
    }
    const { row, fromMs, toMs } = found.span;
    showTooltip(
      [...rowLines(store, row), `${formatDuration(toMs - fromMs)} on ${row.worker}`],
      event.clientX,
      event.clientY,
    );
  });
  plot.canvas.addEventListener('click', (event) => {
    const found = find(event);
    if (found !== undefined) open(found.span.row);
  });
  const host = panel('Timeline', '', [], plot.host);
  const note = host.querySelector('.panel-note')!;
  const refresh = (): void => {
    laid = lay();
    const { lanes, spans } = laid;
    plot.host.style.setProperty(
      'min-height',
      `${TOP + BOTTOM + LANE_PX * Math.max(1, Math.min(MOST_LANES, lanes.length))}px`,
    );
    note.textContent =
      spans.length === 0
        ? 'nothing was trained here'
        : lanes.length > MOST_LANES
          ? `the first ${MOST_LANES} of ${lanes.length} slots`
          : 'a lane for each slot; the stronger the colour, the better';
    plot.redraw();
  };
  store.on(['rows'], refresh);
  store.on(['visible'], plot.redraw);
  refresh();
  return host;
}
