// Which rows of a study may be the best, found when its ranking is fixed: over seeds where points have several, else over the
// validation errors that are kept with the models. Reads no test sample.
import type { BlobStore } from '../../bus/bus.js';
import { type BlockErrors, unpackErrors } from '../../engine/training/block-errors.js';
import { decodeCheckpoint } from '../../engine/training/checkpoint.js';
import { asSweepError, type ErrorCode, SweepError } from '../../errors.js';
import { rankView } from '../../leaderboard/ranking.js';
import { NOT_OVER_SAMPLES } from '../../model/metric.js';
import {
  SET_SIGNIFICANCE,
  sampledConfidenceSet,
  seededConfidenceSet,
} from '../../statistics/confidence-set.js';
import type { IntervalReason } from '../../statistics/interval-reason.js';
import type { ConfidenceSet } from '../../study/events.js';
import type { FinishedRow, SeedResult } from '../../study/finished-row.js';
import type { StudyView } from '../../study/study-view.js';

/** Worse ones are left out: each costs the reading of a model, and time that grows with their square. */
const MOST_ROWS = 256;

/** A trial's model is gone or is not its own: that is its fault alone, and another may win. */
export const WITHOUT_MODEL: ReadonlySet<ErrorCode> = new Set([
  'BLOB_NOT_FOUND',
  'BLOB_CORRUPT',
  'CHECKPOINT_CORRUPT',
]);

/**
 * null where there are not two complete rows, or nothing to compare them over: a function of one seed. A row whose model cannot
 * be had is not compared. Throws INTERRUPTED when `signal` aborts, and what the bus throws.
 */
export async function judgeRows(
  view: StudyView,
  bus: BlobStore,
  signal: AbortSignal,
): Promise<ConfidenceSet | null> {
  const complete = rankView(view).flatMap(({ row }) => (row.state === 'COMPLETE' ? [row] : []));
  if (complete.length < 2) return null;
  const { repeats = 1, dataset = null } = view.header ?? {};
  if (repeats > 1) return judgeBySeeds(complete.slice(0, MOST_ROWS), complete.length, view);
  if (dataset === null) return null;
  return judgeBySamples(complete, view, bus, signal);
}

/** The rows that the set holds, best first. */
export function membersOf({ rows }: ConfidenceSet): string[] {
  return rows.filter(({ pValue }) => pValue > SET_SIGNIFICANCE).map(({ trial }) => trial);
}

function judgeBySeeds(rows: readonly FinishedRow[], complete: number, view: StudyView): ConfidenceSet {
  const [best, ...others] = rows.map(({ seeds }) => new Set(seeds.map(({ seed }) => seed)));
  const common = [...(best ?? [])].filter((seed) => others.every((seeds) => seeds.has(seed)));
  if (common.length < 2) return without('seeds', 'same-seeds');
  const sign = view.header?.direction === 'maximize' ? -1 : 1;
  const values = rows.map(({ seeds }) => {
    const bySeed = new Map(seeds.map(({ seed, result }) => [seed, sign * result.objective]));
    return common.map((seed) => bySeed.get(seed) ?? Number.NaN);
  });
  return found('seeds', rows, seededConfidenceSet(values), complete - rows.length);
}

async function judgeBySamples(
  complete: readonly FinishedRow[],
  view: StudyView,
  bus: BlobStore,
  signal: AbortSignal,
): Promise<ConfidenceSet | null> {
  const rows: FinishedRow[] = [];
  const errors: BlockErrors[] = [];
  let lost = 0;
  for (const row of complete.slice(0, MOST_ROWS)) {
    if (signal.aborted) throw new SweepError('INTERRUPTED', 'the comparison of the rows was interrupted');
    const read = await readErrors(bus, row.seeds[0]);
    if (read === 'no-model') {
      lost += 1;
      continue;
    }
    if (read === null)
      return without('samples', NOT_OVER_SAMPLES.has(view.header?.metric ?? '') ? 'not-sampled' : 'not-kept');
    rows.push(row);
    errors.push(read);
  }
  const [first] = errors;
  if (first === undefined || errors.length < 2) return null;
  if (
    errors.some(
      ({ samples, errors: { length } }) => samples !== first.samples || length !== first.errors.length,
    )
  )
    return without('samples', 'other-samples');
  const set = sampledConfidenceSet(
    errors.map((each) => each.errors),
    Math.max(...errors.map(({ overlap }) => overlap)),
  );
  if ('reason' in set) return without('samples', set.reason);
  return found('samples', rows, set.pValues, complete.length - rows.length - lost);
}

/** null: none are kept with it. */
async function readErrors(
  bus: BlobStore,
  seed: SeedResult | undefined,
): Promise<BlockErrors | 'no-model' | null> {
  const digest = seed?.result.modelDigest ?? null;
  if (digest === null) return 'no-model';
  try {
    const { best } = decodeCheckpoint(await bus.getBlob(digest));
    return best?.errors === undefined ? null : unpackErrors(best.errors);
  } catch (thrown) {
    if (WITHOUT_MODEL.has(asSweepError(thrown).code)) return 'no-model';
    throw thrown;
  }
}

function found(
  over: ConfidenceSet['over'],
  rows: readonly FinishedRow[],
  pValues: readonly number[],
  notCompared: number,
): ConfidenceSet {
  return {
    over,
    rows: rows.map(({ trial }, at) => ({ trial, pValue: pValues[at] ?? 0 })),
    notCompared,
  };
}

function without(over: ConfidenceSet['over'], reason: IntervalReason): ConfidenceSet {
  return { over, rows: [], notCompared: 0, reason };
}
