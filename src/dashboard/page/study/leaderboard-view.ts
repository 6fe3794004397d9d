// The leaderboard: sorted by any column, filtered, with common sense as a row where it would stand. Only the rows that are
// seen are in the page, however many there are.
import { countOf } from '../../../wording/plural.js';
import type { DashboardRow } from '../../wire.js';
import { announce, button, element, panel, replace } from '../dom.js';
import { objectiveText, objectiveWithUnit } from '../figures.js';
import { frameRedrawer } from '../plots/redraw.js';
import type { StudyStore } from '../study-store.js';
import { saveFile } from '../take-away.js';
import { type BoardColumn, boardColumns, sortPlaces } from './board-columns.js';
import { boardCsv } from './board-csv.js';
import { type BoardLine, boardLine } from './board-line.js';

const ROW_PX = 26;
const SPARE = 6;
const MOST_SEEN = 18;

interface Baseline {
  readonly name: string;
  readonly value: number;
}
type Entry = { readonly row: DashboardRow } | { readonly baseline: Baseline };

export function leaderboardView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  let columns: BoardColumn[] = [];
  /** Of these columns; the lines show other rows as they are scrolled and filtered. */
  let lines: BoardLine[] = [];
  const baselineLines = new Map<string, HTMLElement>();
  /** Places of all rows in the order that was chosen, which a filter leaves as it is. */
  let ordered: Uint32Array | null = null;
  /** Of those that are listed, and the baselines between them. */
  let listed: Uint32Array = new Uint32Array();
  let marks: { readonly at: number; readonly baseline: Baseline }[] = [];
  let sort: { readonly name: string; readonly isDown: boolean } = { name: 'rank', isDown: false };
  let focused = 0;
  const head = element('div', { class: 'board-head', role: 'row' });
  const body = element('div', { class: 'board-body', role: 'rowgroup' });
  const scroller = element(
    'div',
    { class: 'board', role: 'grid', tabIndex: 0, attributes: { 'aria-label': 'Leaderboard' } },
    element('div', { class: 'board-top', role: 'rowgroup' }, head),
    body,
  );
  const filter = element('input', {
    class: 'filter',
    attributes: {
      type: 'search',
      placeholder: 'filter: units>16, cell=gru',
      'aria-label': 'Filter the rows',
      spellcheck: 'false',
      autocomplete: 'off',
    },
    on: { input: () => store.filter(filter.value) },
  });
  const fault = element('p', { class: 'notice', role: 'alert', hidden: true });
  const compare = button('Clear the choice', () => store.clearChosen(), { class: 'small' });
  const count = element('span', { class: 'quiet number', style: { 'text-align': 'right' } });
  const save = button(
    'CSV',
    () =>
      saveFile(
        `${store.facts!.study}.csv`,
        'text/csv',
        boardCsv(
          store,
          Array.from(listed, (place) => store.rows[place]!),
        ),
      ),
    { class: 'small', title: 'the rows that are listed, in their order, as a file' },
  );
  // A line of its own, which nothing that is typed or chosen breaks: the filter and the rows stay under hand and pointer.
  const tools = element('div', { class: 'board-tools' }, filter, save);
  const host = panel('Leaderboard', '', [compare, count], tools, fault, scroller);
  host.classList.add('leaderboard');

  /** As it was set and scrolled: to ask the page for it would lay it out while it is being changed. */
  let seenPx = 0;
  let scrolledPx = 0;
  const note = host.querySelector<HTMLElement>('.panel-note')!;
  const length = (): number => listed.length + marks.length;
  const entryAt = (place: number): Entry | undefined => {
    const mark = marks.find(({ at }) => at === place);
    if (mark !== undefined) return mark;
    const row = store.rows[listed[place - marks.filter(({ at }) => at < place).length] ?? -1];
    return row === undefined ? undefined : { row };
  };

  const rebuild = (): void => {
    columns = boardColumns(store);
    lines = [];
    baselineLines.clear();
    ordered = null;
    writeHead();
    refill();
  };
  const writeHead = (): void => {
    scroller.style.setProperty(
      '--columns',
      `34px ${columns.map(({ widthCh }) => `calc(${widthCh}ch + 18px)`).join(' ')}`,
    );
    replace(
      head,
      element('span', { role: 'columnheader', attributes: { 'aria-label': 'chosen' } }),
      ...columns.map((column) => {
        const isSorted = column.name === sort.name;
        return element(
          'span',
          {
            role: 'columnheader',
            class: column.isNumber ? 'number' : '',
            attributes: { 'aria-sort': isSorted ? (sort.isDown ? 'descending' : 'ascending') : 'none' },
          },
          button(`${column.head}${isSorted ? (sort.isDown ? ' ↓' : ' ↑') : ''}`, () => sortBy(column), {
            class: 'sort',
            title: `sort by ${column.head}`,
          }),
        );
      }),
    );
  };
  const sortBy = (column: BoardColumn): void => {
    sort = { name: column.name, isDown: sort.name === column.name ? !sort.isDown : false };
    const place = columns.indexOf(column);
    ordered = null;
    writeHead();
    refill();
    if (scrolledPx > 0) scroller.scrollTop = 0;
    focused = 0;
    head.querySelectorAll<HTMLElement>('button')[place]?.focus();
    announce(`sorted by ${column.head}, ${sort.isDown ? 'descending' : 'ascending'}`);
  };
  const refill = (): void => {
    const column = columns.find(({ name }) => name === sort.name) ?? null;
    ordered ??= sortPlaces(store.rows, sort.name === 'rank' && !sort.isDown ? null : column, sort.isDown);
    listed = ordered.filter((place) => store.isVisibleAt(place));
    marks = [];
    if (sort.name === 'rank' || sort.name === 'objective') placeBaselines();
    body.style.setProperty('height', `${length() * ROW_PX}px`);
    seenPx = (Math.min(MOST_SEEN, Math.max(1, length())) + 1) * ROW_PX + 16;
    scroller.style.setProperty('height', `${seenPx}px`);
    scroller.setAttribute('aria-rowcount', String(length() + 1));
    focused = Math.min(focused, Math.max(0, length() - 1));
    count.textContent = store.isFiltered
      ? `${store.visible.length} of ${store.rows.length} rows`
      : countOf(store.rows.length, 'row');
    // Their place stays, whatever is filtered and chosen: a line that breaks would move the rows.
    count.style.setProperty('min-width', `${2 * String(store.rows.length).length + 8}ch`);
    compare.style.setProperty('visibility', store.chosen.size > 0 ? 'visible' : 'hidden');
    fault.hidden = store.filterFault === null;
    fault.textContent = store.filterFault ?? '';
    if (filter.value !== store.filterText) filter.value = store.filterText;
    redraw();
  };
  /** Before the first row that it is better than, among those with a result. */
  const placeBaselines = (): void => {
    const { baselines, direction } = store.facts!;
    const sign =
      (direction === 'minimize' ? 1 : -1) *
      (sort.isDown ? -1 : 1) *
      (sort.name === 'objective' && direction !== 'minimize' ? -1 : 1);
    const firsts = baselines
      .map((baseline) => {
        const first = listed.findIndex((place) => {
          const { state, objective } = store.rows[place]!;
          if (sort.name === 'rank' && state !== 'COMPLETE') return true;
          return objective === null || sign * (baseline.value - objective) < 0;
        });
        return { baseline, first: first < 0 ? listed.length : first };
      })
      .sort((left, right) => left.first - right.first || sign * (left.baseline.value - right.baseline.value));
    marks = firsts.map(({ baseline, first }, before) => ({ baseline, at: first + before }));
    note.textContent = marks
      .map(
        ({ baseline: { name, value }, at }) =>
          `${name} ${objectiveWithUnit(store.facts!, value)} stands at place ${at + 1}`,
      )
      .join(', ');
    note.title = note.textContent;
  };
  const redraw = frameRedrawer(() => {
    const most = Math.max(0, (length() + 1) * ROW_PX - seenPx);
    const from = Math.max(0, Math.floor(Math.min(most, scrolledPx) / ROW_PX) - SPARE);
    const to = Math.min(length(), from + Math.ceil(seenPx / ROW_PX) + 2 * SPARE);
    const hadFocus = body.contains(document.activeElement);
    let used = 0;
    const hosts = Array.from({ length: Math.max(0, to - from) }, (_, at): HTMLElement => {
      const place = from + at;
      const entry = entryAt(place)!;
      const host = 'row' in entry ? lineOf(entry.row, used++).host : baselineLine(entry.baseline);
      host.style.setProperty('top', `${place * ROW_PX}px`);
      host.tabIndex = place === focused ? 0 : -1;
      host.setAttribute('aria-rowindex', String(place + 2));
      return host;
    });
    const isInPlace =
      hosts.length > 0 &&
      hosts.length === body.children.length &&
      hosts.every((host, at) => host === body.children[at]);
    if (!isInPlace)
      replace(
        body,
        ...hosts,
        length() === 0 &&
          element(
            'p',
            { class: 'quiet board-empty' },
            store.rows.length === 0
              ? 'No trial yet: rows appear as trials are queued.'
              : 'No row passes the filter.',
          ),
      );
    if (hadFocus) body.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  });
  const lineOf = (row: DashboardRow, at: number): BoardLine => {
    const line = lines[at] ?? boardLine(store, columns, open);
    lines[at] = line;
    line.show(row);
    return line;
  };
  const baselineLine = ({ name, value }: Baseline): HTMLElement => {
    const known = baselineLines.get(name);
    if (known !== undefined) return known;
    const textOf = (column: BoardColumn): string =>
      column.name === 'state' ? name : column.name === 'objective' ? objectiveText(store.facts!, value) : '';
    const made = element(
      'div',
      { class: 'board-row baseline', role: 'row' },
      element('span', { role: 'gridcell' }),
      ...columns.map((column) =>
        element('span', { role: 'gridcell', class: column.isNumber ? 'number' : '' }, textOf(column)),
      ),
    );
    baselineLines.set(name, made);
    return made;
  };
  scroller.addEventListener(
    'scroll',
    () => {
      scrolledPx = scroller.scrollTop;
      redraw();
    },
    { passive: true },
  );
  scroller.addEventListener('keydown', (event) => {
    if ((event.target as HTMLElement).tagName === 'BUTTON') return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / ROW_PX) - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -length(),
      End: length(),
    };
    const move = moves[event.key];
    const entry = entryAt(focused);
    if (move !== undefined) focusOn(document.activeElement === scroller ? focused : focused + move);
    else if (event.key === 'Enter' && entry !== undefined && 'row' in entry) open(entry.row);
    else if (event.key === ' ' && entry !== undefined && 'row' in entry)
      store.choose(entry.row, !store.chosen.has(entry.row.point));
    else return;
    event.preventDefault();
  });
  const focusOn = (place: number): void => {
    focused = Math.min(length() - 1, Math.max(0, place));
    const top = focused * ROW_PX;
    const room = scroller.clientHeight - 2 * ROW_PX;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top > scroller.scrollTop + room) scroller.scrollTop = top - room;
    redraw();
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        body.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true }),
      ),
    );
  };
  store.on(['rows'], rebuild);
  store.on(['visible', 'chosen'], refill);
  rebuild();
  return host;
}
