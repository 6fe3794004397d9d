// What a person sees of a study's view and has chosen in it, and what keys make of that. Pure.
import type { Key } from '../screen/keys.js';
import { ORDERS, type OrderName } from './live-board.js';

export interface LiveUi {
  readonly page: 'study' | 'trial' | 'help';
  readonly order: OrderName;
  readonly filter: string;
  /** The filter is being typed. */
  readonly isTyping: boolean;
  /** The trial that stands out; null: none. */
  readonly selected: string | null;
  /** What came of the last order, until the next key. */
  readonly message: string | null;
}

export const FIRST_UI: LiveUi = {
  page: 'study',
  order: 'rank',
  filter: '',
  isTyping: false,
  selected: null,
  message: null,
};

/** What a key asks of others. */
export type LiveOrder = 'pause' | 'resume' | 'leave';

export interface Pressed {
  readonly ui: LiveUi;
  readonly order: LiveOrder | null;
}

const LONGEST_FILTER = 200;

/** `trials`: those that are listed, from the top; `pageRows`: how many of them are seen at once. */
export function press(
  before: LiveUi,
  key: Key,
  { trials, pageRows }: { readonly trials: readonly string[]; readonly pageRows: number },
): Pressed {
  const ui = { ...before, message: null };
  const to = (changed: Partial<LiveUi>): Pressed => ({ ui: { ...ui, ...changed }, order: null });
  if (ui.isTyping) return to(typed(ui, key));
  const move = (by: number): Pressed => to({ selected: movedBy(trials, ui.selected, by) });
  switch (key.name) {
    case 'up':
      return move(-1);
    case 'down':
      return move(1);
    case 'pageUp':
      return move(-Math.max(1, pageRows));
    case 'pageDown':
      return move(Math.max(1, pageRows));
    case 'home':
      return to({ selected: trials[0] ?? null });
    case 'end':
      return to({ selected: trials.at(-1) ?? null });
    case 'enter':
      return ui.page === 'study'
        ? to({ page: 'trial', selected: ui.selected ?? trials[0] ?? null })
        : to({ page: 'study' });
    case 'escape':
    case 'backspace':
      return ui.page === 'study' ? to({ filter: '', selected: null }) : to({ page: 'study' });
    case 'char':
      return typedCommand(ui, key.char, move);
    default:
      return to({});
  }
}

function typedCommand(ui: LiveUi, char: string, move: (by: number) => Pressed): Pressed {
  const to = (changed: Partial<LiveUi>): Pressed => ({ ui: { ...ui, ...changed }, order: null });
  switch (char) {
    case 'p':
      return { ui, order: 'pause' };
    case 'r':
      return { ui, order: 'resume' };
    case 'q':
      // Out of a page first, as everywhere.
      return ui.page === 'study' ? { ui, order: 'leave' } : to({ page: 'study' });
    case 's': {
      const at = ORDERS.findIndex(({ name }) => name === ui.order);
      return to({ order: ORDERS[(at + 1) % ORDERS.length]!.name });
    }
    case '/':
      return to({ page: 'study', isTyping: true });
    case '?':
    case 'h':
      return to({ page: ui.page === 'help' ? 'study' : 'help' });
    case 'k':
      return move(-1);
    case 'j':
      return move(1);
    default:
      return to({});
  }
}

function typed(ui: LiveUi, key: Key): Partial<LiveUi> {
  switch (key.name) {
    case 'enter':
      return { isTyping: false };
    case 'escape':
      return { isTyping: false, filter: '' };
    case 'backspace':
      return ui.filter === '' ? { isTyping: false } : { filter: [...ui.filter].slice(0, -1).join('') };
    case 'clear':
      return { filter: '' };
    case 'char':
      return { filter: `${ui.filter}${key.char}`.slice(0, LONGEST_FILTER) };
    default:
      return {};
  }
}

/** From none downwards it is the first, upwards the last. */
function movedBy(trials: readonly string[], selected: string | null, by: number): string | null {
  const at = selected === null ? -1 : trials.indexOf(selected);
  if (at < 0) return (by > 0 ? trials[0] : trials.at(-1)) ?? null;
  return trials[Math.min(trials.length - 1, Math.max(0, at + by))] ?? null;
}
