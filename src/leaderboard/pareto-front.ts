// The front of a study of two objectives: complete rows that no other one beats in both. Ranks stay those of the first.
import type { FinishedRow } from '../study/finished-row.js';
import type { StudyView } from '../study/study-view.js';
import { readSecondMetric, type SecondMetric, secondLoss } from '../study/trial/second-metric.js';
import { describeMetric, taskOfStudy } from '../task/registry.js';
import { formatCount } from '../wording/figures.js';
import { countOf } from '../wording/plural.js';
import { headOfFigure, secondOfRow } from './outputs/second-figure.js';

export const FRONT_MARK = '●';

/** A ranked row, as far as a front is concerned. */
interface FrontRow {
  readonly onFront?: boolean;
  readonly row: FinishedRow;
}

/**
 * Says of each row whether it is on the front. `ranked`: in the order of the ranks, so that a row can only be beaten by those
 * before it and by equals of the first objective, which alone are held together. `also` absent: rows are as they were.
 */
export function* markFront<Row extends FrontRow>(
  ranked: Iterable<Row>,
  also: SecondMetric | undefined,
): Generator<Row> {
  if (also === undefined) {
    yield* ranked;
    return;
  }
  const figureOf = ({ row }: FrontRow): number => {
    const second = row.state === 'COMPLETE' ? secondOfRow(also, row) : null;
    return second === null ? Number.POSITIVE_INFINITY : secondLoss(also, second);
  };
  /** The least of all rows that are better in the first. */
  let least = Number.POSITIVE_INFINITY;
  let equals: Row[] = [];
  const close = (): Row[] => {
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

/** What stands below a table; nothing of a study of one objective. */
export function frontNotes(view: StudyView, ranked: readonly FrontRow[]): string[] {
  const { also, metric, spec } = view.header ?? {};
  if (also === undefined) return [];
  const second = headOfFigure(also, view) ?? also.metric;
  const isNamed =
    readSecondMetric((spec as { objective?: unknown } | undefined)?.objective)?.metric === also.metric;
  const way = isNamed ? '' : ` (${also.direction === 'minimize' ? 'less' : 'more'} is better)`;
  const without = ranked.filter(
    ({ row }) => row.state === 'COMPLETE' && secondOfRow(also, row) === null,
  ).length;
  const missing =
    without === 0
      ? []
      : [
          `${countOf(without, 'complete trial')} without a value of ${second}: on no front; report it beside the objective`,
        ];
  const on = ranked.filter(({ onFront }) => onFront === true).length;
  if (on === 0) return missing;
  const { head } = describeMetric(taskOfStudy(view), metric ?? 'objective');
  const left =
    view.rowsDropped === 0 ? '' : `, among the ${formatCount(ranked.length)} best; --pareto looks at all`;
  return [
    `${FRONT_MARK} marks the front of ${head} and ${second}${way}: ${countOf(on, 'trial')} that no other one beats in both${left}`,
    ...missing,
  ];
}
