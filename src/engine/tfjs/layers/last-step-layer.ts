// The newest time step of a sequence, [B, T, F] to [B, F].
import type { LastStepLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';

export function createLastStepLayer(
  _spec: LastStepLayer,
  { steps, features, maskStride }: LayerShape,
  shape: LayerOutput,
  { tf }: LayerContext,
): TfjsLayer {
  return {
    output: { ...shape, maskStride },
    forward: (x) => tf.reshape(tf.slice(x, [0, steps - 1, 0], [-1, 1, features]), [-1, features]),
  };
}
