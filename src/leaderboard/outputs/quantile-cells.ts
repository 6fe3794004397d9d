// The columns of the terminal leaderboard that forecasts by quantiles have.
import type { StudyView } from '../../study/study-view.js';
import { formatObjective, formatPercent, spreadOf } from '../../wording/figures.js';
import type { RankedRow } from '../ranking.js';
import { quantileColumns, quantileFields } from './quantile-fields.js';

export function quantileCells(view: StudyView, all: readonly RankedRow[]) {
  const has = quantileColumns(view);
  const pinballOf = ({ row }: RankedRow): number | undefined => quantileFields(row).pinball;
  const losses = spreadOf(all.flatMap((ranked) => pinballOf(ranked) ?? []));
  const claims = new Set(
    all.flatMap(({ row }) => row.seeds.flatMap(({ result }) => result.band?.nominal ?? [])),
  );
  const [nominal] = claims;
  const claim = claims.size === 1 ? `${Number((100 * nominal!).toPrecision(4))} %` : null;
  return [
    ...(has.pinball
      ? [
          {
            head: 'pinball',
            field: 'pinball',
            align: 'right' as const,
            cell: (ranked: RankedRow) => formatObjective(pinballOf(ranked) ?? null, losses),
            dropOrder: 3,
          },
        ]
      : []),
    ...(has.coverage
      ? [
          {
            head: claim === null ? 'covered %' : `covered of ${claim}`,
            field: 'coverage',
            align: 'right' as const,
            cell: (ranked: RankedRow) => formatPercent(quantileFields(ranked.row).coverage),
          },
        ]
      : []),
  ];
}
