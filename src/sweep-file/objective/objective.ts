// The contract of an objective of the sweep file: what is written under `objective`, and what a study with it is made of.
// What computes its trials is a runner of the worker (worker/runners/), found by the trial's `kind`.
import type { z } from 'zod';
import type { Space } from '../../search/space/dimension.js';
import type { Params, TrialConfig } from '../../study/trial/trial.js';
import type { Problems } from '../problems.js';

interface ObjectiveRow<Schema extends z.ZodType, SpecSchema extends z.ZodType> {
  /** The schema of the section in the sweep file. */
  readonly schema: Schema;
  /** The schema of the objective in the checked spec, as event logs hold it. */
  readonly specSchema: SpecSchema;
  /** A sentence for the documentation. */
  readonly summary: string;
}

/** Its trials train the study's model on the study's data (resolve-trial.ts). */
export interface TrainedObjective<Schema extends z.ZodType, SpecSchema extends z.ZodType>
  extends ObjectiveRow<Schema, SpecSchema> {
  readonly trains: true;
}

/** Its trials are of the space alone: the file has no data, no window, no model. */
export interface UntrainedObjective<Schema extends z.ZodType, SpecSchema extends z.ZodType>
  extends ObjectiveRow<Schema, SpecSchema> {
  readonly trains: false;
  /** What the schema cannot say: whether the space fits. */
  check(section: z.output<Schema>, space: Space, problems: Problems): void;
  specOf(section: z.output<Schema>): z.output<SpecSchema>;
  /** The way back: what a sweep file has of the spec. */
  sectionOf(objective: z.output<SpecSchema>): unknown;
  /** Whether a trial's result serves other studies: params, seed and the rest of its config decide it. */
  isCached(objective: z.output<SpecSchema>): boolean;
  /** The trial at a point. Pure. */
  configOf(objective: z.output<SpecSchema>, params: Params, seed: number): TrialConfig;
}
