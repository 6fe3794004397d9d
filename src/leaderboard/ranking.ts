// Ranks of the rows of a study. Pure: neither the order of the rows nor duplicates among them matter.
import { compareRows, type Direction, type FinishedRow } from '../study/finished-row.js';
import type { StudyView } from '../study/study-view.js';

export interface RankedRow {
  /** From 1, without gaps. */
  readonly rank: number;
  /**
   * True when the winner's interval contains this row's objective: the data does not tell the two apart, so that the
   * row's own merits (size, time) may decide. Only complete rows tie, and never the winner with itself.
   */
  readonly tied: boolean;
  readonly row: FinishedRow;
}

/** Best first: by state (complete, pruned, unfinished, failed), objective in the study's direction, then trial id. */
export function rankRows(rows: readonly FinishedRow[], direction: Direction): RankedRow[] {
  const sorted = [...rows].sort((left, right) => compareRows(left, right, direction));
  const keys = new Set<string>();
  const distinct = sorted.filter(({ key }) => !keys.has(key) && keys.add(key));
  const winner = distinct[0];
  return distinct.map((row, place) => ({
    rank: place + 1,
    tied: row !== winner && winner !== undefined && isTied(winner, row),
    row,
  }));
}

/** All rows that a view holds, points of which only some seeds are in included. */
export function rankView(view: StudyView): RankedRow[] {
  const partial = [...view.partialRows.values()].filter((row): row is FinishedRow => row.seeds.length > 0);
  return rankRows([...view.rows, ...partial], view.header?.direction ?? 'minimize');
}

function isTied(winner: FinishedRow, row: FinishedRow): boolean {
  if (winner.state !== 'COMPLETE' || row.state !== 'COMPLETE' || winner.objectiveInterval === null)
    return false;
  const [low, high] = winner.objectiveInterval;
  return row.objective >= low && row.objective <= high;
}
