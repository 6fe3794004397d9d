// The weights of a model as variables of TensorFlow.js, and the way between variables and named tensors.
import type { NamedTensor } from '../engine.js';
import type { Weight } from '../layer-weights.js';
import type { Tensorflow, Variable } from './tensors.js';

export interface ModelWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly l2: number;
  readonly variable: Variable;
}

/** Initial values are those of every engine. */
export function createWeight(tf: Tensorflow, { name, shape, l2, drawInitial }: Weight): ModelWeight {
  return { name, shape, l2, variable: tf.tidy(() => tf.variable(tf.tensor(drawInitial(), [...shape]))) };
}

/** Copies of `variables`, one for each weight, under the weights' names. */
export function readValues(
  weights: readonly ModelWeight[],
  variables: readonly Variable[] = weights.map(({ variable }) => variable),
): NamedTensor[] {
  return weights.map(({ name, shape }, at) => ({
    name,
    shape,
    values: Float32Array.from((variables[at] as Variable).dataSync()),
  }));
}

export function writeValues(
  tf: Tensorflow,
  variables: readonly Variable[],
  tensors: readonly NamedTensor[],
): void {
  tf.tidy(() => {
    variables.forEach((variable, at) => {
      const { values, shape } = tensors[at] as NamedTensor;
      // A copy: some backends keep the array they are given.
      variable.assign(tf.tensor(values.slice(), [...shape]));
    });
  });
}
