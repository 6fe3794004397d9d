// Common sense beside the rows of a study: one baseline for each problem that its trials are of. Persistence over one hour
// is another than over a day: a trial is compared with its own, never with the least of all. Pure.
import type { FinishedRow } from '../study/finished-row.js';
import { repeatedBy } from '../study/origin-block.js';
import type { StudyView } from '../study/study-view.js';

export interface NaiveBaseline {
  /** Rows from the last one read to the target; null: results of an older version do not say. */
  readonly horizonRows: number | null;
  /** Naive persistence on the validation windows, normalised. */
  readonly validationMae: number;
  /** null: results of an older version do not say. */
  readonly validationWindows: number | null;
}

/** The baselines of the rows that a view holds, the nearest horizon first; none for reviews and functions. O(rows). */
export function naiveBaselines(view: StudyView): NaiveBaseline[] {
  const known = new Map<string, NaiveBaseline>();
  const ofBlocks = repeatedBy(view.header?.dataset) === 'block';
  const told = new Map<string, number>();
  // Whatever their order: a ranking of a million rows would be sorted for nothing.
  for (const row of rowsOf(view)) {
    const baseline = naiveBaselineOf(row);
    if (baseline === null) continue;
    // A point of which only some blocks have ended has another mean for the same problem.
    const key = ofBlocks ? `${baseline.horizonRows}` : `${baseline.horizonRows}:${baseline.validationMae}`;
    if (ofBlocks && row.seeds.length <= (told.get(key) ?? 0)) continue;
    told.set(key, row.seeds.length);
    known.set(key, baseline);
  }
  const all = [...known.values()];
  // A result of an older version is of the problem whose figure it has.
  const isTold = (one: NaiveBaseline): boolean =>
    one.horizonRows === null &&
    all.some((other) => other.horizonRows !== null && other.validationMae === one.validationMae);
  return all
    .filter((one) => !isTold(one))
    .sort(
      (left, right) =>
        (left.horizonRows ?? 0) - (right.horizonRows ?? 0) || left.validationMae - right.validationMae,
    );
}

function* rowsOf({ rows, partialRows }: StudyView): Generator<Pick<FinishedRow, 'seeds'>> {
  yield* rows;
  yield* partialRows.values();
}

/** The baseline of the best row's problem, or while no point is settled of one that has a seed. */
export function leadingBaseline(view: StudyView): NaiveBaseline | null {
  for (const row of rowsOf(view)) if (row.seeds.length > 0) return naiveBaselineOf(row);
  return null;
}

/** The baseline of the trial's own problem, of a rolling origin the mean over its blocks; null where there is no series. */
export function naiveBaselineOf({ seeds }: Pick<FinishedRow, 'seeds'>): NaiveBaseline | null {
  const result = seeds[0]?.result;
  if (result === undefined || result.baselineMae === null) return null;
  const { horizonRows = null, validationSamples = null } = result;
  const all = seeds.map((seed) => seed.result.baselineMae ?? Number.NaN);
  // Of equal ones the mean may differ in its last bit.
  const validationMae = all.every((one) => one === all[0])
    ? result.baselineMae
    : all.reduce((sum, one) => sum + one, 0) / all.length;
  return { horizonRows, validationMae, validationWindows: validationSamples };
}

/** Whether a row has a smaller error, or more hits, than common sense on the same samples; null where none is known. */
export function isBetterThanBaseline(row: FinishedRow): boolean | null {
  const baselineAccuracy = baselineAccuracyOf(row);
  const baseline = naiveBaselineOf(row);
  const { validationMae, validationAccuracy } = row.metrics;
  if (baseline !== null && validationMae !== undefined) return validationMae < baseline.validationMae;
  if (baselineAccuracy !== null && validationAccuracy !== undefined)
    return validationAccuracy > baselineAccuracy;
  return null;
}

/** The accuracy of common sense on the samples of the best row, or while no point is settled of one that has a seed. */
export function leadingAccuracy(view: StudyView): number | null {
  for (const row of rowsOf(view)) if (row.seeds.length > 0) return baselineAccuracyOf(row);
  return null;
}

/** The hits of common sense, of a rolling origin the mean over the blocks of the row; null: a seed does not say. */
function baselineAccuracyOf({ seeds }: Pick<FinishedRow, 'seeds'>): number | null {
  const all = seeds.flatMap(({ result }) => result.baselineAccuracy ?? []);
  if (all.length === 0 || all.length < seeds.length) return null;
  // Of equal ones the mean may differ in its last bit.
  return all.every((one) => one === all[0]) ? all[0]! : all.reduce((sum, one) => sum + one, 0) / all.length;
}

/** Windows that all rows of a series were judged on, at least and at most; null: none of them says. */
export function judgedWindows(rows: readonly FinishedRow[]): { least: number; most: number } | null {
  const counts = rows.flatMap((row) => naiveBaselineOf(row)?.validationWindows ?? []);
  if (counts.length === 0) return null;
  return counts.reduce(
    ({ least, most }, count) => ({ least: Math.min(least, count), most: Math.max(most, count) }),
    { least: Number.POSITIVE_INFINITY, most: 0 },
  );
}
