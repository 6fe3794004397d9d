// How uPlot draws lines: axes with round ticks and units, horizontal lines with their names, what is nearest to the pointer.
import uPlot from 'uplot';
import { FONT } from './canvas-plot.js';
import { ink } from './colors.js';
import { hideTooltip, showTooltip } from './tooltip.js';

export interface Line {
  readonly name: string;
  readonly color: () => string;
  readonly values: readonly (number | null)[];
  readonly width?: number;
  readonly dash?: number[];
  readonly isStepped?: boolean;
  readonly hasPoints?: boolean;
  /** Drawn by `paint` alone. */
  readonly isHidden?: boolean;
}

export interface PlotContent {
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  /** Horizontal lines with their names. */
  readonly marks?: readonly { readonly name: string; readonly value: number }[];
  readonly yRange?: { readonly low: number; readonly high: number };
  readonly xRange?: { readonly low: number; readonly high: number };
  /** Drawn beneath the grid and the lines, on a canvas of its own. */
  paint?(context: CanvasRenderingContext2D, plot: uPlot): void;
}

export interface LinePlotOptions {
  readonly label: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly heightPx: number;
  readonly isTime?: boolean;
  readonly xText?: (value: number) => string;
  readonly yText?: (value: number) => string;
  /** Nearest line and place to the pointer; null: none. */
  onHover?(at: { line: number; place: number } | null): readonly string[] | null;
  onPick?(at: { line: number; place: number }): void;
}

const NEAR_PX = 24;
/** From one tick to the next: `25 Dec 2028` is the longest. */
const TIME_TICK_PX = 84;

export function plotOptions(
  options: LinePlotOptions,
  content: PlotContent,
  width: number,
  height: number,
  xRange: () => { low: number; high: number },
  onDrawn: (plot: uPlot) => void,
): uPlot.Options {
  const colors = ink();
  const axis = {
    stroke: colors.quiet,
    font: FONT,
    labelFont: FONT,
    grid: { stroke: colors.veil, width: 1 },
    ticks: { stroke: colors.line, width: 1, size: 4 },
    labelSize: 18,
  };
  return {
    width,
    height,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    ...(options.isTime === true
      ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'UTC') }
      : {}),
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { show: false },
      y: false,
    },
    scales: {
      x: {
        time: options.isTime === true,
        range: () => {
          const { low, high } = xRange();
          return [low, high];
        },
      },
      y: {
        range: (_, low, high) => {
          const { yRange, marks = [] } = content;
          const values = marks.map(({ value }) => value);
          const from = Math.min(yRange?.low ?? low ?? 0, ...values);
          const to = Math.max(yRange?.high ?? high ?? 1, ...values);
          const room = (to - from || Math.abs(to) || 1) * 0.06;
          return [from - room, to + room];
        },
      },
    },
    axes: [
      {
        ...axis,
        label: options.xTitle,
        size: 30,
        ...(options.xText === undefined ? {} : { values: (_, ticks) => ticks.map(options.xText!) }),
        ...(options.isTime === true
          ? { space: TIME_TICK_PX, values: (_, ticks, __, ___, step) => timeTicks(ticks, step) }
          : options.xText === undefined
            ? { incrs: WHOLE_STEPS }
            : {}),
      },
      { ...axis, label: options.yTitle, size: 52, values: (_, ticks) => ticks.map(options.yText ?? String) },
    ],
    series: [
      {},
      ...content.lines.map(
        (line): uPlot.Series => ({
          label: line.name,
          stroke: line.color(),
          width: line.width ?? 1.5,
          ...(line.dash === undefined ? {} : { dash: line.dash }),
          ...(line.isStepped === true && uPlot.paths.stepped !== undefined
            ? { paths: uPlot.paths.stepped({ align: 1 }) }
            : {}),
          ...(line.isHidden === true ? { paths: () => null } : {}),
          points: { show: line.hasPoints === true, size: 5, fill: line.color() },
          spanGaps: true,
        }),
      ),
    ],
    hooks: {
      draw: [(plot) => drawMarks(plot, content.marks ?? []), onDrawn],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected > 4) {
            const detail = { low: plot.posToVal(left, 'x'), high: plot.posToVal(left + selected, 'x') };
            plot.root.parentElement?.dispatchEvent(new CustomEvent('zoomed', { detail }));
          }
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [
        (plot) => {
          const lines = options.onHover?.(nearest(plot, content.lines));
          const { left = -1, top = -1 } = plot.cursor;
          if (lines == null || left < 0) {
            hideTooltip();
            return;
          }
          const box = plot.over.getBoundingClientRect();
          showTooltip(lines, box.left + left, box.top + top);
        },
      ],
    },
  };
}

/** Days with their month, the year where it is new; hours within a day. */
function timeTicks(ticks: readonly number[], stepSeconds: number): string[] {
  let year = '';
  return ticks.map((seconds) => {
    const [date = '', clock = ''] = new Date(seconds * 1000).toISOString().split('T');
    const day = `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;
    const isNewYear = date.slice(0, 4) !== year;
    year = date.slice(0, 4);
    if (stepSeconds < 86_400 && clock.slice(0, 5) !== '00:00' && !isNewYear) return clock.slice(0, 5);
    return isNewYear ? `${day} ${year}` : day;
  });
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5];

function drawMarks({ ctx: context, bbox, valToPos }: uPlot, marks: NonNullable<PlotContent['marks']>): void {
  const ratio = devicePixelRatio || 1;
  const colors = ink();
  context.save();
  context.font = `${11 * ratio}px system-ui, sans-serif`;
  context.textBaseline = 'bottom';
  context.textAlign = 'right';
  let before = Number.NaN;
  for (const { name, value } of marks) {
    const y = valToPos(value, 'y', true);
    context.strokeStyle = colors.baseline;
    context.lineWidth = ratio;
    context.setLineDash([5 * ratio, 4 * ratio]);
    context.beginPath();
    context.moveTo(bbox.left, y);
    context.lineTo(bbox.left + bbox.width, y);
    context.stroke();
    // Names of lines that lie close would cover each other.
    if (Math.abs(y - before) < 14 * ratio) continue;
    before = y;
    context.setLineDash([]);
    const width = context.measureText(name).width;
    context.fillStyle = colors.paper;
    context.globalAlpha = 0.85;
    context.fillRect(
      bbox.left + bbox.width - width - 8 * ratio,
      y - 15 * ratio,
      width + 8 * ratio,
      14 * ratio,
    );
    context.globalAlpha = 1;
    context.fillStyle = colors.baseline;
    context.fillText(name, bbox.left + bbox.width - 4 * ratio, y - 2 * ratio);
  }
  context.restore();
}

/** The value nearest to the pointer, of all lines, if it is near. */
export function nearest(plot: uPlot, lines: readonly Line[]): { line: number; place: number } | null {
  const { left = -1, top = -1, idx } = plot.cursor;
  if (left < 0 || idx == null) return null;
  let best: { line: number; place: number } | null = null;
  let bestDistance = NEAR_PX;
  const x = plot.data[0];
  for (const [line] of lines.entries()) {
    const values = plot.data[line + 1]!;
    for (let place = Math.max(0, idx - REACH); place <= Math.min(x.length - 1, idx + REACH); place++) {
      const value = values[place];
      if (value == null) continue;
      const distance = Math.hypot(plot.valToPos(x[place]!, 'x') - left, plot.valToPos(value, 'y') - top);
      if (distance >= bestDistance) continue;
      bestDistance = distance;
      best = { line, place };
    }
  }
  return best;
}

/** Values to both sides of the pointer that are looked at. */
const REACH = 40;
