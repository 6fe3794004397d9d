// What a table and a report say of the rows that the data does not tell from the winner, or why they cannot say it.
import { explainReason } from '../statistics/interval-reason.js';
import type { StudyView } from '../study/study-view.js';
import { taskOfStudy } from '../task/registry.js';
import { countOf } from '../wording/plural.js';
import type { RankedRow } from './ranking.js';

export function tieNotes(view: StudyView, ranked: readonly RankedRow[]): string[] {
  const { confidenceSet: set, state } = view;
  const complete = ranked.filter(({ row }) => row.state === 'COMPLETE').length;
  if (complete < 2) return [];
  if (set === null)
    // A function of one seed has nothing that two rows could be compared over.
    return state === 'complete' && view.header?.dataset != null
      ? ['no trial is called tied with the winner: an older version ended this study']
      : [];
  if (set.reason !== undefined) {
    const samples = taskOfStudy(view)?.words.samples;
    return [`no trial is called tied with the winner: ${explainReason(set.reason, samples)}`];
  }
  if (ranked[0]?.setPValue == null)
    return ['no trial is called tied with the winner: the study went on since its rows were compared'];
  const ties = ranked.filter((row) => row.tied).length;
  const left = set.notCompared === 0 ? '' : `; only the ${set.rows.length} best were compared`;
  if (ties === 0) return [`no trial is tied with the winner in the 95 % model confidence set${left}`];
  return [`≈ marks ${countOf(ties, 'trial')} tied with the winner in the 95 % model confidence set${left}`];
}
