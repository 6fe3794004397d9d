// The brush of one axis: drag along it, or move its two ends with the arrow keys. Escape takes it away.

import { element } from '../dom.js';
import type { Brush } from '../study-store.js';
import type { PlotAxis } from './axis.js';

export interface BrushOptions {
  readonly axis: PlotAxis;
  readonly topPx: number;
  readonly heightPx: number;
  /** null: it was taken away. */
  onBrush(ends: Brush | null): void;
}

export interface BrushHandle {
  readonly host: HTMLElement;
  /** `roomPx`: to the next axis. */
  place(xPx: number, roomPx: number): void;
  show(brush: Brush | null): void;
}

const STEP = 0.02;
const PAGE = 0.1;
/** A click without a drag takes the brush away. */
const LEAST_DRAG_PX = 4;
/** A little beyond the ends, so that what lies on them is in. */
const BEYOND = 0.001;

export function axisBrush({ axis, topPx, heightPx, onBrush }: BrushOptions): BrushHandle {
  let ends: Brush | null = null;
  const band = element('div', { class: 'brush-band', hidden: true });
  const step =
    axis.isChoice && axis.ticks.length > 1 ? Math.abs(axis.ticks[1]!.share - axis.ticks[0]!.share) : STEP;
  const thumb = (which: 0 | 1): HTMLElement =>
    element('div', {
      class: 'brush-thumb',
      tabIndex: 0,
      role: 'slider',
      attributes: {
        'aria-label': `${axis.title}, ${which === 0 ? 'lower' : 'upper'} end of the filter`,
        'aria-orientation': 'vertical',
        'aria-valuemin': 0,
        'aria-valuemax': 100,
      },
      on: { keydown: (event) => onKey(event, which) },
    });
  const thumbs = [thumb(0), thumb(1)] as const;
  const strip = element(
    'div',
    { class: 'brush-strip', style: { top: `${topPx - 8}px`, height: `${heightPx + 16}px` } },
    band,
    ...thumbs,
  );
  const title = element(
    'div',
    { class: axis.isObjective ? 'axis-title objective' : 'axis-title', title: axis.title },
    axis.title,
  );
  const host = element('div', { class: 'axis' }, title, strip);

  const set = (next: Brush | null): void => {
    const isAll = next !== null && next[0] <= 0 && next[1] >= 1;
    onBrush(next === null || isAll ? null : [Math.max(-BEYOND, next[0]), Math.min(1 + BEYOND, next[1])]);
  };
  function onKey(event: KeyboardEvent, which: 0 | 1): void {
    const [low, high] = ends ?? [0, 1];
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: step,
      ArrowRight: step,
      ArrowDown: -step,
      ArrowLeft: -step,
      PageUp: Math.max(PAGE, step),
      PageDown: -Math.max(PAGE, step),
      Home: which === 0 ? -low : low - high,
      End: which === 0 ? high - low : 1 - high,
    };
    if (event.key === 'Escape' || event.key === 'Delete') {
      event.preventDefault();
      set(null);
      return;
    }
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    set(
      which === 0
        ? [Math.max(0, Math.min(high, low + move)), high]
        : [low, Math.min(1, Math.max(low, high + move))],
    );
  }
  const shareAt = (clientY: number): number => {
    const box = strip.getBoundingClientRect();
    return 1 - (clientY - box.top - 8) / heightPx;
  };
  strip.addEventListener('pointerdown', (down) => {
    if (down.button !== 0) return;
    down.preventDefault();
    strip.setPointerCapture(down.pointerId);
    const before = ends;
    const start = shareAt(down.clientY);
    const isMove = before !== null && down.target === band;
    const move = ({ clientY }: PointerEvent): void => {
      const now = shareAt(clientY);
      if (isMove) set([before[0] + now - start, before[1] + now - start]);
      else if (Math.abs(clientY - down.clientY) >= LEAST_DRAG_PX)
        set([Math.max(0, Math.min(start, now)), Math.min(1, Math.max(start, now))]);
    };
    const up = ({ clientY }: PointerEvent): void => {
      strip.removeEventListener('pointermove', move);
      if (Math.abs(clientY - down.clientY) < LEAST_DRAG_PX) set(null);
    };
    strip.addEventListener('pointermove', move);
    strip.addEventListener('pointerup', up, { once: true });
    strip.addEventListener('pointercancel', () => strip.removeEventListener('pointermove', move), {
      once: true,
    });
  });
  return {
    host,
    place(xPx, roomPx) {
      host.style.setProperty('left', `${xPx}px`);
      title.style.setProperty('max-width', `${Math.min(136, roomPx - 8)}px`);
    },
    show(brush) {
      ends = brush;
      const [low, high] = brush ?? [0, 1];
      const topOf = (share: number): number => 8 + (1 - Math.min(1, Math.max(0, share))) * heightPx;
      band.hidden = brush === null;
      band.style.setProperty('top', `${topOf(high)}px`);
      band.style.setProperty('height', `${Math.max(2, topOf(low) - topOf(high))}px`);
      for (const [which, share] of [low, high].entries()) {
        const one = thumbs[which]!;
        one.style.setProperty('top', `${topOf(share)}px`);
        one.classList.toggle('active', brush !== null);
        one.setAttribute('aria-valuenow', String(Math.round(share * 100)));
        one.setAttribute('aria-valuetext', brush === null ? 'no filter' : axis.textAt(share));
      }
    },
  };
}
