// A row of the leaderboard as the JSON document prints it.
import type { WireError } from '../errors.js';
import type { IntervalReason } from '../statistics/interval-reason.js';
import { canonicalJson } from '../study/canonical-json.js';
import type { FinishedRow } from '../study/finished-row.js';
import { fillWithNull } from '../study/study-space.js';
import type { StudyView } from '../study/study-view.js';
import { weightsOf } from '../study/trial/second-metric.js';
import type { Metrics, Params } from '../study/trial/trial.js';
import { isBetterThanBaseline, naiveBaselineOf } from '../task/naive-baselines.js';
import { type ClassFields, classFields } from './outputs/class-fields.js';
import { type ColumnField, columnFields } from './outputs/column-fields.js';
import { quantileFields } from './outputs/quantile-fields.js';
import type { BoardRow, FailedRow, RankedRow } from './ranking.js';

/** One row of the leaderboard as scripts read it: names are added, never changed. Shares in [0, 1] are of classifiers only. */
export interface LeaderboardRow extends ClassFields {
  readonly rank: number;
  readonly tied: boolean;
  /** On the front of both objectives; absent: the study has one, or the trial failed. */
  readonly pareto?: boolean;
  /** The point that the sweep file names as its baseline; absent: it names none. */
  readonly isBaseline?: boolean;
  /** In the confidence set of the best rows: above 0.05 it is tied with the winner, or is the winner; null: not compared. */
  readonly setPValue: number | null;
  readonly trial: string;
  readonly state: FinishedRow['state'];
  readonly params: Params;
  readonly seeds: readonly number[];
  readonly objective: number;
  readonly objectiveInterval: readonly [number, number] | null;
  /** Why there is no interval (interval-reason.ts); absent when there is one, or the log is older. */
  readonly objectiveIntervalReason?: IntervalReason;
  /** null where there is no validation MAE or no unit to give it in. */
  readonly validationMaeUnits: number | null;
  /** Of a forecast of several columns each, in its own unit; the other errors are means over them, in deviations of each. */
  readonly byColumn?: readonly ColumnField[];
  /** Mean pinball loss over the quantiles, normalised; of forecasts by quantiles only. */
  readonly pinball?: number;
  /** Share of the targets between the outermost quantiles; of forecasts by two and more. */
  readonly coverage?: number;
  readonly bestEpoch: number;
  readonly epochs: number;
  /** The time of all seeds together. */
  readonly durationMs: number;
  /** Trainable weights; null where nothing was trained. */
  readonly parameters: number | null;
  /** What a program measured, at the epoch that stands for it; of programs only. */
  readonly metrics?: Metrics;
  readonly worker: string;
  /** The most that one of its seeds needed. */
  readonly attempts: number;
  /** True when every seed came from the result cache. */
  readonly cached: boolean;
  /** null where nothing was trained, as is the engine. */
  readonly weightsDigest: string | null;
  /** The engines of its seeds, each named once: `wasm`, `tfjs` or `tfjs+wasm`. */
  readonly engine: string | null;
  /** True when every seed gives the same bits on every machine. */
  readonly bitExact: boolean;
  /** How many windows of a series it was judged on; null where that is not known. */
  readonly validationWindows: number | null;
  /** Naive persistence of the row's own problem on the same windows, normalised; null where there is none. */
  readonly baselineMae: number | null;
  /** Than persistence, of reviews than the commoner label; null where there is neither. */
  readonly betterThanBaseline: boolean | null;
}

export function leaderboardRow(
  { rank, tied, onFront, setPValue, row }: RankedRow,
  view: StudyView,
): LeaderboardRow {
  const first = row.seeds[0];
  if (first === undefined) throw new RangeError(`row ${row.trial} has no seed`);
  const baseline = naiveBaselineOf(row);
  const byColumn = columnFields(row, view.header?.dataset);
  return {
    rank,
    tied,
    ...(onFront === undefined ? {} : { pareto: onFront }),
    ...baselineMark(row.params, view),
    setPValue,
    trial: row.trial,
    state: row.state,
    params: withInactive(row.params, view),
    seeds: row.seeds.map((seed) => seed.seed),
    objective: row.objective,
    objectiveInterval: row.objectiveInterval,
    ...(row.objectiveIntervalReason == null ? {} : { objectiveIntervalReason: row.objectiveIntervalReason }),
    validationMaeUnits: inUnits(row.metrics.validationMae, view),
    ...(byColumn.length === 0 ? {} : { byColumn }),
    ...classFields(row.metrics),
    ...quantileFields(row),
    bestEpoch: first.result.bestEpoch,
    epochs: first.result.epochs,
    durationMs: row.seeds.reduce((sum, seed) => sum + seed.result.durationMs, 0),
    parameters: weightsOf(first.result),
    ...(weightsOf(first.result) === null ? { metrics: row.metrics } : {}),
    worker: first.worker,
    attempts: Math.max(...row.seeds.map((seed) => seed.attempts)),
    cached: row.seeds.every((seed) => seed.cached),
    weightsDigest: first.result.weightsDigest ?? null,
    engine: enginesOf(row),
    bitExact: row.seeds.every(({ result }) => result.bitExact !== false),
    validationWindows: baseline?.validationWindows ?? null,
    baselineMae: baseline?.validationMae ?? null,
    betterThanBaseline: isBetterThanBaseline(row),
  };
}

