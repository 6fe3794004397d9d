// Bars with their names and figures, as a list that reads the same aloud.
import { element } from '../dom.js';

export interface Bar {
  readonly name: string;
  /** From 0 to the greatest of all. */
  readonly value: number;
  readonly text: string;
  /** A thin mark at another value, such as common sense's. */
  readonly mark?: number;
  readonly detail?: string;
  readonly isQuiet?: boolean;
}

export interface Dot {
  readonly name: string;
  readonly value: number;
  /** 95 %. */
  readonly interval: readonly [number, number] | null;
  readonly text: string;
  readonly detail: string;
  readonly isBest: boolean;
}

/** Means with their intervals on one scale, which need not begin at zero. */
export function dotList(label: string, dots: readonly Dot[]): HTMLElement {
  const ends = dots.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const low = Math.min(...ends);
  const span = Math.max(...ends) - low || 1;
  const at = (value: number): number => 3 + (94 * (value - low)) / span;
  return element(
    'ul',
    { class: 'bars dots', attributes: { 'aria-label': label } },
    ...dots.map(({ name, value, interval, text, detail, isBest }) =>
      element(
        'li',
        { title: detail },
        element('span', { class: 'bar-name', title: name }, name),
        element(
          'span',
          { class: 'bar-track', attributes: { 'aria-hidden': 'true' } },
          interval !== null &&
            element('span', {
              class: 'bar-span',
              style: { left: `${at(interval[0])}%`, width: `${at(interval[1]) - at(interval[0])}%` },
            }),
          element('span', { class: isBest ? 'bar-dot best' : 'bar-dot', style: { left: `${at(value)}%` } }),
        ),
        element('span', { class: 'bar-text number' }, text),
      ),
    ),
  );
}

export function barList(label: string, bars: readonly Bar[]): HTMLElement {
  const most = Math.max(1e-300, ...bars.flatMap(({ value, mark = 0 }) => [value, mark]));
  const width = (value: number): string => `${Math.max(0, (100 * value) / most).toFixed(2)}%`;
  return element(
    'ul',
    { class: 'bars', attributes: { 'aria-label': label } },
    ...bars.map(({ name, value, text, mark, detail, isQuiet }) =>
      element(
        'li',
        {},
        element('span', { class: 'bar-name', title: name }, name),
        element(
          'span',
          { class: 'bar-track', attributes: { 'aria-hidden': 'true' } },
          element('span', {
            class: isQuiet === true ? 'bar quiet-bar' : 'bar',
            style: { width: width(value) },
          }),
          mark !== undefined && element('span', { class: 'bar-mark', style: { left: width(mark) } }),
        ),
        element('span', { class: 'bar-text number' }, text),
        detail !== undefined && element('span', { class: 'bar-detail quiet', title: detail }, detail),
      ),
    ),
  );
}
