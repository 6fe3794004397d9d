// Naive persistence: one column of the window's last time step, [B, T, F] to [B, 1]. It has no weights.
import type { PersistenceLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';

export function createPersistenceLayer(
  { column }: PersistenceLayer,
  input: LayerShape,
  shape: LayerOutput,
  { tf }: LayerContext,
): TfjsLayer {
  return {
    output: { ...shape, maskStride: 8 * panelsOf(1) },
    forward: (x) => tf.reshape(tf.slice(x, [0, input.steps - 1, column], [-1, 1, 1]), [-1, 1]),
  };
}
