// The window and training sections: their fields, bounds and defaults (those of Keras 2).
import { z } from 'zod';
import { type Loss, NAMED_LOSSES } from '../model/loss.js';
import { OPTIMIZER_TYPES, type OptimizerSpec, optimizerSchema } from '../model/optimizer.js';
import type { EarlyStopping, LearningRateSchedule, Monitor } from '../model/training-control.js';
import { strictObject, wholeNumber } from '../schema/fields.js';
import type { ValueOf } from '../schema/wire.js';
import { MAX_QUANTILES } from '../study/trial/output-errors.js';
import { AT_WINDOW_END, type TrainingSpec, WINDOW_FRAMES, type WindowSpec } from '../study/trial/trial.js';
import { delayOfStep, type HorizonSection, horizonSchema, stepsOf } from './horizon.js';
import { isReference, type Referencable, type Resolved, referencable, referencing } from './reference.js';

/** Ten years of ten-minute rows are half a million. */
const MAX_WINDOW_ROWS = 1_000_000;

export const windowSchema = strictObject({
  lookback: referencable(wholeNumber(1, MAX_WINDOW_ROWS)).describe('Rows that a window reaches back'),
  step: referencable(wholeNumber(1, MAX_WINDOW_ROWS))
    .default(1)
    .describe('Every step-th of them is read: must divide lookback'),
  delay: referencable(wholeNumber(0, MAX_WINDOW_ROWS))
    .optional()
    .describe(
      'Rows from the end of the window to its target; of a forecast required without horizon, of a class by default its last row',
    ),
  horizon: horizonSchema
    .optional()
    .describe('Steps ahead, all in one answer: [first, last], a list of three and more, or {"steps": […]}'),
  normalise: referencable(z.enum(['none', ...WINDOW_FRAMES]))
    .optional()
    .describe('What the values of each window are told from: its last row, its mean, its mean and deviation'),
}).superRefine(({ delay, horizon, step }, context) => {
  if (delay !== undefined && horizon !== undefined)
    context.addIssue({
      code: 'custom',
      path: ['horizon'],
      message:
        'does not go with delay: step 1 of a horizon has delay 0, step n has (n − 1) times window.step',
      params: { hint: 'leave one of them out' },
    });
  if (horizon !== undefined && isReference(step))
    context.addIssue({
      code: 'custom',
      path: ['step'],
      message:
        'cannot be searched beside a horizon, whose steps it makes longer: trials would forecast different things',
      params: { hint: 'give it a number, or one variant for each' },
    });
});
export type WindowSection = ValueOf<typeof windowSchema>;

/** The longest of a window's delays, and which field makes it so long. */
export function longestDelay({ delay, horizon, step }: WindowSection): {
  readonly field: 'delay' | 'horizon';
  readonly value: Referencable<number>;
} {
  if (horizon === undefined) return { field: 'delay', value: delay ?? AT_WINDOW_END };
  return { field: 'horizon', value: delayOfStep(stepsOf(horizon).at(-1)!, isReference(step) ? 1 : step) };
}

/** The window of a trial. */
export function readWindow({
  lookback,
  step,
  delay = AT_WINDOW_END,
  horizon,
  normalise = 'none',
}: Resolved<WindowSection>): WindowSpec {
  const framed = normalise === 'none' ? {} : { normalise };
  if (horizon === undefined) return { lookback, step, delay, ...framed };
  const delays = stepsOf(horizon as HorizonSection).map((one) => delayOfStep(one, step));
  return { lookback, step, delay: delays.at(-1)!, ...(delays.length === 1 ? {} : { delays }), ...framed };
}

const pinballSchema = strictObject({
  pinball: z
    .array(z.number().gt(0).lt(1))
    .min(1)
    .max(MAX_QUANTILES)
    .refine((quantiles) => quantiles.every((one, place) => place === 0 || one > quantiles[place - 1]!), {
      message: 'must ascend, each quantile once',
    })
    .describe('Quantiles that are forecast'),
  conformal: z
    .boolean()
    .optional()
    .describe('Bands are moved until they cover the validation windows as they claim'),
}).refine(
  ({ pinball, conformal }) =>
    conformal !== true ||
    (pinball.length > 1 &&
      pinball.every((one, place) => Math.abs(one + pinball.at(-1 - place)! - 1) < SAME_SHARE)),
  {
    path: ['conformal'],
    message: 'goes with quantiles in pairs around a half, such as 0.1 and 0.9',
  },
);
/** Two shares nearer than this are the same. */
const SAME_SHARE = 1e-9;
export type PinballSection = ValueOf<typeof pinballSchema>;

