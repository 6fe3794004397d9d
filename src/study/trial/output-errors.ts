// How good each of several outputs of a model is, where it has more than one: by step of a horizon, by quantile, by class. As
// a checkpoint and a result keep it.
import { z } from 'zod';
import { count, name, type ValueOf } from '../../schema/wire.js';

/** Steps of a horizon, quantiles of a step, classes. */
export const MAX_STEPS = 1_000;
export const MAX_QUANTILES = 99;
/** Outputs whose bands are moved. */
export const MAX_OFFSETS = MAX_STEPS * MAX_QUANTILES;
export const MAX_CLASSES = 1_000;
/** Target columns of a forecast. */
export const MAX_TARGETS = 1_000;
/** More cells of a confusion matrix are not kept. */
export const MOST_CONFUSED_CLASSES = 100;

const share = z.number().min(0).max(1);

const quantileErrors = z.object({
  quantile: z.number(),
  pinball: z.number(),
  /** Share of the targets at or below it: the quantile itself, where it is right. */
  below: share,
});
export type QuantileErrors = ValueOf<typeof quantileErrors>;

const stepErrors = z.object({
  mae: z.number(),
  mse: z.number(),
  /** Of quantiles: share of the targets between the outermost two, and the mean distance of these. */
  coverage: share.exactOptional(),
  width: z.number().exactOptional(),
});
export type StepErrors = ValueOf<typeof stepErrors>;

export const classErrorsSchema = z.object({
  /** Mean over the classes that there are of 2·precision·recall/(precision + recall). */
  macroF1: share,
  /** Share of samples whose class is among the k likeliest: k = 1, 2, … */
  topK: z.array(share).max(MAX_CLASSES),
  /** `[class][answer]`, samples; absent of too many classes. */
  confusion: z.array(z.array(count).max(MOST_CONFUSED_CLASSES)).max(MOST_CONFUSED_CLASSES).exactOptional(),
});
export type ClassErrors = ValueOf<typeof classErrorsSchema>;

/** All in normalised units. */
export const outputErrorsSchema = z.object({
  steps: z.array(stepErrors).max(MAX_STEPS).exactOptional(),
  /** Of each of several target columns, over all steps; `steps` are means over the columns. */
  columns: z.array(stepErrors).max(MAX_TARGETS).exactOptional(),
  quantiles: z.array(quantileErrors).max(MAX_QUANTILES).exactOptional(),
  /** What is added to each output for the bands to cover what they claim (conformal.ts). */
  offsets: z.array(z.number()).max(MAX_OFFSETS).exactOptional(),
  classes: classErrorsSchema.exactOptional(),
});
export type OutputErrors = ValueOf<typeof outputErrorsSchema>;

/** Of a forecast of several steps, each by itself. */
export const stepFiguresSchema = z.array(
  stepErrors.extend({
    /** From the last row read to this target. */
    horizonRows: count,
    /** Naive persistence over that many rows, on the same windows. */
    baselineMae: z.number(),
  }),
);
export type StepFigures = ValueOf<typeof stepFiguresSchema>[number];

/** Of a forecast of several columns, each by itself, normalised: in the order of the target. */
export const columnFiguresSchema = z.array(stepErrors.extend({ baselineMae: z.number() }));
export type ColumnFigures = ValueOf<typeof columnFiguresSchema>[number];

/** Of quantiles, over all steps: the outermost two and the share between them that they claim. */
export const bandSchema = z.object({ nominal: share, coverage: share, width: z.number() });
export type Band = ValueOf<typeof bandSchema>;

export const classLabelsSchema = z.array(name).max(MAX_CLASSES);
export const quantileErrorsSchema = z.array(quantileErrors).max(MAX_QUANTILES);
