// What a row of a leaderboard has of a classifier's shares, and which of them a study has at all.
import type { StudyView } from '../../study/study-view.js';
import type { Metrics } from '../../study/trial/trial.js';

/** Of more classes than two, three and five. */
export const CLASS_SHARES = ['validationMacroF1', 'validationTop3', 'validationTop5'] as const;
const SHARES = ['validationAccuracy', ...CLASS_SHARES] as const;

export type ClassFields = { readonly [Share in (typeof SHARES)[number]]?: number };

export function classFields(metrics: Metrics): ClassFields {
  return Object.fromEntries(
    SHARES.flatMap((name) => (metrics[name] === undefined ? [] : [[name, metrics[name]]])),
  );
}

/** Those that some row has. */
export function classColumns({ rows, partialRows }: StudyView): (typeof CLASS_SHARES)[number][] {
  const all = [...rows, ...partialRows.values()];
  return CLASS_SHARES.filter((name) =>
    all.some(({ seeds }) => seeds.some(({ result }) => result.metrics[name] !== undefined)),
  );
}
