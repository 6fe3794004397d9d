// Pools over time: the largest or the mean of a window of steps, or of all of them. Gradients of equal maxima: to the
// first of a window, as TensorFlow's max pool has it; shared over the whole sequence, as Keras' reduction has it.
import type { PoolingLayer } from '../../../model/layer-spec.js';
import { poolWindow } from '../../../model/layers/pooling.js';
import type { LayerOutput } from '../../layer-inputs.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import type { Tensor, Tensorflow } from '../tensors.js';
import { takeTaps } from './window-taps.js';

export function createPoolingLayer(
  spec: PoolingLayer,
  input: LayerShape,
  shape: LayerOutput,
  { tf }: LayerContext,
): TfjsLayer {
  const { steps } = input;
  const output = { ...shape, maskStride: input.maskStride };
  const window = poolWindow(spec, steps);
  switch (spec.type) {
    case 'globalMaxPooling1d':
    case 'globalAveragePooling1d': {
      const isMax = spec.type === 'globalMaxPooling1d';
      return {
        output,
        forward: (x) => (isMax ? sharedMax(tf, x) : tf.mean(x, 1)),
      };
    }
    case 'maxPooling1d':
      return {
        output,
        forward: (x) => firstMax(tf, takeTaps(tf, x, window, Number.NEGATIVE_INFINITY)),
      };
    case 'averagePooling1d':
      return {
        output,
        forward(x) {
          const ones = tf.ones([1, steps, 1]);
          const held = tf.addN(takeTaps(tf, ones, window, 0));
          return tf.div(tf.addN(takeTaps(tf, x, window, 0)), held);
        },
      };
  }
}

/** The largest of several tensors of one shape; its gradient goes to the first that holds it. */
function firstMax(tf: Tensorflow, taps: readonly Tensor[]): Tensor {
  const largerOf = tf.customGrad((first, second, save) => {
    const isSecond = tf.greater(second as Tensor, first as Tensor);
    (save as (tensors: Tensor[]) => void)([isSecond]);
    return {
      value: tf.where(isSecond, second as Tensor, first as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const ofSecond = tf.mul(dy, tf.cast(saved[0] as Tensor, 'float32'));
        return [tf.sub(dy, ofSecond), ofSecond];
      },
    };
  });
  return taps.reduce((largest, tap) => largerOf(largest, tap));
}

/** The largest over time, `[B, T, F]` to `[B, F]`; its gradient is shared by all steps that hold it. */
function sharedMax(tf: Tensorflow, x: Tensor): Tensor {
  return tf.customGrad((input, save) => {
    const sequence = input as Tensor;
    const largest = tf.max(sequence, 1, true);
    (save as (tensors: Tensor[]) => void)([sequence, largest]);
    return {
      value: tf.reshape(largest, [sequence.shape[0] as number, sequence.shape[2] as number]),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [values, maxima] = saved as [Tensor, Tensor];
        const holds = tf.cast(tf.equal(values, maxima), 'float32');
        const share = tf.div(tf.expandDims(dy, 1), tf.sum(holds, 1, true));
        return tf.mul(share, holds);
      },
    };
  })(x);
}
