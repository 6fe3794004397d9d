// Bars with their names and figures, as a list that reads the same aloud.
import { element } from './dom.js';

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
          element('span', { class: isQuiet === true ? 'bar quiet-bar' : 'bar', style: { width: width(value) } }),
          mark !== undefined && element('span', { class: 'bar-mark', style: { left: width(mark) } }),
        ),
        element('span', { class: 'bar-text number' }, text),
        detail !== undefined && element('span', { class: 'bar-detail quiet', title: detail }, detail),
      ),
    ),
  );
}
