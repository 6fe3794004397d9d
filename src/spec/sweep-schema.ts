// The sweep file as a whole: the schema that the parser checks with and that the published JSON Schema is made from.
import { z } from 'zod';
import { modelSchema } from './architecture.js';
import { datasetSchema } from './dataset-section.js';
import { spaceSchema } from './dimension.js';
import { DURATION_PATTERN } from './duration.js';
import { strictObject, wholeNumber } from './fields.js';
import { trainingSchema, windowSchema } from './training-section.js';

/** A study's id is this name and a suffix, and travels in subjects and file names of at most 64 characters. */
const NAME = /^[A-Za-z0-9_-]{1,48}$/;
/** Leaves room above for the seeds of repeats. */
const MAX_SEED = 2 ** 31 - 1;

const direction = () => z.enum(['minimize', 'maximize']).default('minimize');

export const metricObjectiveSchema = strictObject({
  type: z.literal('metric').default('metric'),
  metric: z
    .enum(['validationMae', 'validationMse', 'validationRmse', 'validationLoss'])
    .default('validationMae'),
  direction: z
    .enum(['minimize', 'maximize'])
    .refine((value) => value === 'minimize', { message: 'must be "minimize": the metric is an error' })
    .default('minimize'),
  /** Which epoch's value and weights stand for the trial. */
  epoch: z.enum(['best', 'last']).default('best'),
});
export const functionObjectiveSchema = strictObject({
  type: z.literal('function'),
  name: z.enum(['branin', 'rosenbrock', 'hartmann6', 'noop']),
  direction: direction(),
});

export const nameSchema = z.string().regex(NAME, 'must be 1 to 48 letters, digits, "_" or "-"');
export const seedSchema = wholeNumber(0, MAX_SEED);
export const repeatsSchema = wholeNumber(1, 1000);
export const requiresSchema = z.enum(['any', 'cpu', 'gpu']);
export const samplerSchema = z.discriminatedUnion('type', [strictObject({ type: z.literal('grid') })]);
export const schedulerSchema = z.discriminatedUnion('type', [strictObject({ type: z.literal('none') })]);
export type SamplerSection = z.output<typeof samplerSchema>;
export type SchedulerSection = z.output<typeof schedulerSchema>;

export const maxTrialsSchema = wholeNumber(1, Number.MAX_SAFE_INTEGER).nullable();
const duration = () =>
  z.string().regex(DURATION_PATTERN, 'must be a duration such as "90s", "30m" or "1h30m"');
const limitsSchema = strictObject({
  maxTrials: maxTrialsSchema.default(null),
  maxDuration: duration().nullable().default(null),
  trialTimeout: duration().nullable().default('30m'),
  /** How often a trial is tried before it counts as failed. */
  maxAttempts: wholeNumber(1, 100).default(3),
  /** Failed trials that end the study; null: no limit. */
  maxFailures: wholeNumber(0, 1_000_000_000).nullable().default(10),
});

export const sweepFileSchema = strictObject({
  $schema: z.string().max(4096).optional(),
  name: nameSchema,
  dataset: datasetSchema.optional(),
  window: windowSchema.optional(),
  model: modelSchema.optional(),
  space: spaceSchema.prefault({}),
  training: trainingSchema.prefault({}),
  objective: z.union([metricObjectiveSchema, functionObjectiveSchema]).prefault({}),
  sampler: samplerSchema.prefault({ type: 'grid' }),
  scheduler: schedulerSchema.prefault({ type: 'none' }),
  requires: requiresSchema.default('any'),
  repeats: repeatsSchema.default(1),
  seed: seedSchema.default(42),
  limits: limitsSchema.prefault({}),
});
export type SweepFile = z.output<typeof sweepFileSchema>;
