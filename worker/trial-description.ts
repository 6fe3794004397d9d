// Whether a trial can be what its message says, before an engine is built from it: a message from outside the product may
// pass the bus's schema and name layers without sizes, or rows that the dataset does not have. Owns the form alone; whether
// the shapes fit each other is the engine's to say.
import { z } from 'zod';
import type { DatasetMetadata } from '../src/dataset/dataset.js';
import { SweepError } from '../src/errors.js';
import type { RowRange, TrainConfig } from '../src/study/trial.js';
import { taskOf } from '../src/task/registry.js';

const size = z.number().int().min(1).max(1_000_000_000);
const number = z.number();
const rate = z.number().min(0).max(1);
const activation = z.enum(['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid']);
const padding = z.string();
const recurrent = {
  units: size,
  activation: z.enum(['tanh', 'relu']),
  recurrentActivation: z.enum(['hardSigmoid', 'sigmoid']),
  dropout: rate,
  recurrentDropout: rate,
  returnSequences: z.boolean(),
  goBackwards: z.boolean(),
  kernelL2: number,
  recurrentL2: number,
};
const gru = z.object({ type: z.literal('gru'), ...recurrent, resetAfter: z.boolean() });
const lstm = z.object({ type: z.literal('lstm'), ...recurrent, unitForgetBias: z.boolean() });
const pooling = { poolSize: size, strides: size.nullable(), padding };

/** What layers need at least: a layer of a later version may say more. */
const layer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dense'), units: size, activation, kernelL2: number }),
  z.object({ type: z.literal('flatten') }),
  z.object({ type: z.literal('dropout'), rate }),
  gru,
  lstm,
  z.object({
    type: z.literal('bidirectional'),
    layer: z.discriminatedUnion('type', [gru, lstm]),
    merge: z.enum(['concat', 'sum', 'mul', 'ave']),
  }),
  z.object({
    type: z.literal('conv1d'),
    filters: size,
    kernelSize: size,
    strides: size,
    dilationRate: size,
    padding,
    activation,
    kernelL2: number,
  }),
  z.object({ type: z.literal('embedding'), inputDim: size, outputDim: size }),
  z.object({ type: z.literal('layerNormalization'), epsilon: number }),
  z.object({ type: z.literal('maxPooling1d'), ...pooling }),
  z.object({ type: z.literal('averagePooling1d'), ...pooling }),
  z.object({ type: z.literal('globalMaxPooling1d') }),
  z.object({ type: z.literal('globalAveragePooling1d') }),
  z.object({ type: z.literal('persistence'), column: z.number().int().min(0) }),
]);

const optimizer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('sgd'), momentum: number }),
  z.object({ type: z.literal('rmsprop'), rho: number, epsilon: number }),
  z.object({ type: z.literal('adam'), beta1: number, beta2: number, epsilon: number }),
]);

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
  layers: z.array(layer).min(1),
  training: z.object({
    optimizer,
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
