// How many windows the trials of a study are judged on, what its longest window costs, and whether so few are left that a
// ranking says little. Known from the sweep file and the split, before a study is made.

import type { DatasetMetadata, OneSeries } from '../../dataset/dataset.js';
import { SweepError } from '../../errors.js';
import { formatPath } from '../../schema/json-path.js';
import { reachOf, type SplitName } from '../../study/trial/trial.js';
import { strideExtremes, type WindowReach, windowExtremes } from '../../sweep-file/judged-rows.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { countOf } from '../../wording/plural.js';

/** Fewer than these tell hardly any two models apart. */
const FEW_WINDOWS = 30;
const SPLITS = ['train', 'validation', 'test'] as const;

export interface WindowPlace {
  readonly lookback: number;
  readonly delay: number;
  /** Which field, variant or dimension makes it so long or short: `space.lookback[1]`. */
  readonly path: string;
}

export interface JudgedWindows {
  /** Windows that each trial is judged on; of the validation split those that its stride leaves. */
  readonly validation: number;
  readonly test: number;
  readonly validationStride: number;
  readonly longest: WindowPlace;
  readonly shortest: WindowPlace;
  /** What the shortest window alone would have more of. */
  readonly lost: { readonly validation: number; readonly test: number };
  readonly warnings: readonly string[];
}

/** The rows of each split: of one series, or of each of several. */
type SplitRows = Readonly<Record<SplitName, readonly number[]>>;
type SplitFacts = Pick<DatasetMetadata, 'split' | 'series' | 'rolling'>;
interface SomeSeries {
  readonly series?: { readonly list: readonly Pick<OneSeries, 'stretches'>[] };
}

/** Null for a study without windows. Throws SPEC_INVALID when no window is left: see checkJudgedWindows. */
export function describeJudgedWindows(spec: SweepSpec, dataset: SplitFacts | null): JudgedWindows | null {
  const windows = windowExtremes(spec);
  const strides = strideExtremes(spec);
  if (windows === null || strides === null || dataset === null) return null;
  checkJudgedWindows(spec, dataset);
  const split = rowsOf(dataset);
  const stride = strides.greatest;
  const { greatest, least } = windows;
  const validation = countWindows(split.validation, greatest, stride.value);
  const test = countWindows(split.test, greatest, 1);
  return {
    validation,
    test,
    validationStride: stride.value,
    longest: placeOf(greatest),
    shortest: placeOf(least),
    lost: {
      validation: countWindows(split.validation, least, stride.value) - validation,
      test: countWindows(split.test, least, 1) - test,
    },
    warnings: [
      ...(countWindows(split.validation, greatest, 1) >= FEW_WINDOWS && validation < FEW_WINDOWS
        ? [tooFew('validation', validation, `${formatPath(stride.path)} evaluates one of ${stride.value}`)]
        : warnOfFew('validation', validation, split.validation, greatest)),
      ...warnOfFew('test', test, split.test, greatest),
    ],
  };
}

/**
 * A study whose points differ in their windows leaves at least one window for all of them. Throws SPEC_INVALID with the
 * path of the value that reaches too far; a window that is the same in all points is checked with each point.
 */
export function checkJudgedWindows(spec: SweepSpec, dataset: SplitFacts | null): void {
  const windows = windowExtremes(spec);
  if (windows === null || dataset === null || spec.judged?.reach === undefined) return;
  const { greatest } = windows;
  for (const name of SPLITS) {
    const all = [rowsOf(dataset), ...earlierRows(dataset)].flatMap((split) => split[name]);
    const rows = Math.min(...all);
    if (rows > reachOf(greatest)) continue;
    const { list = [] } = dataset.series ?? {};
    const series = list[all.indexOf(rows) % list.length]?.name;
    const ofSeries = series === undefined ? '' : ` of ${JSON.stringify(series)}`;
    const path = formatPath(greatest.path);
    throw new SweepError(
      'SPEC_INVALID',
      `${path} makes the longest window reach back ${greatest.lookback} rows and delay ahead ${greatest.delay}, but the ${name} split${ofSeries} has only ${rows} rows: no window is left`,
      { path, hint: 'a shorter window, or another split' },
    );
  }
}

/** 0 or less rows after the reach: none. */
function countWindows(rows: readonly number[], reach: WindowReach, stride: number): number {
  return rows.reduce((sum, count) => sum + Math.max(0, Math.ceil((count - reachOf(reach)) / stride)), 0);
}

function warnOfFew(
  name: 'validation' | 'test',
  count: number,
  rows: readonly number[],
  reach: WindowReach,
): string[] {
  if (count >= FEW_WINDOWS) return [];
  const { lookback, delay, path } = reach;
  const why = `${formatPath(path)} makes the longest window (lookback ${lookback}, delay ${delay}) take ${reachOf(reach)} of ${countOf(Math.max(...rows), 'row')}`;
  return [tooFew(name, count, why)];
}

function tooFew(name: string, count: number, why: string): string {
  return `every trial is judged on only ${countOf(count, `${name} window`)}: ${why}; so few tell hardly any two models apart`;
}

function rowsOf({ split, series }: Pick<SplitFacts, 'split'> & SomeSeries): SplitRows {
  const all = (name: SplitName): readonly number[] =>
    series?.list.map(({ stretches }) => stretches[name][1]) ?? [split[name].end - split[name].start];
  return { train: all('train'), validation: all('validation'), test: all('test') };
}

/** Of the earlier blocks of a rolling origin. */
function earlierRows({ rolling }: SplitFacts): SplitRows[] {
  const [, ...earlier] = rolling?.blocks ?? [];
  return earlier.map(({ split, series: list }) =>
    rowsOf({ split, ...(list === undefined ? {} : { series: { list } }) }),
  );
}

function placeOf({ lookback, delay, path }: WindowReach): WindowPlace {
  return { lookback, delay, path: formatPath(path) };
}
