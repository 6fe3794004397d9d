// One line of the leaderboard, which shows one row after another: to write over its cells costs the page far less than new ones.
import type { DashboardRow } from '../../wire.js';
import { element } from '../dom.js';
import { rowName } from '../row-text.js';
import type { StudyStore } from '../study-store.js';
import type { BoardColumn } from './board-columns.js';

export interface BoardLine {
  readonly host: HTMLElement;
  show(row: DashboardRow): void;
}

export function boardLine(
  store: StudyStore,
  columns: readonly BoardColumn[],
  open: (row: DashboardRow) => void,
): BoardLine {
  let shown: DashboardRow | null = null;
  const box = element('input', {
    tabIndex: -1,
    attributes: { type: 'checkbox' },
    on: {
      change: () => shown !== null && store.choose(shown, box.checked),
      click: (event) => event.stopPropagation(),
    },
  });
  const texts = columns.map(() => document.createTextNode(''));
  const cells = columns.map((column, at) =>
    element('span', { role: 'gridcell', class: column.isNumber ? 'number' : '' }, texts[at]),
  );
  const host = element(
    'div',
    { role: 'row', on: { click: () => shown !== null && open(shown) } },
    element('span', { role: 'gridcell' }, box),
    ...cells,
  );
  return {
    host,
    show(row) {
      const className = `board-row ${row.state.toLowerCase()}${store.rankOf(row) === 1 ? ' first' : ''}`;
      if (host.className !== className) host.className = className;
      box.checked = store.chosen.has(row.point);
      if (row === shown) return;
      shown = row;
      box.setAttribute('aria-label', `compare ${rowName(store, row)}`);
      for (const [at, column] of columns.entries()) {
        const text = column.textOf(row);
        if (texts[at]!.data !== text) texts[at]!.data = text;
        const title = titleOf(column, row, text);
        if (cells[at]!.title !== title) cells[at]!.title = title;
      }
    },
  };
}

function titleOf({ name }: BoardColumn, row: DashboardRow, text: string): string {
  if (name === 'rank' && row.tied) return 'tied with the winner: the data do not tell them apart';
  return name === 'state' ? (row.error ?? text) : text;
}
