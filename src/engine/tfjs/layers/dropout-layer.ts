// Dropout: while training, sets a share of values to 0 and scales the others by 1/(1 − rate); else passes them on.
import type { DropoutLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';

/** Third of the four purposes a layer has (see PURPOSE.masks). */
const DROPOUT_PURPOSE = 2;

export function createDropoutLayer(
  { rate }: DropoutLayer,
  input: LayerShape,
  shape: LayerOutput,
  { tf, masks, index }: LayerContext,
): TfjsLayer {
  const output = { ...shape, maskStride: input.maskStride };
  if (rate === 0) return { output, forward: (x) => x };
  const { steps, features } = input;
  const plan = masks.plan(index, {
    outer: steps,
    features,
    stride: input.maskStride,
    rate,
    purpose: DROPOUT_PURPOSE,
  });
  return {
    output,
    forward(x, at) {
      if (at === null) return x;
      const rows = x.shape[0] as number;
      const stepMajor = tf.tensor3d(masks.draw(plan, rows, at), [steps, rows, features]);
      return tf.mul(x, tf.reshape(tf.transpose(stepMajor, [1, 0, 2]), x.shape));
    },
  };
}