const SCHEDULE_NAMES = ['constant', 'cosine', 'reduceOnPlateau'] as const;
const epochCount = (least: number) => referencable(wholeNumber(least, 100_000));
const stepCount = (least: number) => referencable(wholeNumber(least, 1_000_000_000));
const learningRate = () => referencable(z.number().gt(0).max(100));
const minDelta = () => referencable(z.number().min(0).max(1e6));
const cosineSchema = strictObject({
  type: z.literal('cosine'),
  decaySteps: stepCount(1)
    .nullable()
    .default(null)
    .describe('Training steps of the decay; null: all after the warm-up'),
  alpha: referencable(z.number().min(0).max(1)).default(0).describe('Share of the rate left at the end'),
  warmupSteps: stepCount(0).default(0),
  warmupTarget: learningRate()
    .nullable()
    .default(null)
    .describe('What the rate climbs to in warmupSteps, from learningRate'),
}).refine(({ warmupSteps, warmupTarget }) => warmupSteps === 0 || warmupTarget !== null, {
  path: ['warmupTarget'],
  message: 'is required with warmupSteps: the rate climbs from learningRate to it',
});
const scheduleFieldsSchema = z.discriminatedUnion('type', [
  strictObject({ type: z.literal('constant') }),
  strictObject({
    type: z.literal('exponential'),
    decayRate: referencable(z.number().gt(0).max(1)),
    decaySteps: stepCount(1).describe('Training steps, counted over all epochs'),
    staircase: referencable(z.boolean()).default(false),
  }),
  cosineSchema,
  strictObject({
    type: z.literal('reduceOnPlateau'),
    factor: referencable(z.number().gt(0).lt(1)).default(0.1),
    patience: epochCount(1).default(10),
    minDelta: minDelta().default(1e-4),
    cooldown: epochCount(0).default(0),
    minLearningRate: referencable(z.number().min(0).max(100)).default(0),
  }),
]);
const earlyStoppingSchema = strictObject({
  patience: epochCount(1).describe('Epochs without improvement of the objective’s metric'),
  minDelta: minDelta().default(0).describe('What is no more than this is no improvement'),
});

export const trainingSchema = strictObject({
  optimizer: z
    .union([referencable(z.enum(OPTIMIZER_TYPES)), referencing(optimizerSchema)])
    .default('rmsprop')
    .describe('A name, or an object with the fields of that optimiser'),
  learningRate: learningRate().default(0.001),
  learningRateSchedule: z
    .union([referencable(z.enum(SCHEDULE_NAMES)), scheduleFieldsSchema])
    .optional()
    .describe('A name, or an object with the fields of that schedule; default: constant'),
  earlyStopping: earlyStoppingSchema
    .nullable()
    .optional()
    .describe('Training ends when the objective’s metric no longer improves'),
  loss: z
    .union([referencable(z.enum(NAMED_LOSSES)), pinballSchema])
    .default('mae')
    .describe('A name, or quantiles to forecast: {"pinball": [0.1, 0.5, 0.9], "conformal": true}'),
  classWeights: z
    .union([z.literal('balanced'), z.record(z.string().min(1).max(256), z.number().gt(0).max(1e6))])
    .optional()
    .describe('How much samples of a class count while training: "balanced", or a weight for each label'),
  clipNorm: referencable(z.number().gt(0).max(1e6))
    .optional()
    .describe('Gradients are scaled down together where their norm is above this'),
  batchSize: referencable(wholeNumber(1, 65_536)).default(128),
  stepsPerEpoch: referencable(wholeNumber(1, 10_000_000).nullable())
    .default(null)
    .describe('null: one pass over all training windows'),
  epochs: referencable(wholeNumber(1, 100_000)).default(20),
  validationStride: referencable(wholeNumber(1, MAX_WINDOW_ROWS))
    .default(1)
    .describe('Every n-th validation window is evaluated'),
});
export type ClassWeights = NonNullable<TrainingSection['classWeights']>;
export type TrainingSection = ValueOf<typeof trainingSchema>;

interface LearntBy {
  readonly loss: Loss;
  readonly classWeights?: readonly number[];
}

/**
 * The training of a trial: the section without references, optimiser and schedule with all of their fields. `monitor`
 * is the objective's metric. What is not used is absent, so that it changes no trial id.
 */
export function readTraining(
  section: Resolved<TrainingSection>,
  monitor: Monitor,
  learnt: LearntBy,
): TrainingSpec {
  const { learningRateSchedule, earlyStopping, classWeights: _, ...rest } = section;
  const { loss, classWeights } = learnt;
  const schedule = readSchedule(learningRateSchedule, monitor);
  return {
    ...rest,
    loss,
    ...(classWeights === undefined ? {} : { classWeights: [...classWeights] }),
    optimizer: readOptimizer(section.optimizer),
    ...(schedule === null ? {} : { learningRateSchedule: schedule }),
    ...(earlyStopping ? { earlyStopping: { ...earlyStopping, monitor } as EarlyStopping } : {}),
  };
}

function readSchedule(
  schedule: Resolved<TrainingSection>['learningRateSchedule'],
  monitor: Monitor,
): LearningRateSchedule | null {
  if (schedule === undefined) return null;
  const fields = typeof schedule === 'object' ? schedule : scheduleFieldsSchema.parse({ type: schedule });
  if (fields.type === 'constant') return null;
  if (fields.type === 'reduceOnPlateau') return { ...fields, monitor } as LearningRateSchedule;
  return fields as LearningRateSchedule;
}

function readOptimizer(optimizer: Resolved<TrainingSection>['optimizer']): OptimizerSpec {
  if (typeof optimizer === 'object') return optimizer as OptimizerSpec;
  return optimizerSchema.parse({ type: optimizer });
}
