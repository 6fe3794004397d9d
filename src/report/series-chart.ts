// A stretch of the series over time, from the lowest and highest value of each pixel's rows: no peak is lost.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { CHART_MARGIN, chartSvg, px } from './chart-frame.js';

const WIDTH = 900;
const HEIGHT = 280;
const X_TICKS = 9;
const Y_TICKS = 6;
/** Below it all ticks are days. */
const DAYS_NAMED_MS = 60 * 86_400_000;

/** Pixels between the axes: more values would fall on the same one. */
export const SERIES_PIXELS = WIDTH - CHART_MARGIN.left - CHART_MARGIN.right;

export interface SeriesPlot {
  readonly title: string;
  /** Name and unit of the column. */
  readonly label: string;
  /** Unix milliseconds of the first and last row; without time stamps the rows' numbers. */
  readonly from: number;
  readonly to: number;
  readonly isTime: boolean;
  /** In the column's unit, of equal stretches in order. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export function seriesChart(plot: SeriesPlot): string {
  const { low, high, from, to, isTime } = plot;
  const { top, right, bottom, left } = CHART_MARGIN;
  const ends: [number, number] = [left, WIDTH - right];
  const y = scaleLinear()
    .domain([Math.min(...low), Math.max(...high)])
    .nice(Y_TICKS)
    .range([HEIGHT - bottom, top + 6]);
  const formatY = y.tickFormat(Y_TICKS);
  const place = scaleLinear()
    .domain([0, Math.max(1, low.length - 1)])
    .range(ends);
  const points = low.flatMap((value, at) => {
    const x = px(place(at));
    return value === high[at]
      ? [`${x} ${px(y(value))}`]
      : [`${x} ${px(y(value))}`, `${x} ${px(y(high[at]!))}`];
  });
  return chartSvg({
    title: plot.title,
    width: WIDTH,
    height: HEIGHT,
    x: {
      label: isTime ? 'time (UTC)' : 'row',
      ticks: isTime ? timeTicks(from, to, ends) : rowTicks(from, to, ends),
    },
    y: {
      label: plot.label,
      ticks: y.ticks(Y_TICKS).map((value) => ({ at: y(value), text: formatY(value) })),
    },
    marks: [`<path class="series" d="M${points.join('L')}"/>`],
  });
}

type Ticks = { readonly at: number; readonly text: string }[];

function timeTicks(from: number, to: number, ends: [number, number]): Ticks {
  const time = scaleUtc().domain([from, to]).range(ends);
  const format = to - from < DAYS_NAMED_MS ? time.tickFormat(X_TICKS, '%-d %b') : time.tickFormat(X_TICKS);
  return time.ticks(X_TICKS).map((tick) => ({ at: time(tick), text: format(tick) }));
}

function rowTicks(from: number, to: number, ends: [number, number]): Ticks {
  const rows = scaleLinear().domain([from, to]).range(ends);
  return rows.ticks(X_TICKS).map((row) => ({ at: rows(row), text: row.toLocaleString('en-US') }));
}
