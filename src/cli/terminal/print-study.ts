// What a study's verbs print on standard output, and the exit code that its state means.
import type { RowSelection } from '../../leaderboard/filter.js';
import { selectRows } from '../../leaderboard/filter.js';
import { leaderboardCsv } from '../../leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../leaderboard/leaderboard-table.js';
import { listBoard } from '../../leaderboard/ranking.js';
import type { StudyView } from '../../study/study-view.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix } from '../open-bus.js';

export type StudyFormat = 'table' | 'json' | 'csv';

export function formatStudy(
  context: CliContext,
  view: StudyView,
  format: StudyFormat,
  options: BusFlags,
  selection: RowSelection = {},
): string {
  const rows = selectRows(listBoard(view), view, selection);
  switch (format) {
    case 'json':
      return `${JSON.stringify(leaderboardDocument(view, rows), null, 2)}\n`;
    case 'csv':
      return leaderboardCsv(view, rows);
    case 'table':
      return leaderboardTable(view, {
        // A file is as wide as its longest line.
        width: context.stdout.columns ?? context.columns ?? Number.POSITIVE_INFINITY,
        useColor: context.colors.stdout.isColorSupported,
        rows,
        commandSuffix: busSuffix(context, options),
      });
  }
}

/** What `--json` prints of a study (leaderboard-document.ts), with all rows that are kept. */
export function studyDocument(view: StudyView): ReturnType<typeof leaderboardDocument> {
  return leaderboardDocument(view);
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
