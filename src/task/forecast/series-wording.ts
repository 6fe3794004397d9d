// How forecasts of several series are told by series: all of a few, of many the ends, and how many beat naive persistence.
import { formatUnits } from '../../wording/figures.js';
import { formatParam } from '../../wording/param-format.js';

export interface SeriesFigure {
  readonly series: string;
  /** In the target's unit. */
  readonly mae: number;
  readonly baselineMae: number;
}

/** More are not listed. */
const MOST_LISTED = 8;

/** Empty: of no series. */
export function describeBySeries(figures: readonly SeriesFigure[]): string[] {
  if (figures.length === 0) return [];
  const say = ({ series, mae, baselineMae }: SeriesFigure): string =>
    `${formatParam(series)} ${formatUnits(mae)} (naive ${formatUnits(baselineMae)})`;
  const better = figures.filter(({ mae, baselineMae }) => mae < baselineMae).length;
  const head = `MAE by series, better than naive persistence in ${better} of ${figures.length}: `;
  if (figures.length <= MOST_LISTED) return [head + figures.map(say).join(', ')];
  const sorted = figures.toSorted(
    (left, right) => left.mae / left.baselineMae - right.mae / right.baselineMae,
  );
  return [`${head}best against it ${say(sorted[0]!)}, worst ${say(sorted.at(-1)!)}; all of them: --json`];
}
