// The front of a study of two objectives: complete rows that no other one beats in both. Ranks stay those of the first.
import type { StudyView } from '../study/study-view.js';
import { type SecondMetric, secondOf } from '../study/trial/second-metric.js';
import { describeMetric, taskOfStudy } from '../task/registry.js';
import { formatCount } from '../wording/figures.js';
import { countOf } from '../wording/plural.js';
import type { RankedRow } from './ranking.js';

export const FRONT_MARK = '●';

/**
 * Says of each row whether it is on the front. `ranked`: in the order of the ranks, so that a row can only be beaten by those
 * before it and by equals of the first objective, which alone are held together. `also` absent: rows are as they were.
 */
export function* markFront(
  ranked: Iterable<RankedRow>,
  also: SecondMetric | undefined,
): Generator<RankedRow> {
  if (also === undefined) {
    yield* ranked;
    return;
  }
  const figureOf = (each: RankedRow): number =>
    each.row.state === 'COMPLETE' && each.row.seeds[0] !== undefined
      ? secondOf(also, each.row.seeds[0].result)
      : Number.POSITIVE_INFINITY;
  /** The least of all rows that are better in the first. */
  let least = Number.POSITIVE_INFINITY;
  let equals: RankedRow[] = [];
  const close = (): RankedRow[] => {
    const own = equals.reduce((lowest, each) => Math.min(lowest, figureOf(each)), Number.POSITIVE_INFINITY);
    const marked = equals.map((each) => ({
      ...each,
      onFront: figureOf(each) < least && figureOf(each) === own,
    }));
    least = Math.min(least, own);
    equals = [];
    return marked;
  };
  for (const each of ranked) {
    const [first] = equals;
    if (
      first !== undefined &&
      (first.row.objective !== each.row.objective || first.row.state !== each.row.state)
    )
      yield* close();
    equals.push(each);
  }
  yield* close();
}

/** How a person calls it. */
export function secondInWords(also: SecondMetric): string {
  return { parameters: 'weights' }[also];
}

/** What stands below a table; nothing of a study of one objective. */
export function frontNotes(view: StudyView, ranked: readonly RankedRow[]): string[] {
  const { also, metric } = view.header ?? {};
  const on = ranked.filter(({ onFront }) => onFront === true).length;
  if (also === undefined || on === 0) return [];
  const { head } = describeMetric(taskOfStudy(view), metric ?? 'objective');
  const left =
    view.rowsDropped === 0 ? '' : `, among the ${formatCount(ranked.length)} best; --pareto looks at all`;
  return [
    `${FRONT_MARK} marks the front of ${head} and ${secondInWords(also)}: ${countOf(on, 'trial')} that no other one beats in both${left}`,
  ];
}
