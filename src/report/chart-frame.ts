// The frame of a chart as SVG text: axes, grid, labels, accessible title. No DOM, no ids, no time: the same input gives the
// same text. Colours are classes that the page's style sheet fills, so that light, dark and print each have their own.
import { printable } from '../wording/printable.js';

export const CHART_MARGIN = { top: 12, right: 14, bottom: 38, left: 52 } as const;

export interface ChartAxis {
  readonly label: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export interface ChartFrame {
  /** What the chart shows, for who cannot see it. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Places in pixels of the whole chart. */
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  /** SVG elements of the data. */
  readonly marks: readonly string[];
}

export function chartSvg({ title, width, height, x, y, marks }: ChartFrame): string {
  const { top, right, bottom, left } = CHART_MARGIN;
  const floor = height - bottom;
  const end = width - right;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<title>${escapeXml(title)}</title>`,
    ...y.ticks.map(
      ({ at, text }) =>
        `<path class="grid" d="M${left} ${px(at)}H${end}"/><text class="tick" x="${left - 6}" y="${px(at + 4)}" text-anchor="end">${escapeXml(text)}</text>`,
    ),
    ...x.ticks.map(
      ({ at, text }) =>
        `<path class="axis" d="M${px(at)} ${floor}v4"/><text class="tick" x="${px(at)}" y="${floor + 17}" text-anchor="middle">${escapeXml(text)}</text>`,
    ),
    `<path class="axis" d="M${left} ${top}V${floor}H${end}"/>`,
    `<text class="label" x="${px((left + end) / 2)}" y="${height - 4}" text-anchor="middle">${escapeXml(x.label)}</text>`,
    `<text class="label" x="${left}" y="${top - 2}" text-anchor="start">${escapeXml(y.label)}</text>`,
    ...marks,
    '</svg>',
  ].join('\n');
}

/** A tenth of a pixel is finer than any screen, and short. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function escapeXml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
