// What a trial learns from: a task on the rows of a prepared dataset. A part of a trial's config, in its wire form.
import { z } from 'zod';
import { count, index, type ValueOf } from '../../schema/wire.js';
import { MAX_CLASSES, MAX_QUANTILES, MAX_STEPS, MAX_TARGETS } from './output-errors.js';

const MAX_AHEAD = 4_096;
/** Series of one dataset: each trial says where they lie. */
export const MAX_SERIES = 2_000;

export const rangeSchema = z.object({ start: index, end: index });
/** Rows `[start, end)` of the prepared dataset. */
export type RowRange = ValueOf<typeof rangeSchema>;
export const splitSchema = z.object({ train: rangeSchema, validation: rangeSchema, test: rangeSchema });
export type RowSplit = ValueOf<typeof splitSchema>;
export type SplitName = keyof RowSplit;

/** What each window's values are told from, and per what: its last row, its mean, its mean and deviation. */
export const WINDOW_FRAMES = ['last', 'mean', 'standard'] as const;
export type WindowFrame = (typeof WINDOW_FRAMES)[number];
/** What of a target a model learns beside its level: the change since the last row read, or since the season before. */
export const TARGET_CHANGES = ['difference', 'seasonal-difference'] as const;
export type TargetChange = (typeof TARGET_CHANGES)[number];

const window = z.object({
  lookback: index,
  step: index,
  /** Of several steps that of the last. */
  delay: index,
  /** Of each step, ascending; absent: there is one. */
  delays: z.array(index).min(1).max(MAX_STEPS).exactOptional(),
  /** Absent: values are as the dataset has them. */
  normalise: z.enum(WINDOW_FRAMES).exactOptional(),
});
/** Window of a forecasting sample, in rows: see dataset/windows.ts for the index arithmetic. */
export type WindowSpec = ValueOf<typeof window>;

/** `[slot, rows]`: its first row's time, in steps after the earliest one of the dataset, and how many rows there are. */
const stretch = z.tuple([index, count]);
const stretches = z.object({
  train: z.array(stretch).max(MAX_SERIES),
  validation: z.array(stretch).max(MAX_SERIES),
  test: z.array(stretch).max(MAX_SERIES),
});
/** Of each series, in order, its rows in each split: they follow each other within the split's rows. */
export type SeriesStretches = ValueOf<typeof stretches>;

type Stretch = readonly [slot: number, rows: number];

export function stretchesOfSeries(
  list: readonly { readonly stretches: Readonly<Record<SplitName, Stretch>> }[],
): SeriesStretches {
  const all = (name: SplitName): [number, number][] =>
    list.map(({ stretches: own }) => [own[name][0], own[name][1]]);
  return { train: all('train'), validation: all('validation'), test: all('test') };
}

export const forecastTaskSchema = z.object({
  kind: z.literal('forecast'),
  targetColumn: index,
  /** Of several columns all of them, each once, `targetColumn` first; absent: that is the only one. */
  targetColumns: z.array(index).min(2).max(MAX_TARGETS).exactOptional(),
  split: splitSchema,
  window,
  /** Absent: the rows are one series. */
  stretches: stretches.exactOptional(),
  /**
   * Rows of the validation and test splits before the first target that is judged: what the longest window of the study
   * takes. Absent: this window's own lookback + delay, which is never more.
   */
  commonReach: index.exactOptional(),
  /**
   * Of an earlier block of a rolling origin: its target's deviation over that of the latest block. Validation errors are told in
   * the deviations of the latest one, so that blocks have one unit. Absent: 1.
   */
  errorScale: z.number().positive().exactOptional(),
  /** The same of several target columns, one a column. */
  errorScales: z.array(z.number().positive()).min(2).max(MAX_TARGETS).exactOptional(),
  /** Ascending: each step is answered with one value a quantile. Absent: with one. */
  quantiles: z.array(z.number().gt(0).lt(1)).min(1).max(MAX_QUANTILES).exactOptional(),
  /** Bands are made as wide as the validation samples say. */
  conformal: z.literal(true).exactOptional(),
  /** Absent: the model learns the level. */
  as: z.enum(TARGET_CHANGES).exactOptional(),
  /** Rows from one season to the next: of a seasonal difference, and of baselines. Absent: it is found, where one is. */
  period: count.exactOptional(),
  /** Columns that are known ahead: a time step has their value `step` + `delay` rows later, the last one the target's. */
  ahead: z.array(index).max(MAX_AHEAD).exactOptional(),
  /**
   * Of several series: a time step has one more feature, the last, which is the place of the window's series among them, and
   * the model learns so many values for each. Absent: it is not told.
   */
  seriesInput: count.exactOptional(),
});
/** Windows over a series, and the target columns some rows later. */
export type ForecastTask = ValueOf<typeof forecastTaskSchema>;
type Targets = Pick<ForecastTask, 'targetColumn' | 'targetColumns'>;

