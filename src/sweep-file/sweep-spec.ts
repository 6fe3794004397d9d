// The checked sweep spec: what every other room sees of a sweep file. Plain JSON; defaults filled in, paths resolved,
// `$references` still in place. Owns the way back from the event log.
import { z } from 'zod';
import { SweepError } from '../errors.js';
import { strictObject, wholeNumber } from '../schema/fields.js';
import type { SamplerSection, SchedulerSection } from '../search/registry.js';
import { enqueueSchema, type Space, spaceSchema } from '../search/space/dimension.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import {
  FUNCTION_NAMES,
  type FunctionConfig,
  type Objective,
  type Params,
  type Requirement,
} from '../study/trial.js';
import { addIssues } from './check/issues.js';
import { type ModelSection, modelSchema } from './model/architecture.js';
import { Problems } from './problems.js';
import { type ReviewSampleSection, reviewSampleSchema } from './reviews-section.js';
import {
  constraintsSchema,
  maxTrialsSchema,
  metricObjectiveSchema,
  nameSchema,
  repeatsSchema,
  requiresSchema,
  samplerSchema,
  schedulerSchema,
  seedSchema,
} from './sweep-schema.js';
import {
  type TrainingSection,
  trainingSchema,
  type WindowSection,
  windowSchema,
} from './training-section.js';

/** What is minimised or maximised: a metric of training, or a function of the parameters that trains nothing. */
export type ObjectiveSection =
  | ({ readonly type: 'metric' } & Objective)
  | ({ readonly type: 'function'; readonly name: FunctionConfig['name'] } & Objective);

export interface Limits {
  readonly maxTrials: number | null;
  readonly maxDurationMs: number | null;
  readonly trialTimeoutMs: number | null;
  readonly maxAttempts: number;
  readonly maxFailures: number | null;
}

/** The rows that all points are judged on (judged-rows.ts). A field is absent where all points agree in it: their trials are as without this rule. */
export interface JudgedRows {
  /** Lookback + delay of the longest window, in rows: targets before it are left out for all. */
  readonly reach?: number;
  /** The greatest of the validation strides: none evaluates more than it asked for. */
  readonly validationStride?: number;
}

/** The sections that may hold references: what the trials of a file, or of one of its variants, are made of. */
export interface ReferencingSections {
  /** Of a series. */
  readonly window?: WindowSection | null | undefined;
  /** Of reviews: what of the dataset section decides what a sample is. */
  readonly dataset?: ReviewSampleSection | undefined;
  readonly model: ModelSection;
  readonly training: TrainingSection;
}

export interface SweepSpec {
  readonly name: string;
  /** The profile that was chosen; its values are in place. */
  readonly profile?: string | undefined;
  /** Null when the objective is a function. */
  readonly dataset: DatasetSpec | null;
  /** Of a series: null otherwise. */
  readonly window: WindowSection | null;
  /** Of labelled reviews: absent otherwise, so that older logs stay as they are. */
  readonly reviewSample?: ReviewSampleSection | undefined;
  /** Model and training are null when the objective is a function, and with variants, as are window and sample. */
  readonly model: ModelSection | null;
  readonly training: TrainingSection | null;
  /** By name; the space then begins with the dimension `variant`. */
  readonly variants?: Readonly<Record<string, ReferencingSections>> | undefined;
  readonly space: Space;
  /** Points that break one are never tried; absent: none. */
  readonly constraints?: readonly string[] | undefined;
  /** What all points are judged on, where their own windows or strides differ (judged-rows.ts). Absent: nothing differs. */
  readonly judged?: JudgedRows | undefined;
  readonly objective: ObjectiveSection;
  readonly sampler: SamplerSection;
  /** Tried first, in this order; absent: none. */
  readonly enqueue?: readonly Params[] | undefined;
  readonly scheduler: SchedulerSection;
  readonly requires: Requirement;
  /** Absent: the wasm engine. */
  readonly engine?: 'any';
  readonly repeats: number;
  readonly seed: number;
  readonly limits: Limits;
}

