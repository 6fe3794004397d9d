// All time steps of a sequence as one row: [B, T, F] to [B, T · F].
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';

export function createFlattenLayer(input: LayerShape, { tf, index }: LayerContext): TfjsLayer {
  const features = input.steps * input.features;
  // A leading flatten is no layer of the wasm engine: its rows are gathered without padding.
  const maskStride = index === 0 ? features : 8 * panelsOf(features);
  return {
    output: { steps: 1, isSequence: false, features, maskStride },
    forward: (x) => tf.reshape(x, [-1, features]),
  };
}
