// The sweep file as a whole: the schema that the parser checks with and that the published JSON Schema is made from.

import { z } from 'zod';
import { strictObject, wholeNumber } from '../schema/fields.js';
import { samplerSchema, schedulerSchema } from '../search/registry.js';
import { MAX_CONSTRAINT_LENGTH } from '../search/space/constraint.js';
import { enqueueSchema, pointSchema, spaceSchema } from '../search/space/dimension.js';
import { requirementSchema } from '../study/trial/trial.js';
import { datasetSchema } from './data/dataset-section.js';
import { DURATION_PATTERN } from './duration.js';
import { modelSchema } from './model/architecture.js';
import { objectiveSchema } from './objective/registry.js';
import { profilesSchema, variantsSchema } from './part-schemas.js';
import { trainingSchema, windowSchema } from './training-section.js';

/** `__proto__`, `constructor` and the like are no names anyone means. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype).sort().join('|');
/** A study's id is this name and a suffix, and travels in subjects and file names of at most 64 characters. */
const NAME = new RegExp(`^(?!(?:${INHERITED})$)[A-Za-z0-9_-]{1,48}$`);
/** Leaves room above for the seeds of repeats. */
const MAX_SEED = 2 ** 31 - 1;
const MAX_CONSTRAINTS = 100;

export const nameSchema = z
  .string()
  .regex(
    NAME,
    'must be 1 to 48 letters, digits, "_" or "-", and no name of every object as "constructor" is',
  );
export const seedSchema = wholeNumber(0, MAX_SEED);
export const repeatsSchema = wholeNumber(1, 1000);
export const finalistsSchema = wholeNumber(1, 100);
const engineSchema = z.enum(['wasm', 'any']);

/** Each is read when the space is known (check/check-rules.ts). */
export const constraintsSchema = z.array(z.string().min(1).max(MAX_CONSTRAINT_LENGTH)).max(MAX_CONSTRAINTS);

export const maxTrialsSchema = wholeNumber(1, Number.MAX_SAFE_INTEGER).nullable();
const duration = () =>
  z.string().regex(DURATION_PATTERN, 'must be a duration such as "90s", "30m" or "1h30m"');
const limitsSchema = strictObject({
  maxTrials: maxTrialsSchema.default(null),
  maxDuration: duration()
    .nullable()
    .default(null)
    .describe(
      'No trial starts after this time of the study; those that run then are finished, as with sweep stop',
    ),
  trialTimeout: duration().nullable().default('30m'),
  maxAttempts: wholeNumber(1, 100)
    .default(3)
    .describe('How often a trial is tried before it counts as failed'),
  maxFailures: wholeNumber(0, 1_000_000_000)
    .nullable()
    .default(10)
    .describe(
      'More failed trials than this end the study, but for those that diverged or cannot be (exit code 78); null: no limit',
    ),
});

const sectionFields = {
  name: nameSchema.describe('Name of the study; its id adds a suffix'),
  dataset: datasetSchema
    .optional()
    .describe('Where the data come from, what is forecast or classified, how rows are split'),
  window: windowSchema.optional().describe('Which rows a sample reads, and where its target stands'),
  model: modelSchema.optional().describe('A named architecture, or a list of layers'),
  variants: variantsSchema
    .optional()
    .describe('Several models: each part is laid over window, model and training, and searched in turn'),
  space: spaceSchema
    .prefault({})
    .describe('The dimensions that are searched: a list of choices, or a range; used as "$name" elsewhere'),
  constraints: constraintsSchema
    .optional()
    .describe('Conditions between dimensions, such as "units * layers <= 256": other points are never tried'),
  training: trainingSchema.prefault({}),
  objective: objectiveSchema
    .prefault({})
    .describe('What is minimised: a validation metric, or what a program of your own measures'),
  sampler: samplerSchema
    .optional()
    .describe(
      'Which points of the space become trials; grid where every dimension lists its values, else auto',
    ),
  enqueue: enqueueSchema
    .optional()
    .describe('Points that are tried first, each with a value for every dimension of the space'),
  baseline: pointSchema
    .optional()
    .describe('The point that others are to beat: tried before all, and named in the leaderboard'),
  scheduler: schedulerSchema.prefault({ type: 'none' }).describe('Which running trials stop early'),
  requires: requirementSchema.default('any').describe('Which workers may take the trials'),
  engine: engineSchema
    .optional()
    .describe('wasm (default): the same bits on every machine; any: workers of every engine take part'),
  repeats: repeatsSchema.default(1).describe('Trials per point, each with a seed of its own'),
  finalists: finalistsSchema
    .default(1)
    .describe('Trials that are evaluated on the test split, at most: the winner and those tied with it'),
  seed: seedSchema.default(42),
  limits: limitsSchema.prefault({}),
};

export const sweepFileSchema = strictObject({
  $schema: z.string().max(4096).optional().describe('Path of this schema, for editors'),
  ...sectionFields,
  profiles: profilesSchema(Object.keys(sectionFields))
    .optional()
    .describe('Parts laid over the file by --profile NAME; --fast stands for --profile fast'),
});
export type SweepFile = z.output<typeof sweepFileSchema>;
