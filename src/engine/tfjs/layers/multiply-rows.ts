// The product that layers and recurrent sequences share.
import type { Tensor, Tensorflow } from '../tensors.js';

/** `[…, F]·[F, U]`: the last axis of `x` times a matrix. */
export function multiplyRows(tf: Tensorflow, x: Tensor, matrix: Tensor): Tensor {
  const features = x.shape.at(-1) as number;
  const rows: Tensor = tf.reshape(x, [-1, features]);
  return tf.reshape(tf.matMul(rows, matrix), [...x.shape.slice(0, -1), matrix.shape[1] as number]);
}
