// Dense: act(x·W + b) on a vector, or on every time step of a sequence (as Keras does).
import type { DenseLayer } from '../../../model/layer-spec.js';
import { denseWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, Tensor, Tensorflow, TfjsLayer } from '../layer.js';
import { activate } from './activations.js';

export function createDenseLayer(spec: DenseLayer, input: LayerShape, context: LayerContext): TfjsLayer {
  const { tf, key, index } = context;
  const { features } = input;
  const weights = denseWeights(spec, features, {
    name: `${index}.dense`,
    firstWeight: context.nextWeight,
    key,
  });
  const kernel = context.addWeight(weights.kernel);
  const bias = context.addWeight(weights.bias);
  return {
    output: { ...input, features: spec.units, maskStride: 8 * panelsOf(spec.units) },
    forward: (x) => activate(tf, spec.activation, tf.add(multiplyRows(tf, x, kernel), bias)),
  };
}

/** `[…, F]·[F, U]`: the last axis of `x` times a matrix. */
export function multiplyRows(tf: Tensorflow, x: Tensor, matrix: Tensor): Tensor {
  const features = x.shape.at(-1) as number;
  const rows: Tensor = tf.reshape(x, [-1, features]);
  return tf.reshape(tf.matMul(rows, matrix), [...x.shape.slice(0, -1), matrix.shape[1] as number]);
}
