// A canvas that fits its place, sharp on every screen, drawn again when its size or the colours change.

import { element } from '../dom.js';
import { onTheme } from './colors.js';
import { laidOutSize, redrawer } from './redraw.js';
import { hideTooltip } from './tooltip.js';

export interface Canvas {
  readonly host: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Asks for a drawing. */
  redraw(): void;
}

export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

export const FONT = '11px system-ui, sans-serif';

/** `label`: what it shows, for those who do not see it. */
export function canvasPlot(label: string, heightPx: number, draw: Draw): Canvas {
  const canvas = element('canvas', { role: 'img', attributes: { 'aria-label': label } });
  const host = element('div', { class: 'canvas-host', style: { 'min-height': `${heightPx}px` } }, canvas);
  const redraw = redrawer(host, () => {
    const { width, height } = size;
    const context = fitCanvas(canvas, width, height);
    if (context !== null) draw(context, width, height);
  });
  const size = laidOutSize(host, redraw);
  onTheme(() => host.isConnected && redraw());
  canvas.addEventListener('pointerleave', hideTooltip);
  return { host, canvas, redraw };
}

/** Cleared, one unit a CSS pixel; null while it has no size. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  if (context === null || width < 20) return null;
  const ratio = devicePixelRatio || 1;
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
    canvas.width = deviceWidth;
    canvas.height = deviceHeight;
    canvas.style.setProperty('width', `${width}px`);
    canvas.style.setProperty('height', `${height}px`);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  return context;
}

/** As much of a text as has room. */
export function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let length = Math.max(1, Math.floor((text.length * room) / context.measureText(text).width));
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}
