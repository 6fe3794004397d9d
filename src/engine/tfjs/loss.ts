// The mean loss of a batch and its slope, by the formulas that every engine shares: computed on the host in double
// precision, as a batch has few predictions and they are read anyway.
import type { SampleLoss } from '../sample-loss.js';
import type { Tensor, Tensorflow } from './tensors.js';

export interface BatchLoss {
  /** A scalar for TensorFlow.js to differentiate. */
  readonly scalar: Tensor;
  readonly mean: number;
}

/** `prediction` is `[B, units]`, `targets` `[B, targets]`. */
export function lossOfBatch(
  tf: Tensorflow,
  loss: SampleLoss,
  prediction: Tensor,
  targets: Float32Array,
): BatchLoss {
  const values = prediction.dataSync() as Float32Array;
  const { units } = loss;
  const rows = values.length / units;
  const scale = 1 / (rows * loss.terms);
  const slopes = new Float32Array(values.length);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    sum += loss.sum(values, row * units, targets, row * loss.targets);
    loss.slopes(values, row * units, targets, row * loss.targets, scale, slopes, row * units);
  }
  const mean = sum * scale;
  const shape = prediction.shape;
  const scalar = tf.customGrad(() => ({
    value: tf.scalar(mean),
    gradFunc: (dy: Tensor) => tf.mul(tf.tensor(slopes, shape), dy),
  }))(prediction);
  return { scalar, mean };
}
