// What an architecture has to know of the task: what the output stands for, and what the input is made of.
import { SweepError } from '../../errors.js';
import type { DenseLayer, LayerSpec } from '../../model/layer-spec.js';
import type { ClassifyTask, ForecastTask } from '../../study/trial/trial.js';
import { taskOf } from '../../task/registry.js';

export type ModelTask =
  | (Pick<ForecastTask, 'kind' | 'targetColumn' | 'targetColumns' | 'quantiles'> &
      Partial<Pick<ForecastTask, 'window'>>)
  | Pick<ClassifyTask, 'kind' | 'maxFeatures' | 'classes'>;

export function denseLayer(units: number, activation: DenseLayer['activation']): DenseLayer {
  return { type: 'dense', units, activation, kernelL2: 0 };
}

/** What stands before an architecture's own layers: an embedding of that many values a word, or nothing (0). */
export function embedInput(outputDim: number, task: ModelTask): readonly LayerSpec[] {
  if (outputDim === 0) return [];
  const embedding = taskOf(task).embed(task, outputDim);
  if (embedding !== null) return [embedding];
  throw new SweepError('MODEL_SHAPE', 'is for texts: it turns word ids into vectors, and a series has none', {
    path: 'model.embedding',
    hint: 'remove it',
  });
}

/** A dense relu layer of `head` units, if any, and the output: values, or probabilities. */
export function endWith(head: number, task: ModelTask): readonly LayerSpec[] {
  const { units, activation } = taskOf(task).answer(task);
  const output = denseLayer(units, activation);
  return head > 0 ? [denseLayer(head, 'relu'), output] : [output];
}

/** Throws MODEL_SHAPE for a short form of windows over a series. */
export function refuseTexts(type: string, task: ModelTask): void {
  if (taskOf(task).embed(task, 1) === null) return;
  throw new SweepError(
    'MODEL_SHAPE',
    `${type} forecasts a series from its window: a text has no last value`,
    {
      path: 'model.type',
      hint: 'for texts "linear" after an embedding: {"type": "layers", …}',
    },
  );
}
