// The leaderboard in the view: its rows, with common sense at its place among them. Pure.
import { type BoardRow, isRanked, paramsOf } from '../../../leaderboard/ranking.js';
import { TRIAL_DIGITS } from '../../../leaderboard/table-columns.js';
import type { NamedBaseline } from '../../../task/task.js';
import { formatDuration } from '../../../wording/duration.js';
import { DASH, formatCount, spreadOf } from '../../../wording/figures.js';
import type { ObjectiveWords } from '../objective-words.js';
import { type Column, layOut } from '../screen/columns.js';
import { type Line, type Style, span } from '../screen/styled-line.js';
import { ORDERS, trialOf } from './live-board.js';
import type { LiveState } from './live-state.js';
import type { LiveUi } from './live-ui.js';

/** A row, or a baseline, at its place. */
export type BoardItem = BoardRow | { readonly baseline: NamedBaseline };

function isBaseline(item: BoardItem): item is { readonly baseline: NamedBaseline } {
  return 'baseline' in item;
}

/** Each baseline before the first row that does not beat it. */
export function listItems({ board, view }: Pick<LiveState, 'board' | 'view'>): BoardItem[] {
  const sign = view.header?.direction === 'maximize' ? -1 : 1;
  const waiting = [...board.baselines].sort((left, right) => sign * (left.value - right.value));
  const items: BoardItem[] = [];
  for (const row of board.rows) {
    const isBeaten = isRanked(row) && row.row.state === 'COMPLETE';
    while (waiting.length > 0 && (!isBeaten || sign * (row.row.objective - waiting[0]!.value) > 0))
      items.push({ baseline: waiting.shift()! });
    items.push(row);
  }
  return [...items, ...waiting.map((baseline) => ({ baseline }))];
}

export function boardTitle({ board, view }: LiveState, ui: LiveUi, words: ObjectiveWords): Line {
  const order = ORDERS.find(({ name }) => name === ui.order)!;
  const isFiltered = ui.filter !== '' && board.problem === null;
  const count = isFiltered
    ? `${formatCount(board.rows.length)} of ${formatCount(board.all)}`
    : formatCount(board.all);
  const title =
    view.rows.length === 0 && board.all === 0 ? 'nothing has ended yet' : `${count}, ${order.title}`;
  return [
    span('leaderboard', 'bold'),
    span(`  ${words.title} · ${title}`, 'dim'),
    ...(ui.filter === '' ? [] : [span(`  /${ui.filter}`, board.problem === null ? 'yellow' : 'red')]),
  ];
}

/** A head, then a line for each of `shown`. */
export function boardLines(
  { board, view }: LiveState,
  shown: readonly BoardItem[],
  words: ObjectiveWords,
  selected: string | null,
  width: number,
): Line[] {
  const ranked = (item: BoardItem) => (!isBaseline(item) && isRanked(item) ? item.row : null);
  const spread = spreadOf([view.rows[0]?.objective, view.rows.at(-1)?.objective]);
  const columns: Column<BoardItem>[] = [
    {
      head: '#',
      align: 'right',
      cell: (item) =>
        isBaseline(item) ? '' : isRanked(item) ? `${item.tied ? '≈ ' : ''}${item.rank}` : DASH,
    },
    {
      head: 'trial',
      most: 30,
      cell: (item) => (isBaseline(item) ? item.baseline.name : trialOf(item).slice(0, TRIAL_DIGITS)),
    },
    {
      head: 'objective',
      align: 'right',
      cell: (item) => {
        if (isBaseline(item)) return words.say(item.baseline.value, spread);
        return isRanked(item) ? words.say(item.row.objective, spread) : 'failed';
      },
    },
    { head: '', most: 10, dropOrder: 3, cell: (item) => stateText(item) },
    {
      head: 'epoch',
      align: 'right',
      dropOrder: 2,
      cell: (item) => {
        const result = ranked(item)?.seeds[0]?.result;
        return result === undefined ? '' : `${result.bestEpoch}/${result.epochs}`;
      },
    },
    {
      head: 'time',
      align: 'right',
      dropOrder: 4,
      cell: (item) => {
        const row = ranked(item);
        if (row === null) return '';
        return formatDuration(row.seeds.reduce((sum, { result }) => sum + result.durationMs, 0));
      },
    },
    { head: 'worker', most: 16, dropOrder: 5, cell: (item) => ranked(item)?.seeds[0]?.worker ?? '' },
    {
      head: 'parameters',
      least: 30,
      dropOrder: 1,
      cell: (item) => {
        if (isBaseline(item)) return '';
        return isRanked(item)
          ? board.paramsText(paramsOf(item))
          : `${item.failed.error.code}: ${item.failed.error.message}`;
      },
    },
  ];
  const table = layOut(columns, shown, width);
  return [
    table.head,
    ...shown.map((item) =>
      table.line(item, !isBaseline(item) && trialOf(item) === selected ? 'inverse' : styleOf(item)),
    ),
  ];
}

function stateText(item: BoardItem): string {
  if (isBaseline(item) || !isRanked(item)) return '';
  const { state, seeds } = item.row;
  if (state === 'PRUNED') return 'stopped';
  if (state === 'RUNNING') return `${seeds.length} seeds`;
  if (state === 'FAILED') return 'incomplete';
  return seeds.every(({ cached }) => cached) ? 'cached' : '';
}

function styleOf(item: BoardItem): Style | undefined {
  if (isBaseline(item)) return 'yellow';
  if (!isRanked(item)) return 'red';
  if (item.row.state !== 'COMPLETE') return 'dim';
  return item.rank === 1 ? 'green' : undefined;
}
