// Ranks of the rows of a study. Pure: neither the order of the rows nor duplicates among them matter.
import { SET_SIGNIFICANCE } from '../statistics/confidence-set.js';
import type { ConfidenceSet } from '../study/events.js';
import { compareRows, type Direction, type FinishedRow } from '../study/finished-row.js';
import type { FailedTrial, StudyView } from '../study/study-view.js';
import type { Params } from '../study/trial/trial.js';

export interface RankedRow {
  /** From 1, without gaps. */
  readonly rank: number;
  /**
   * True when this row is in the 95 % confidence set of the best rows: the data does not tell it from the winner, so that its
   * own merits (size, time) may decide. Only complete rows tie, and never the winner with itself.
   */
  readonly tied: boolean;
  /** The row's p-value in that set; null: it was not compared. */
  readonly setPValue: number | null;
  readonly row: FinishedRow;
}

/** A trial without a result: no rank, below all rows that have one. */
export interface FailedRow {
  readonly rank: null;
  readonly failed: FailedTrial;
}

/** What a leaderboard lists. */
export type BoardRow = RankedRow | FailedRow;

export function isRanked(row: BoardRow): row is RankedRow {
  return row.rank !== null;
}

export function paramsOf(row: BoardRow): Params {
  return row.rank === null ? row.failed.params : row.row.params;
}

/** Best first: by state (complete, pruned, unfinished, failed), objective in the study's direction, then trial id. */
export function rankRows(
  rows: readonly FinishedRow[],
  direction: Direction,
  set: ConfidenceSet | null = null,
): RankedRow[] {
  return [
    ...rankSorted(
      [...rows].sort((left, right) => compareRows(left, right, direction)),
      set,
    ),
  ];
}

/** As rankRows, of rows that are in order, one after another: memory does not grow with them. */
export function* rankSorted(
  sorted: Iterable<FinishedRow>,
  set: ConfidenceSet | null = null,
): Generator<RankedRow> {
  const pValues = new Map(set?.rows.map(({ trial, pValue }) => [trial, pValue]));
  let rank = 0;
  let winner: FinishedRow | undefined;
  let before: FinishedRow | undefined;
  /** Keys of the rows that compare as equal: the same row twice is among them, as it has the same trials and results. */
  const keys = new Set<string>();
  for (const row of sorted) {
    // The direction does not matter to what is equal.
    if (before === undefined || compareRows(before, row, 'minimize') !== 0) keys.clear();
    before = row;
    if (keys.has(row.key)) continue;
    keys.add(row.key);
    winner ??= row;
    // What was found before the study went on and found a better one says nothing of that one.
    const isCompared = row.state === 'COMPLETE' && winner.trial === set?.rows[0]?.trial;
    const setPValue = (isCompared ? pValues.get(row.trial) : undefined) ?? null;
    const tied = row !== winner && setPValue !== null && setPValue > SET_SIGNIFICANCE;
    rank += 1;
    yield { rank, tied, setPValue, row };
  }
}

/** All rows that a view holds, points of which only some seeds are in included. */
export function rankView(view: StudyView): RankedRow[] {
  const partial = [...view.partialRows.values()].filter((row): row is FinishedRow => row.seeds.length > 0);
  const passedOver = new Set(view.passedOver.map(({ trial }) => trial));
  const rows = [...view.rows, ...partial].map(
    (row): FinishedRow =>
      // Its model could not be had when the winner was tested: a result that nobody can use or check.
      row.state === 'COMPLETE' && passedOver.has(row.trial) ? { ...row, state: 'FAILED' } : row,
  );
  return rankRows(rows, view.header?.direction ?? 'minimize', view.confidenceSet);
}

/** All that a leaderboard can list: the ranked rows, then the failed trials that the view holds, by index. */
export function listBoard(view: StudyView): BoardRow[] {
  const seen = new Set<string>();
  // A trial may stand under several indices.
  const failed = view.failedTrials.filter(({ trial }) => !seen.has(trial) && seen.add(trial));
  return [...rankView(view), ...failed.map((each) => ({ rank: null, failed: each }))];
}
