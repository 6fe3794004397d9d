// Bidirectional: two recurrent layers over the same input, the second in the other direction, and how their answers
// become one (Schuster & Paliwal 1997, as in Keras 2).
import type { BidirectionalLayer, Merge } from '../../../model/layer-spec.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, Tensor, Tensorflow, TfjsLayer } from '../layer.js';
import { createRecurrentLayer } from './recurrent-layer.js';

export function createBidirectionalLayer(
  spec: BidirectionalLayer,
  input: LayerShape,
  context: LayerContext,
): TfjsLayer {
  const { tf, index } = context;
  const { layer: cell, merge } = spec;
  const forward = createRecurrentLayer(cell, input, context, {
    name: `${index}.bidirectional/forward`,
    firstPurpose: 0,
  });
  const backward = createRecurrentLayer({ ...cell, goBackwards: !cell.goBackwards }, input, context, {
    name: `${index}.bidirectional/backward`,
    firstPurpose: 2,
  });
  const features = merge === 'concat' ? 2 * cell.units : cell.units;
  return {
    output: { ...forward.output, features, maskStride: 8 * panelsOf(features) },
    forward(x, at) {
      const second = backward.forward(x, at);
      // Back into the order of time; a last state has no order.
      return mergeAnswers(
        tf,
        merge,
        forward.forward(x, at),
        cell.returnSequences ? tf.reverse(second, 1) : second,
      );
    },
  };
}

function mergeAnswers(tf: Tensorflow, merge: Merge, first: Tensor, second: Tensor): Tensor {
  switch (merge) {
    case 'concat':
      return tf.concat([first, second], -1);
    case 'mul':
      return tf.mul(first, second);
    case 'sum':
      return tf.add(first, second);
    case 'ave':
      return tf.mul(tf.add(first, second), 0.5);
  }
}
