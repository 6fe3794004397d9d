// What rows say of forecasts by quantiles: how sharp they are (pinball loss) and how much lies within the band that they make.
import type { FinishedRow } from '../../study/finished-row.js';
import type { StudyView } from '../../study/study-view.js';
import type { TrialResult } from '../../study/trial/trial.js';

export interface QuantileFields {
  readonly pinball?: number;
  readonly coverage?: number;
}

/** Means over the seeds. */
export function quantileFields({ seeds }: FinishedRow): QuantileFields {
  const meanOf = (read: (result: TrialResult) => number | undefined): number | undefined => {
    const values = seeds.flatMap(({ result }) => read(result) ?? []);
    return values.length < seeds.length ? undefined : mean(values);
  };
  const pinball = meanOf(({ outputs }) =>
    outputs?.quantiles === undefined ? undefined : mean(outputs.quantiles.map((one) => one.pinball)),
  );
  const coverage = meanOf(({ band }) => band?.coverage);
  return { ...(pinball === undefined ? {} : { pinball }), ...(coverage === undefined ? {} : { coverage }) };
}

/** Whether a study has rows by quantiles, and rows with a band of two. */
export function quantileColumns({ rows, partialRows }: StudyView): { pinball: boolean; coverage: boolean } {
  const found = { pinball: false, coverage: false };
  for (const { seeds } of [...rows, ...partialRows.values()]) {
    for (const { result } of seeds) {
      found.pinball ||= result.outputs?.quantiles !== undefined;
      found.coverage ||= result.band !== undefined;
    }
    if (found.coverage) break;
  }
  return found;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
