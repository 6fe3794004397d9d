// Bidirectional: two recurrent layers over the same input, the second in the other direction, and how their answers
// become one (Schuster & Paliwal 1997, as in Keras 2).
import type { BidirectionalLayer } from '../../../model/layer-spec.js';
import type { Merge } from '../../../model/layers/bidirectional.js';
import { type LayerOutput, outputOf } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import type { Tensor, Tensorflow } from '../tensors.js';
import { createRecurrentLayer } from './recurrent-layer.js';

export function createBidirectionalLayer(
  spec: BidirectionalLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, index, name } = context;
  const { layer: cell, merge } = spec;
  const cellShape = outputOf(cell, input, index);
  const forward = createRecurrentLayer(cell, input, cellShape, context, {
    name: `${name}/forward`,
    firstPurpose: 0,
  });
  const turned = { ...cell, goBackwards: !cell.goBackwards };
  const backward = createRecurrentLayer(turned, input, cellShape, context, {
    name: `${name}/backward`,
    firstPurpose: 2,
  });
  return {
    output: { ...shape, maskStride: 8 * panelsOf(shape.features) },
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
