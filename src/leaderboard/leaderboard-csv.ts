// The leaderboard as CSV (RFC 4180, CRLF): one column a value, one a parameter, numbers in full precision.
// Line ends stand in quotes, other control characters are escaped: JSON has every text as it is.

import type { StudyView } from '../study/study-view.js';
import type { ParamValue } from '../study/trial/trial.js';
import { guarded } from '../wording/printable.js';
import { type NamedField, namedFields, nameRow } from './named-fields.js';
import { type BoardRow, listBoard } from './ranking.js';

const PLAIN = { hasColor: false, isTerminal: false };
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

export function leaderboardCsv(view: StudyView, rows: readonly BoardRow[] = listBoard(view)): string {
  return [...csvLines(view, rows, namedFields(view, rows))].join('');
}

/** Line by line, the head first: of more rows than stand in memory. */
export function* csvLines(
  view: StudyView,
  rows: Iterable<BoardRow>,
  fields: readonly NamedField[],
): Generator<string> {
  yield formatLine(fields.map(({ name }) => name));
  for (const row of rows) {
    const named = nameRow(row, view);
    yield formatLine(fields.map((field) => field.valueOf(named)));
  }
}

export function formatLine(cells: readonly ParamValue[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`;
}

function formatCell(value: ParamValue): string {
  const text = value === null ? '' : guarded(String(value), PLAIN);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