function enginesOf({ seeds }: RankedRow['row']): string | null {
  const names = new Set(seeds.flatMap(({ result }) => result.engine ?? []));
  return names.size === 0 ? null : [...names].sort().join('+');
}

type OfSomeRows =
  | 'pareto'
  | 'isBaseline'
  | 'metrics'
  | keyof ClassFields
  | 'objectiveIntervalReason'
  | 'byColumn'
  | 'pinball'
  | 'coverage';

/** A trial that failed: every field of a ranked row, null where only a result could tell, and why. */
export type FailedLeaderboardRow = {
  readonly [Field in Exclude<keyof LeaderboardRow, OfSomeRows>]:
    | (Field extends 'trial' | 'state' | 'params' | 'seeds' | 'tied' | 'attempts' | 'cached'
        ? LeaderboardRow[Field]
        : null)
    | (Field extends 'worker' ? string : never);
} & { readonly [Field in Exclude<OfSomeRows, 'isBaseline'>]?: never } & Pick<LeaderboardRow, 'isBaseline'> & {
    readonly error: Pick<WireError, 'code' | 'message'>;
  };

function failedLeaderboardRow({ failed }: FailedRow, view: StudyView): FailedLeaderboardRow {
  const { trial, params, seed, attempts, worker, error } = failed;
  return {
    rank: null,
    tied: false,
    ...baselineMark(params, view),
    setPValue: null,
    trial,
    state: 'FAILED',
    params: withInactive(params, view),
    seeds: [seed],
    objective: null,
    objectiveInterval: null,
    validationMaeUnits: null,
    bestEpoch: null,
    epochs: null,
    durationMs: null,
    parameters: null,
    worker,
    attempts,
    cached: false,
    weightsDigest: null,
    engine: null,
    bitExact: null,
    validationWindows: null,
    baselineMae: null,
    betterThanBaseline: null,
    error: { code: error.code, message: error.message },
  };
}

export function boardRow(row: BoardRow, view: StudyView): LeaderboardRow | FailedLeaderboardRow {
  return row.rank === null ? failedLeaderboardRow(row, view) : leaderboardRow(row, view);
}

/** Whether a row is the point that the sweep file names as its baseline; null: it names none. */
export function baselineOf({ header }: StudyView): ((params: Params) => boolean) | null {
  const { baseline } = (header?.spec ?? {}) as { readonly baseline?: unknown };
  if (baseline === undefined) return null;
  const text = canonicalJson(baseline);
  return (params) => canonicalJson(params) === text;
}

function baselineMark(params: Params, view: StudyView): Pick<LeaderboardRow, 'isBaseline'> {
  const isBaseline = baselineOf(view);
  return isBaseline === null ? {} : { isBaseline: isBaseline(params) };
}

/** Of a point without some of the study's parameters: null for those that are inactive. */
function withInactive(params: Params, { header }: StudyView): Params {
  return fillWithNull(params, header?.spec);
}

/** A normalised error in the target's unit; null without a dataset. */
export function inUnits(normalised: number | null | undefined, view: StudyView): number | null {
  const dataset = view.header?.dataset ?? null;
  return normalised == null || dataset === null ? null : normalised * dataset.targetStd;
}

/** Names of the parameters whose value differs between rows, in the order they are written in. */
export function varyingParams(rows: readonly { readonly params: Params }[]): string[] {
  return paramNames(rows).filter((name) => new Set(rows.map(({ params }) => params[name])).size > 1);
}

/** A name that earlier rows do not have stands behind the one before it in its own row. */
export function paramNames(rows: Iterable<{ readonly params: Params }>): string[] {
  const names: string[] = [];
  const known = new Set<string>();
  for (const { params } of rows) {
    let place = 0;
    for (const name of Object.keys(params)) {
      if (!known.has(name)) {
        known.add(name);
        names.splice(place, 0, name);
      }
      place = names.indexOf(name) + 1;
    }
  }
  return names;
}
