// What the keys of the view do. Pure.
import { type Line, pad, span, wrapText } from '../screen/styled-line.js';
import type { LiveState } from './live-state.js';

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['p', 'pause: what runs is finished, nothing new begins'],
  ['r', 'resume a paused study'],
  ['s', 'sort: best, newest, slowest, smallest first'],
  ['/', 'filter: a text, or conditions as in units=32,lr<0.01; Enter keeps it, Esc ends it'],
  ['↑ ↓ PgUp PgDn', 'choose a trial; Home and End: the first and the last one (also k, j)'],
  ['Enter', 'all about the chosen trial, with its curve; Enter or Esc: back'],
  ['?', 'this page'],
];

export function helpLines({ leaving }: Pick<LiveState, 'leaving'>, width: number): Line[] {
  const rows = [
    ...KEYS,
    ['q', leaving],
    ['Ctrl-L', 'draw all anew'],
    ['Ctrl-Z', 'back to the shell; fg comes back here'],
  ] as const;
  const wide = Math.min(14, Math.max(2, Math.floor(width / 4)));
  return [
    [span('keys', 'bold')],
    ...rows.flatMap(([keys, does]) =>
      wrapText(does, Math.max(8, width - wide - 1)).map(
        (line, at): Line => [span(pad(at === 0 ? keys : '', wide), 'cyan'), span(' '), ...line],
      ),
    ),
    [],
    [span('the same as plain lines: --plain', 'dim')],
  ];
}