const range = strictObject({ start: z.int().min(0), end: z.int().min(1) });
const seriesSpecSchema = strictObject({
  kind: z.undefined().optional(),
  sources: z
    .array(
      z.discriminatedUnion('type', [
        strictObject({ type: z.literal('named'), name: z.enum(['jena', 'jena-synthetic']) }),
        strictObject({
          type: z.literal('csv'),
          path: z.string(),
          time: z.string().nullable(),
          missing: z.array(z.number()),
          onMissing: z.enum(['error', 'forward-fill', 'drop']),
          columns: z.array(z.string()).nullable(),
        }),
      ]),
    )
    .min(1),
  target: z.string(),
  split: z.discriminatedUnion('type', [
    strictObject({
      type: z.literal('rows'),
      train: range,
      validation: range,
      test: strictObject({ start: z.int().min(0), end: z.int().min(1).nullable() }),
    }),
    strictObject({
      type: z.literal('fractions'),
      train: z.number(),
      validation: z.number(),
      test: z.number(),
    }),
  ]),
});
const reviewsSpecSchema = strictObject({
  kind: z.literal('reviews'),
  sources: z
    .array(
      z.discriminatedUnion('type', [
        strictObject({ type: z.literal('named'), name: z.enum(['imdb', 'reviews-synthetic']) }),
        strictObject({ type: z.literal('npz'), path: z.string() }),
        strictObject({
          type: z.literal('table'),
          format: z.enum(['tsv', 'csv']),
          path: z.string(),
          test: z.string().nullable(),
          text: z.union([z.string(), z.int().min(0)]),
          label: z.union([z.string(), z.int().min(0)]),
          header: z.boolean(),
        }),
      ]),
    )
    .min(1),
  validationSplit: z.number(),
  testSplit: z.number(),
});
const datasetSpecSchema = z.union([seriesSpecSchema, reviewsSpecSchema]);
const functionObjectiveSpecSchema = strictObject({
  type: z.literal('function'),
  name: z.enum(FUNCTION_NAMES),
  metric: z.literal('value'),
  direction: z.enum(['minimize', 'maximize']),
  epoch: z.literal('last'),
});
const sweepSpecSchema = strictObject({
  name: nameSchema,
  profile: z.string().optional(),
  dataset: datasetSpecSchema.nullable(),
  window: windowSchema.nullable(),
  reviewSample: reviewSampleSchema.optional(),
  model: modelSchema.nullable(),
  training: trainingSchema.nullable(),
  variants: z
    .record(
      z.string(),
      strictObject({
        window: windowSchema.optional(),
        dataset: reviewSampleSchema.optional(),
        model: modelSchema,
        training: trainingSchema,
      }),
    )
    .optional(),
  space: spaceSchema,
  constraints: constraintsSchema.optional(),
  judged: strictObject({
    reach: wholeNumber(1, Number.MAX_SAFE_INTEGER).exactOptional(),
    validationStride: wholeNumber(1, Number.MAX_SAFE_INTEGER).exactOptional(),
  }).optional(),
  objective: z.union([metricObjectiveSchema, functionObjectiveSpecSchema]),
  sampler: samplerSchema,
  enqueue: enqueueSchema.optional(),
  scheduler: schedulerSchema,
  requires: requiresSchema,
  engine: z.literal('any').exactOptional(),
  repeats: repeatsSchema,
  seed: seedSchema,
  limits: strictObject({
    maxTrials: maxTrialsSchema,
    maxDurationMs: wholeNumber(0, Number.MAX_SAFE_INTEGER).nullable(),
    trialTimeoutMs: wholeNumber(0, Number.MAX_SAFE_INTEGER).nullable(),
    maxAttempts: wholeNumber(1, 100),
    maxFailures: wholeNumber(0, 1_000_000_000).nullable(),
  }),
});

/** The spec as it was written to an event log. Throws EVENT_LOG_CORRUPT when this version cannot read it. */
export function reviveSweepSpec(json: unknown): SweepSpec {
  const checked = sweepSpecSchema.safeParse(json);
  if (checked.success) return checked.data;
  const problems = new Problems();
  addIssues(checked.error.issues, [], { document: json, dimensions: [] }, problems);
  try {
    problems.throwIfAny(() => 'the study’s sweep spec');
  } catch (cause) {
    throw new SweepError('EVENT_LOG_CORRUPT', (cause as SweepError).message, {
      cause,
      hint: 'the log is damaged, or was written by a later version of sweep',
    });
  }
  throw new SweepError('EVENT_LOG_CORRUPT', 'the study’s sweep spec cannot be read');
}
