// Whether a trial can be what its message says, before an engine is built from it: a message from outside the product may
// pass the bus's schema and name layers without sizes, or rows that the dataset does not have. Owns the form alone; whether
// the shapes fit each other is the engine's to say.
import { z } from 'zod';
import type { DatasetMetadata } from '../../src/dataset/dataset.js';
import { SweepError } from '../../src/errors.js';
import { layerSchema } from '../../src/model/layers/registry.js';
import { optimizerSchema } from '../../src/model/optimizer.js';
import { rewriteSchema } from '../../src/schema/rewrite.js';
import type { RowRange, TrainConfig } from '../../src/study/trial/trial.js';
import { taskOf } from '../../src/task/registry.js';

const size = z.number().int().min(1).max(1_000_000_000);
const number = z.number();

/** The form of a table's schema in which every field stands: defaults are for who writes a sweep file. */
function spelledOut(schema: z.ZodType): z.ZodType {
  // What a layer needs at least: one of a later version may say more.
  return rewriteSchema(schema, {
    object: (shape) => z.object(shape),
    field: (field) => field,
    keepsDefaults: false,
  });
}

const schedule = z.discriminatedUnion('type', [
  z.object({ type: z.literal('exponential'), decayRate: number, decaySteps: number, staircase: z.boolean() }),
  z.object({
    type: z.literal('cosine'),
    decaySteps: number.nullable(),
    alpha: number,
    warmupSteps: number,
    warmupTarget: number.nullable(),
  }),
  z.object({
    type: z.literal('reduceOnPlateau'),
    factor: number,
    patience: number,
    minDelta: number,
    cooldown: number,
    minLearningRate: number,
    monitor: z.object({ metric: z.string(), direction: z.enum(['minimize', 'maximize']) }),
  }),
]);

const description = z.object({
  layers: z.array(spelledOut(layerSchema)).min(1),
  training: z.object({
    optimizer: spelledOut(optimizerSchema),
    learningRateSchedule: schedule.optional(),
    batchSize: size,
    stepsPerEpoch: size.nullable(),
    epochs: size,
    validationStride: size,
  }),
});

/** Throws TRIAL_BAD_INPUT with the place, the value's fault and the rule. */
export function checkDescription(config: TrainConfig, metadata: DatasetMetadata): void {
  const checked = description.safeParse(config);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw bad(placeOf(issue?.path ?? []), issue?.message ?? 'it does not fit');
  }
  const { task } = config;
  for (const [name, range] of Object.entries(task.split))
    checkRange(`task.split.${name}`, range, metadata.rows);
  const misfit = taskOf(task).findMisfit(task, metadata);
  if (misfit !== null) throw bad(misfit.path, misfit.what);
}

function checkRange(path: string, { start, end }: RowRange, rows: number): void {
  if (start <= end && end <= rows) return;
  throw bad(path, `rows ${start} to ${end} are not in the dataset, which has ${rows}`);
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
}

function bad(path: string, what: string): SweepError {
  return new SweepError('TRIAL_BAD_INPUT', `the trial cannot be run as it is described: ${path}: ${what}`, {
    path,
    hint: 'a coordinator of this version describes none like it: was it published by another program?',
  });
}
