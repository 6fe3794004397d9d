// Two trials side by side: what they differ in, how they learned, and how far their errors lie apart, pair by pair. Pure.
import { NOT_OVER_SAMPLES } from '../model/metric.js';
import { compareForecasts } from '../statistics/forecast-test.js';
import type { IntervalReason } from '../statistics/interval-reason.js';
import type { Interval } from '../statistics/range-interval.js';
import { meanInterval } from '../statistics/sample-mean.js';
import { studentTail } from '../statistics/student-t.js';
import { type FinishedRow, type SeedResult, seedInterval } from '../study/finished-row.js';
import type { EpochReport, Params, ParamValue } from '../study/trial/trial.js';

/** A trial with what is known of it. */
export interface ComparedTrial {
  readonly row: FinishedRow;
  readonly rank: number | null;
  /** The trial itself: one of the row's seeds. */
  readonly seed: SeedResult;
  /** Empty: the log that held it is gone, or a function was asked once. */
  readonly curve: readonly EpochReport[];
  /** Its validation errors in order of time, as means over blocks of samples. null: none are kept with its model. */
  readonly errors: ComparedErrors | null;
}

export interface ComparedErrors {
  readonly samples: number;
  readonly errors: Float64Array;
  /** Over how many blocks a block shares its horizon with later ones. */
  readonly overlap: number;
}

export interface PairedDifference {
  /** "seeds": both points had two or more of the same ones. */
  readonly over: 'samples' | 'seeds';
  /** Pairs of values: seeds, or validation samples. */
  readonly pairs: number;
  /** Mean of A's minus B's, in the metric, of an RMSE in its square, of an accuracy as the share of wrong answers. */
  readonly difference: number | null;
  /** 95 %. */
  readonly interval: Interval | null;
  /** How often the two would be this far apart if they were equally good; two-sided. */
  readonly pValue: number | null;
  /** Why there is no interval and no p-value; absent when there are. */
  readonly reason?: IntervalReason;
}

export interface ParamPair {
  readonly param: string;
  /** null also where the trial does not have it. */
  readonly a: ParamValue;
  readonly b: ParamValue;
}

export interface CurvePair {
  readonly epoch: number;
  /** The objective's metric at this epoch; null: the trial has no such report. */
  readonly a: number | null;
  readonly b: number | null;
}

export interface TrialComparison {
  /** Those that differ, in the order they are written in. */
  readonly differing: readonly ParamPair[];
  readonly same: Params;
  readonly curves: readonly CurvePair[];
  readonly difference: PairedDifference;
}

export function compareTrials(a: ComparedTrial, b: ComparedTrial, metric: string | null): TrialComparison {
  const names = [...new Set([...Object.keys(a.row.params), ...Object.keys(b.row.params)])];
  const pairs = names.map((param) => ({
    param,
    a: a.row.params[param] ?? null,
    b: b.row.params[param] ?? null,
  }));
  // A parameter that is null is not one that is not there.
  const isShared = (param: string): boolean => a.row.params[param] === b.row.params[param];
  return {
    differing: pairs.filter(({ param }) => !isShared(param)),
    same: Object.fromEntries(
      pairs.flatMap(({ param, a: value }) => (isShared(param) ? [[param, value]] : [])),
    ),
    curves: curvesOf(a.curve, b.curve, metric),
    difference: differenceOf(a, b, metric),
  };
}

function curvesOf(a: readonly EpochReport[], b: readonly EpochReport[], metric: string | null): CurvePair[] {
  const valueAt = (curve: readonly EpochReport[], epoch: number): number | null => {
    const metrics: Readonly<Record<string, number | undefined>> =
      curve.find((report) => report.epoch === epoch)?.metrics ?? {};
    return (metric === null ? undefined : metrics[metric]) ?? null;
  };
  const epochs = Math.max(0, ...[...a, ...b].map(({ epoch }) => epoch));
  return Array.from({ length: epochs }, (_, at) => ({
    epoch: at + 1,
    a: valueAt(a, at + 1),
    b: valueAt(b, at + 1),
  }));
}

function differenceOf(a: ComparedTrial, b: ComparedTrial, metric: string | null): PairedDifference {
  const ofB = new Map(b.row.seeds.map(({ seed, result }) => [seed, result.objective]));
  const bySeed = a.row.seeds.flatMap(({ seed, result }) => {
    const other = ofB.get(seed);
    return other === undefined ? [] : [result.objective - other];
  });
  if (a.row !== b.row && bySeed.length > 1) return differenceOverSeeds(bySeed);
  const none = { over: 'samples', interval: null, pValue: null } as const;
  if (a.errors === null || b.errors === null) {
    const isSampled = metric !== null && !NOT_OVER_SAMPLES.has(metric);
    const difference = a.seed.result.objective - b.seed.result.objective;
    return { ...none, pairs: 0, difference, reason: isSampled ? 'not-kept' : 'not-sampled' };
  }
  const { errors, samples } = a.errors;
  if (samples !== b.errors.samples || errors.length !== b.errors.errors.length)
    return { ...none, pairs: 0, difference: null, reason: 'other-samples' };
  const overlap = Math.max(a.errors.overlap, b.errors.overlap);
  const differences = errors.map((error, at) => error - b.errors!.errors[at]!);
  const { interval, reason } = meanInterval(differences, 'real', overlap);
  const { difference, pValue } = compareForecasts(errors, b.errors.errors, overlap);
  const facts = { over: 'samples', pairs: samples, difference } as const;
  if (interval === null || pValue === null)
    return { ...facts, interval: null, pValue: null, ...(reason === null ? {} : { reason }) };
  return { ...facts, interval, pValue: twoSided(pValue) };
}

function differenceOverSeeds(differences: readonly number[]): PairedDifference {
  const count = differences.length;
  const difference = differences.reduce((sum, value) => sum + value, 0) / count;
  const { objectiveInterval: interval } = seedInterval(differences, 'real');
  const facts = { over: 'seeds', pairs: count, difference } as const;
  if (interval === null) return { ...facts, interval, pValue: null, reason: 'same-seeds' };
  const squares = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0);
  const standardError = Math.sqrt(squares / (count - 1) / count);
  return { ...facts, interval, pValue: twoSided(studentTail(difference / standardError, count - 1)) };
}

function twoSided(pValue: number): number {
  return Math.min(1, 2 * Math.min(pValue, 1 - pValue));
}
