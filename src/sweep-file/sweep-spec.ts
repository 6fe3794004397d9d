// The checked sweep spec: what every other room sees of a sweep file. Plain JSON; defaults filled in, paths resolved,
// `$references` still in place. Owns the way back from the event log.

import { z } from 'zod';
import { SweepError } from '../errors.js';
import { strictObject, wholeNumber } from '../schema/fields.js';
import type { ValueOf } from '../schema/wire.js';
import { samplerSchema, schedulerSchema } from '../search/registry.js';
import { enqueueSchema, pointSchema, type Space, spaceSchema } from '../search/space/dimension.js';
import { datasetSpecSchema } from '../study/dataset-source.js';
import { parentSchema } from '../study/parent.js';
import { requirementSchema } from '../study/trial/trial.js';
import { addIssues } from './check/issues.js';
import { type ReviewSampleSection, reviewSampleSchema } from './data/reviews-section.js';
import { type SeriesSampleSection, seriesSampleSchema } from './data/sample-section.js';
import { type ModelSection, modelSchema } from './model/architecture.js';
import { objectiveSpecSchema } from './objective/registry.js';
import { Problems } from './problems.js';
import {
  constraintsSchema,
  finalistsSchema,
  maxTrialsSchema,
  nameSchema,
  repeatsSchema,
  seedSchema,
} from './sweep-schema.js';
import {
  type TrainingSection,
  trainingSchema,
  type WindowSection,
  windowSchema,
} from './training-section.js';

const limits = strictObject({
  maxTrials: maxTrialsSchema,
  maxDurationMs: wholeNumber(0, Number.MAX_SAFE_INTEGER).nullable(),
  trialTimeoutMs: wholeNumber(0, Number.MAX_SAFE_INTEGER).nullable(),
  maxAttempts: wholeNumber(1, 100),
  maxFailures: wholeNumber(0, 1_000_000_000).nullable(),
});
export type Limits = ValueOf<typeof limits>;

const judged = strictObject({
  /** Lookback + delay of the longest window, in rows: targets before it are left out for all. */
  reach: wholeNumber(1, Number.MAX_SAFE_INTEGER).exactOptional(),
  /** The greatest of the validation strides: none evaluates more than it asked for. */
  validationStride: wholeNumber(1, Number.MAX_SAFE_INTEGER).exactOptional(),
});
/** The rows that all points are judged on (judged-rows.ts). A field is absent where all points agree in it: their trials are as without this rule. */
export type JudgedRows = ValueOf<typeof judged>;

/** The sections that may hold references: what the trials of a file, or of one of its variants, are made of. */
export interface ReferencingSections {
  /** The window section of a series. */
  readonly window?: WindowSection | null | undefined;
  /** What of the dataset section decides what a sample is. */
  readonly dataset?: ReviewSampleSection | SeriesSampleSection | undefined;
  readonly model: ModelSection;
  readonly training: TrainingSection;
}
const variant = strictObject({
  window: windowSchema.optional(),
  dataset: z.union([reviewSampleSchema, seriesSampleSchema]).optional(),
  model: modelSchema,
  training: trainingSchema,
});

const sweepSpecSchema = strictObject({
  name: nameSchema,
  /** The profile that was chosen; its values are in place. */
  profile: z.string().optional(),
  /** The study that this one goes on from; absent: none. */
  parent: parentSchema.optional(),
  /** Null when the objective is a function. */
  dataset: datasetSpecSchema.nullable(),
  /** The window of a series: null otherwise. */
  window: windowSchema.nullable(),
  /** The sample of labelled reviews: absent otherwise, so that older logs stay as they are. */
  reviewSample: reviewSampleSchema.optional(),
  /** What of a series' target is learnt: absent of reviews, and where it is the level. */
  seriesSample: seriesSampleSchema.optional(),
  /** Model and training are null when the objective is a function, and with variants, as are window and sample. */
  model: modelSchema.nullable(),
  training: trainingSchema.nullable(),
  /** By name; the space then begins with the dimension `variant`. */
  variants: z.record(z.string(), variant).optional(),
  space: spaceSchema,
  /** Points that break one are never tried; absent: none. */
  constraints: constraintsSchema.optional(),
  /** What all points are judged on, where their own windows or strides differ (judged-rows.ts). Absent: nothing differs. */
  judged: judged.optional(),
  objective: objectiveSpecSchema,
  sampler: samplerSchema,
  /** Tried first, in this order; absent: none. */
  enqueue: enqueueSchema.optional(),
  /** Tried before those, and what they are compared with; absent: none. */
  baseline: pointSchema.optional(),
  scheduler: schedulerSchema,
  requires: requirementSchema,
  /** Absent: the wasm engine. */
  engine: z.literal('any').exactOptional(),
  repeats: repeatsSchema,
  /** Tied rows that are tested, the winner among them, at most; absent: the winner alone. */
  finalists: finalistsSchema.exactOptional(),
  seed: seedSchema,
  limits,
});
/** The space as it is: lists and ranges are told apart by Array.isArray, which does not know lists that nobody changes. */
export type SweepSpec = Omit<ValueOf<typeof sweepSpecSchema>, 'space'> & { readonly space: Space };

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
