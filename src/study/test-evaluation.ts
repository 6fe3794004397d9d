// What the test split says of a winner or a finalist, as data: written once, by finalize. Formats only grow.
import { z } from 'zod';
import { count, interval, text, token, type ValueOf } from '../schema/wire.js';
import { INTERVAL_REASONS } from '../statistics/interval-reason.js';
import {
  bandSchema,
  classErrorsSchema,
  MAX_STEPS,
  MAX_TARGETS,
  stepFiguresSchema,
} from './trial/output-errors.js';
import { MAX_SERIES } from './trial/trial.js';

const intervalReason = z.enum(INTERVAL_REASONS);

const forecastTest = z.object({
  trial: token,
  testMae: z.number(),
  testMaeUnits: z.number(),
  /** 95 % interval of testMae, in the target's unit (sample-mean.ts); null: the windows bear none. */
  interval: interval.nullable(),
  /** Why there is no interval; absent when there is one. */
  intervalReason: intervalReason.exactOptional(),
  baselineTestMae: z.number(),
  baselineTestMaeUnits: z.number(),
  /** One-sided Diebold–Mariano test against naive persistence (forecast-test.ts); null: the windows bear none. */
  pValueVersusBaseline: z.number().nullable(),
  /** Why there is no p-value; absent when there is one. */
  pValueReason: intervalReason.exactOptional(),
  windows: count,
  /** Beside the MAE; errors in the unit, MASE null where the training rows have none to be compared with. Absent from older programs. */
  testRmse: z.number().exactOptional(),
  testRmseUnits: z.number().exactOptional(),
  testMase: z.number().nullable().exactOptional(),
  testSmape: z.number().exactOptional(),
  /** What others try before they train anything, on the same windows. Absent from older programs. */
  baselines: z
    .array(
      z.object({
        name: z.string().max(40),
        /** Rows of a season; absent where it knows none. */
        period: count.exactOptional(),
        validationMae: z.number(),
        validationMaeUnits: z.number(),
        validationRmse: z.number(),
        validationMase: z.number().nullable(),
        validationSmape: z.number(),
        testMae: z.number(),
        testMaeUnits: z.number(),
        testRmse: z.number(),
        testMase: z.number().nullable(),
        testSmape: z.number(),
        /** One-sided test of the model against it, as the one against naive persistence. */
        pValue: z.number().nullable(),
      }),
    )
    .max(32)
    .exactOptional(),
  /** Of several series, each by itself, in the target's unit as the column has it. */
  bySeries: z
    .array(
      z.object({
        series: text,
        windows: count,
        testMae: z.number(),
        testMaeUnits: z.number(),
        baselineTestMae: z.number(),
        baselineTestMaeUnits: z.number(),
      }),
    )
    .max(MAX_SERIES)
    .exactOptional(),
  /** Of several target columns, each by itself and in its own unit; what stands above is the mean over them, in deviations of each. */
  byColumn: z
    .array(
      z.object({
        column: text,
        unit: text.nullable(),
        testMae: z.number(),
        testMaeUnits: z.number(),
        testRmse: z.number(),
        testRmseUnits: z.number(),
        baselineTestMae: z.number(),
        baselineTestMaeUnits: z.number(),
        /** Absent where they were not measured. */
        baselines: z
          .array(
            z.object({
              name: z.string().max(40),
              period: count.exactOptional(),
              testMae: z.number(),
              testMaeUnits: z.number(),
            }),
          )
          .max(32)
          .exactOptional(),
      }),
    )
    .max(MAX_TARGETS)
    .exactOptional(),
  /** Of several steps, each by itself. */
  bySteps: stepFiguresSchema.element
    .extend({ maeUnits: z.number(), baselineMaeUnits: z.number() })
    .array()
    .max(MAX_STEPS)
    .exactOptional(),
  /** Of quantiles: the outermost two, and the mean of all their losses, normalised. */
  band: bandSchema.extend({ widthUnits: z.number() }).exactOptional(),
  pinball: z.number().exactOptional(),
});
/** A forecaster on the test windows. */
export type ForecastTest = ValueOf<typeof forecastTest>;

const classifierTest = z.object({
  trial: token,
  testAccuracy: z.number(),
  /** 95 % interval of testAccuracy (share-interval.ts). */
  interval,
  /** The accuracy of always answering with the commoner label of the training reviews. */
  baselineTestAccuracy: z.number(),
  /** One-sided sign test over the reviews on which winner and commoner label differ (forecast-test.ts). */
  pValueVersusBaseline: z.number(),
  reviews: count,
  /** Of more than two classes. */
  classes: classErrorsSchema.exactOptional(),
});
/** A classifier on the test reviews; accuracies are shares in [0, 1]. */
export type ClassifierTest = ValueOf<typeof classifierTest>;

/** The winner on the test split, written once by finalize. */
export type TestEvaluation = ForecastTest | ClassifierTest;

export const testEvaluationSchema = z.union([forecastTest, classifierTest]);
