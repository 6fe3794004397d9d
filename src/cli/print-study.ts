// What a study's verbs print on standard output, and the exit code that its state means.
import type { RowSelection } from '../leaderboard/filter.js';
import { selectRows } from '../leaderboard/filter.js';
import { leaderboardCsv } from '../leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../leaderboard/leaderboard-table.js';
import { rankView } from '../leaderboard/ranking.js';
import type { StudyView } from '../study/study-view.js';
import type { CliContext } from './context.js';

/** Of a stream that has no width: wide enough for a table, narrow enough for a log. */
const DEFAULT_WIDTH = 120;

export type StudyFormat = 'table' | 'json' | 'csv';

export function formatStudy(
  context: CliContext,
  view: StudyView,
  format: StudyFormat,
  selection: RowSelection = {},
): string {
  const rows = selectRows(rankView(view), view, selection);
  switch (format) {
    case 'json':
      return `${JSON.stringify(leaderboardDocument(view, rows), null, 2)}\n`;
    case 'csv':
      return leaderboardCsv(view, rows);
    case 'table':
      return leaderboardTable(view, {
        width: context.stdout.columns ?? DEFAULT_WIDTH,
        useColor: context.colors.stdout.isColorSupported,
        rows,
      });
  }
}

/** What `--json` prints of a study (leaderboard-document.ts), with all rows that are kept. */
export function studyDocument(view: StudyView): ReturnType<typeof leaderboardDocument> {
  return leaderboardDocument(view, selectRows(rankView(view), view, {}));
}

/** How `start` and `resume` end. */
export function exitCodeOf(view: StudyView): number {
  switch (view.state) {
    case 'complete':
      return 0;
    case 'interrupted':
      return 3;
    default:
      return 1;
  }
}
