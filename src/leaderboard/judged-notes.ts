// What a table says below its rows of the windows that they are judged on, and of the baselines that they are to beat.

import type { StudyView } from '../study/study-view.js';
import { isBetterThanBaseline, judgedWindows, naiveBaselines } from '../task/naive-baselines.js';
import { formatCount } from '../wording/figures.js';
import { countOf } from '../wording/plural.js';
import type { RankedRow } from './ranking.js';

export function judgedNotes(view: StudyView, ranked: readonly RankedRow[]): string[] {
  const judged = judgedNote(view, ranked);
  return [...(judged === null ? [] : [judged]), ...problemNotes(view, ranked)];
}

/** How many windows the ranking is over. */
function judgedNote({ header }: StudyView, ranked: readonly RankedRow[]): string | null {
  const judged = judgedWindows(ranked.map(({ row }) => row));
  if (judged === null) return null;
  const { least, most } = judged;
  const { blocks } = header?.dataset ?? {};
  const ofBlocks = blocks === undefined ? '' : ` of each of ${blocks.length} blocks`;
  return least === most
    ? `judged on the same ${formatCount(least)} validation ${least === 1 ? 'window' : 'windows'}${ofBlocks}`
    : `judged on ${formatCount(least)} to ${formatCount(most)} validation windows: a study of an older version, whose trials were not judged on the same ones`;
}

/** Where trials forecast over several horizons. */
function problemNotes(view: StudyView, ranked: readonly RankedRow[]): string[] {
  const { length } = naiveBaselines(view);
  if (length < 2) return [];
  const complete = ranked.filter(({ row }) => row.state === 'COMPLETE');
  const worse = complete.filter(({ row }) => isBetterThanBaseline(row) === false).length;
  return [
    `the trials forecast over ${length} horizons: the column "naive MAE" has the persistence that each is to beat`,
    ...(worse === 0
      ? []
      : [`NOT better than its own naive persistence: ${countOf(worse, 'trial')} of ${complete.length}`]),
  ];
}
