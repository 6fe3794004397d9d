// Lines and dots over a common pair of axes, as SVG text: what the history, the curves and the forecasts of a page are drawn by.
import { scaleLinear } from 'd3-scale';
import { CHART_MARGIN, type ChartAxis, chartSvg, escapeXml, px } from '../chart-frame.js';

const WIDTH = 900;
const HEIGHT = 300;
const X_TICKS = 9;
const Y_TICKS = 6;

export interface ChartLine {
  readonly class: string;
  /** For a pointer that rests on it; and beside its end where `isNamed`. */
  readonly name: string;
  readonly isNamed?: boolean;
  readonly isStepped?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartArea {
  readonly class: string;
  readonly name: string;
  readonly points: readonly (readonly [x: number, low: number, high: number])[];
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Drawn first, beneath the lines. */
  readonly dots?: readonly {
    readonly class: string;
    readonly x: number;
    readonly y: number;
    readonly name: string;
  }[];
  readonly lines: readonly ChartLine[];
  /** Beneath all else. */
  readonly areas?: readonly ChartArea[];
  /** A horizontal line with its name. */
  readonly mark?: { readonly name: string; readonly value: number } | null;
  /** Values beyond are drawn at the edge. */
  readonly yRange?: readonly [number, number];
  /** Instead of numbers; by places on x. */
  readonly xTicks?: readonly { readonly value: number; readonly text: string }[];
}

export function lineChart(chart: LineChart): string {
  const { lines, dots = [], areas = [], mark = null } = chart;
  const { top, right, bottom, left } = CHART_MARGIN;
  const points = lines.flatMap((line) => line.points);
  const [xs, ys] = [
    [...points.map(([x]) => x), ...dots.map(({ x }) => x)],
    [
      ...points.map(([, y]) => y),
      ...dots.map(({ y }) => y),
      ...areas.flatMap((area) => area.points.flatMap(([, low, high]) => [low, high])),
    ],
  ];
  const x = scaleLinear()
    .domain(extent(xs))
    .range([left + 8, WIDTH - right - 6]);
  const ends = chart.yRange ?? extent(ys);
  const y = scaleLinear()
    .domain(mark === null ? ends : extent([...ends, mark.value]))
    .nice(Y_TICKS)
    .range([HEIGHT - bottom, top + 8])
    .clamp(true);
  const formatY = y.tickFormat(Y_TICKS);
  // Trials and windows are counted: no tick stands between two.
  const areWhole = xs.every(Number.isInteger);
  const numbers = x.ticks(X_TICKS).filter((value) => !areWhole || Number.isInteger(value));
  const formatX = areWhole ? String : x.tickFormat(X_TICKS);
  const axis: ChartAxis = {
    label: chart.xLabel,
    ticks: (chart.xTicks ?? numbers.map((value) => ({ value, text: formatX(value) }))).map(
      ({ value, text }) => ({ at: x(value), text }),
    ),
  };
  return chartSvg({
    title: chart.title,
    width: WIDTH,
    height: HEIGHT,
    x: axis,
    y: {
      label: chart.yLabel,
      ticks: y.ticks(Y_TICKS).map((value) => ({ at: y(value), text: formatY(value) })),
    },
    marks: [
      ...areas.map((area) => areaSvg(area, x, y)),
      ...(mark === null ? [] : [markSvg(mark.name, y(mark.value), left, WIDTH - right)]),
      ...dots.map(
        ({ class: kind, x: at, y: value, name }) =>
          `<rect class="${kind}" x="${px(x(at) - 2)}" y="${px(y(value) - 2)}" width="4" height="4"><title>${escapeXml(name)}</title></rect>`,
      ),
      ...lines.flatMap((line) => lineSvg(line, x, y)),
    ],
  });
}

function markSvg(name: string, at: number, left: number, right: number): string {
  return `<path class="baseline" d="M${left} ${px(at)}H${right}"/><text class="named" x="${right}" y="${px(at - 4)}" text-anchor="end">${escapeXml(name)}</text>`;
}

type Scale = (value: number) => number;

function areaSvg({ class: kind, name, points }: ChartArea, x: Scale, y: Scale): string {
  const ways = [
    ...points.map(([at, , high]) => `${px(x(at))} ${px(y(high))}`),
    ...points.toReversed().map(([at, low]) => `${px(x(at))} ${px(y(low))}`),
  ];
  return `<path class="${kind}" d="M${ways.join('L')}Z"><title>${escapeXml(name)}</title></path>`;
}

function lineSvg({ class: kind, name, isNamed, isStepped, points }: ChartLine, x: Scale, y: Scale): string[] {
  const [first, ...others] = points;
  if (first === undefined) return [];
  const to = ([at, value]: readonly [number, number]): string =>
    isStepped === true ? `H${px(x(at))}V${px(y(value))}` : `L${px(x(at))} ${px(y(value))}`;
  const path = `<path class="${kind}" d="M${px(x(first[0]))} ${px(y(first[1]))}${others.map(to).join('')}"><title>${escapeXml(name)}</title></path>`;
  const last = points.at(-1) ?? first;
  if (isNamed !== true) return [path];
  return [
    path,
    `<text class="${kind} name" x="${px(x(last[0]))}" y="${px(y(last[1]) - 6)}" text-anchor="end">${escapeXml(name)}</text>`,
  ];
}

function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (low > high) return [0, 1];
  return low === high
    ? [low - (Math.abs(low) || 1) * 0.05, high + (Math.abs(high) || 1) * 0.05]
    : [low, high];
}
