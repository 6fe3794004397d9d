// All time steps of a sequence as one row: [B, T, F] to [B, T · F].
import type { FlattenLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';

export function createFlattenLayer(
  _spec: FlattenLayer,
  _input: LayerShape,
  shape: LayerOutput,
  { tf, index }: LayerContext,
): TfjsLayer {
  const { features } = shape;
  // A leading flatten is no layer of the wasm engine: its rows are gathered without padding.
  const maskStride = index === 0 ? features : 8 * panelsOf(features);
  return {
    output: { ...shape, maskStride },
    forward: (x) => tf.reshape(x, [-1, features]),
  };
}
