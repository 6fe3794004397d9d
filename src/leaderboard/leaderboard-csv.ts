// The leaderboard as CSV (RFC 4180, CRLF): one column a value, one a parameter, numbers in full precision.
// Line ends stand in quotes, other control characters are escaped: JSON has every text as it is.

import type { StudyView } from '../study/study-view.js';
import type { ParamValue } from '../study/trial.js';
import { guarded } from '../wording/printable.js';
import { namedFields, nameRow } from './named-fields.js';
import { type BoardRow, listBoard } from './ranking.js';

const PLAIN = { hasColor: false, isTerminal: false };
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

export function leaderboardCsv(view: StudyView, rows: readonly BoardRow[] = listBoard(view)): string {
  const fields = namedFields(view, rows);
  const lines = rows.map((row) => {
    const named = nameRow(row, view);
    return fields.map((field) => field.valueOf(named));
  });
  return [fields.map(({ name }) => name), ...lines]
    .map((cells) => `${cells.map(formatCell).join(',')}\r\n`)
    .join('');
}

function formatCell(value: ParamValue): string {
  const text = value === null ? '' : guarded(String(value), PLAIN);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
