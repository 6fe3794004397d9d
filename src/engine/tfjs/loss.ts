// The mean loss of a batch and its slope, by the formulas that every engine shares: computed on the host in double
// precision, as a batch has few predictions and they are read anyway.
import type { Loss } from '../../model/loss.js';
import { lossOf, lossSlope } from '../loss-functions.js';
import type { Tensor, Tensorflow } from './tensors.js';

export interface BatchLoss {
  /** A scalar for TensorFlow.js to differentiate. */
  readonly scalar: Tensor;
  readonly mean: number;
}

/** `prediction` is `[B, units]`; every unit is held against the sample's target. */
export function lossOfBatch(
  tf: Tensorflow,
  loss: Loss,
  prediction: Tensor,
  targets: Float32Array,
): BatchLoss {
  const values = prediction.dataSync();
  const units = prediction.shape[1] as number;
  const scale = 1 / values.length;
  const slopes = new Float32Array(values.length);
  let sum = 0;
  values.forEach((value, at) => {
    const target = targets[Math.floor(at / units)] as number;
    sum += lossOf(loss, value, target);
    slopes[at] = lossSlope(loss, value, target) * scale;
  });
  const mean = sum * scale;
  const shape = prediction.shape;
  const scalar = tf.customGrad(() => ({
    value: tf.scalar(mean),
    gradFunc: (dy: Tensor) => tf.mul(tf.tensor(slopes, shape), dy),
  }))(prediction);
  return { scalar, mean };
}