/** All target columns, in the order of a model's answers: column by column, of each its steps, of each step its quantiles. */
export function targetColumnsOf({ targetColumn, targetColumns }: Targets): readonly number[] {
  return targetColumns ?? [targetColumn];
}

/** The task of one of its target columns alone, at that place among them; itself where it has one. */
export function ofColumn<Task extends Targets & Pick<ForecastTask, 'errorScale' | 'errorScales'>>(
  task: Task,
  place: number,
): Task {
  const { targetColumns, errorScales, ...rest } = task;
  if (targetColumns === undefined) return task;
  const errorScale = errorScales?.[place];
  return {
    ...rest,
    targetColumn: targetColumns[place]!,
    ...(errorScale === undefined ? {} : { errorScale }),
  } as Task;
}

/** Rows of a split before the first target that a window can reach. */
export function reachOf({ lookback, delay }: Pick<WindowSpec, 'lookback' | 'delay'>): number {
  return lookback + delay;
}

/** Rows from a window's anchor to each of its targets. */
export function delaysOf({ delay, delays }: Pick<WindowSpec, 'delay' | 'delays'>): readonly number[] {
  return delays ?? [delay];
}

export const classifyTaskSchema = z.object({
  kind: z.literal('classify'),
  /** A row is a review. */
  split: splitSchema,
  /** Word ids per sample: longer reviews keep their last ones, shorter ones are padded with 0 at the front. */
  maxLength: count,
  /** Word ids lie in [0, maxFeatures): rarer words are the unknown word, 2. */
  maxFeatures: count,
  /** Reviews are read from their last word to their first, before they are cut. */
  reversed: z.boolean(),
  /** How many labels there are; absent: two, one of which a probability is of. */
  classes: count.min(3).max(MAX_CLASSES).exactOptional(),
  /** Of how many labels a text may have several, or none, each with a probability; absent: it has one. */
  labels: count.min(1).max(MAX_CLASSES).exactOptional(),
});
/** Reviews as sequences of word ids, and whether each is negative (0) or positive (1). */
export type ClassifyTask = ValueOf<typeof classifyTaskSchema>;

/** Rows from a window's anchor to the last row that the window spans. */
export const AT_WINDOW_END = -1;

export const labelTaskSchema = z.object({
  kind: z.literal('label'),
  split: splitSchema,
  /** `delay`: from the anchor to the row whose label is learnt, AT_WINDOW_END or as a forecast's. */
  window: window.omit({ delays: true }).extend({ delay: z.int().min(AT_WINDOW_END) }),
  /** As a forecast's. */
  stretches: stretches.exactOptional(),
  commonReach: index.exactOptional(),
  ahead: z.array(index).max(MAX_AHEAD).exactOptional(),
  seriesInput: count.exactOptional(),
  /** How many labels there are; absent: two, one of which a probability is of. */
  classes: count.min(3).max(MAX_CLASSES).exactOptional(),
});
/** Windows over a series, and the label of a row at their end or later. */
export type LabelTask = ValueOf<typeof labelTaskSchema>;
/** Where windows over a series lie. */
export type WindowedTask = Pick<ForecastTask, 'split' | 'stretches' | 'commonReach' | 'window'>;

/** What a trial learns from. */
export type TaskSpec = ForecastTask | ClassifyTask | LabelTask;
