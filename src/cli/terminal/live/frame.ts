// One picture of a study for a terminal of any size: what there is room for, most important first. Pure: the same state gives
// the same lines, none wider than the terminal and never more of them than it has rows.
import { objectiveWords } from '../objective-words.js';
import type { ScreenSize } from '../screen/screen.js';
import { cutLine, type Line, span } from '../screen/styled-line.js';
import { type BoardItem, boardLines, boardTitle, listItems } from './board-lines.js';
import { headLines } from './head-lines.js';
import { helpLines } from './help-lines.js';
import { trialOf } from './live-board.js';
import type { LiveState } from './live-state.js';
import type { LiveUi } from './live-ui.js';
import { listRunning, runningLines } from './running-lines.js';
import { trialLines } from './trial-lines.js';

export interface Frame {
  readonly lines: readonly Line[];
  /** Rows of the leaderboard that are seen at once. */
  readonly pageRows: number;
}

const MOST_HEAD = 4;
const MOST_NOTES = 3;
const MOST_FAILURES = 3;
/** Of what is below the head, trials that run take at most so much. */
const RUNNING_SHARE = 0.45;
/** So few rows leave no room for blank ones. */
const ROOMY = 20;

/** The trials that can be chosen, from the top. */
export function listedTrials({ view, board }: Pick<LiveState, 'view' | 'board'>): string[] {
  return [...new Set([...listRunning(view).map(({ trial }) => trial), ...board.rows.map(trialOf)])];
}

export function frame(state: LiveState, ui: LiveUi, size: ScreenSize): Frame {
  const { columns, rows } = size;
  const isAlone = rows < 3;
  const head = headLines(state, columns, isAlone ? rows : Math.min(MOST_HEAD, rows - 2));
  if (isAlone) return fit(head, size, 0);
  const pinned = state.pinned
    .slice(0, Math.max(0, rows - head.length - 6))
    .map((text) => [span(text, 'dim')]);
  const top = [...head, ...pinned];
  const bodyRows = rows - top.length - 1;
  const { lines, pageRows } =
    ui.page === 'help'
      ? { lines: helpLines(state, columns), pageRows: 0 }
      : ui.page === 'trial'
        ? { lines: trialLines(state, ui.selected, { columns, rows: bodyRows }), pageRows: 0 }
        : studyLines(state, ui, columns, bodyRows);
  const body = lines.slice(0, bodyRows);
  const blank = Array.from({ length: bodyRows - body.length }, (): Line => []);
  return fit([...top, ...body, ...blank, footLine(state, ui)], size, pageRows);
}

function fit(lines: readonly Line[], { columns, rows }: ScreenSize, pageRows: number): Frame {
  return { lines: lines.slice(0, rows).map((line) => cutLine(line, columns)), pageRows };
}

function studyLines(state: LiveState, ui: LiveUi, width: number, rows: number): Frame {
  const gap: Line[] = rows >= ROOMY ? [[]] : [];
  const words = objectiveWords(state.view);
  const notes = state.notes
    .slice(-Math.min(MOST_NOTES, Math.floor(rows / 6)))
    .map((text): Line => [span(text, 'yellow')]);
  const failures = failureLines(state, Math.min(MOST_FAILURES, Math.floor(rows / 7)));
  const running = listRunning(state.view);
  const items = listItems(state);
  const rest = rows - notes.length - failures.length - (failures.length > 0 ? gap.length : 0);
  // A head, the trials, and how many more there are; at least two rows of the leaderboard stay.
  const wanted = running.length === 0 ? 0 : running.length + 1;
  const needed = Math.min(items.length, Math.ceil(rest * (1 - RUNNING_SHARE))) + 2;
  const given = Math.min(wanted, Math.max(Math.floor(rest * RUNNING_SHARE), rest - needed - gap.length));
  const runningPart = given < 2 ? [] : runningRows(state, ui, given, width);
  const above = [
    ...notes,
    ...(notes.length > 0 ? gap : []),
    ...runningPart,
    ...(runningPart.length > 0 ? gap : []),
  ];
  const below = failures.length > 0 ? [...gap, ...failures] : [];
  const pageRows = Math.max(0, rows - above.length - below.length - 2);
  const shown = windowOf(items, placeOf(items, ui.selected), pageRows);
  const board =
    pageRows === 0
      ? []
      : [boardTitle(state, ui, words), ...boardLines(state, shown, words, ui.selected, width)];
  const blank = Array.from(
    { length: Math.max(0, rows - above.length - below.length - board.length) },
    (): Line => [],
  );
  return { lines: [...above, ...board, ...(below.length > 0 ? [...blank, ...below] : [])], pageRows };
}

function runningRows(state: LiveState, ui: LiveUi, rows: number, width: number): Line[] {
  const running = listRunning(state.view);
  const hasMore = running.length > rows - 1;
  const at = running.findIndex(({ trial }) => trial === ui.selected);
  const shown = windowOf(running, at, Math.max(1, rows - (hasMore && rows > 2 ? 2 : 1)));
  const lines = runningLines(state, shown, objectiveWords(state.view), ui.selected, width);
  const more = running.length - shown.length;
  return more > 0 && rows > 2 ? [...lines, [span(`and ${more} more that run`, 'dim')]] : lines;
}

/** Newest first. */
function failureLines({ failures }: LiveState, most: number): Line[] {
  if (failures.length === 0 || most === 0) return [];
  return failures
    .slice(0, most)
    .map(({ trial, code, message, worker, isFinal }) => [
      span(`${isFinal ? 'failed' : 'attempt failed'} `, 'red'),
      span(trial.slice(0, 8)),
      span(worker === null ? ' ' : ` on ${worker} `, 'dim'),
      span(`${code}: ${message}`, 'dim'),
    ]);
}

function placeOf(items: readonly BoardItem[], selected: string | null): number {
  return items.findIndex((item) => !('baseline' in item) && trialOf(item) === selected);
}

/** So many of them, `at` among them; -1: from the top. */
function windowOf<Item>(items: readonly Item[], at: number, count: number): readonly Item[] {
  const start = Math.max(0, Math.min(items.length - count, at - Math.floor(count / 2)));
  return items.slice(start, start + count);
}

function footLine({ board, view }: LiveState, ui: LiveUi): Line {
  if (ui.isTyping) {
    const problem = board.problem === null ? '' : `  ${board.problem}`;
    return [span('filter: ', 'bold'), span(ui.filter), span('▏'), span(problem, 'red')];
  }
  if (ui.message !== null) return [span(ui.message, 'yellow')];
  if (board.problem !== null) return [span(board.problem, 'red')];
  const keys =
    ui.page === 'study'
      ? [
          view.state === 'paused' ? 'r resume' : 'p pause',
          's sort',
          '/ filter',
          '↑↓ choose',
          'Enter open',
          '? help',
          'q leave',
        ]
      : ['Esc back', '↑↓ another trial', '? help'];
  return [span(keys.join(' · '), 'dim')];
}
